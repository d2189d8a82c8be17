"""How well the probabilities of coexistence are calibrated, and the fit of their parameters."""
