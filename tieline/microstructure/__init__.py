"""Crystallites of A in B: diffraction, visibility, the shell of B, heat treatment, amorphous B."""
