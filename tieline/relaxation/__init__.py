"""Relaxation of decorated prototypes with machine-learned potentials: how the embedded phase set is made."""
