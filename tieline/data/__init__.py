"""What ships with tieline and is only read, and the functions that load it."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).parent
"""The folder of the shipped files."""
