"""Convex hulls, tie-lines and what their energies say."""
