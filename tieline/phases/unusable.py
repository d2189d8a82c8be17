"""What the readers of structure files raise."""

from __future__ import annotations


class UnusableFileError(ValueError):
    """Why a file holds nothing that can be used."""
