"""How well the phase data agree with assessed experimental phase diagrams."""
