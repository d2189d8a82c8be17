"""Crystal symmetry, powder diffraction, microstructure and heat treatment."""
