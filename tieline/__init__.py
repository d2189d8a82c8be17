"""Screening of two-phase negative electrodes for Li-ion cells."""

__version__ = "0.1.0"
