"""Screening of two-phase negative electrodes for Li-ion cells."""
