"""Fitting the model of `tieline.lithiation.reactivity` to compounds whose activity is known.

The parameters maximise the likelihood penalised by Jeffreys' prior (D. Firth, Biometrika 80 (1993) 27; G. Heinze and
M. Schemper, Stat. Med. 21 (2002) 2409): with few compounds, nearly separated by the skeleton load, plain maximum
likelihood tends to certainty.
"""

from __future__ import annotations

from contextlib import suppress

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_expit

from tieline.lithiation.reactivity import ReactivityParameters, reaction_probability


def fit_parameters(skeleton_load_per_ev: NDArray[np.float64], active: NDArray[np.bool_]) -> ReactivityParameters:
    """Return the parameters that fit the activity of compounds best.

    Parameters
    ----------
    skeleton_load_per_ev : ndarray, shape (n_compounds,)
        Zero and infinite ones do not count: what the model says of them does not depend on its parameters.
    active : ndarray, shape (n_compounds,)
        Whether each compound takes up lithium.

    Raises
    ------
    ValueError
        If fewer than two different loads count, or the active compounds do not have the lower ones.
    """
    counts = np.isfinite(skeleton_load_per_ev) & (skeleton_load_per_ev > 0.0)
    log_load, sign = np.log(skeleton_load_per_ev[counts]), np.where(active[counts], 1.0, -1.0)
    if len(np.unique(log_load)) < 2:
        raise ValueError("a fit needs compounds of at least two different skeleton loads")
    design = np.column_stack([np.ones_like(log_load), -log_load])

    def loss(coefficients: NDArray[np.float64]) -> float:
        logit = design @ coefficients
        weight = expit(logit) * expit(-logit)
        information = design.T @ (design * weight[:, None])
        return float(-log_expit(sign * logit).sum() - 0.5 * np.linalg.slogdet(information)[1])

    intercept, exponent = minimize(loss, np.zeros(2), method="BFGS").x
    if exponent <= 0.0:
        raise ValueError("active compounds have no lower skeleton load than inactive ones")
    return ReactivityParameters(half_load_per_ev=float(np.exp(intercept / exponent)), exponent=float(exponent))


def leave_one_out(skeleton_load_per_ev: NDArray[np.float64], active: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the probability of each compound from parameters fitted to all others; arguments as for `fit_parameters`.

    Returns
    -------
    ndarray, shape (n_compounds,)
        NaN where the others are too few for a fit.
    """
    others = ~np.eye(len(active), dtype=np.bool_)
    found = np.full(len(active), np.nan)
    for row, rest in enumerate(others):
        with suppress(ValueError):
            parameters = fit_parameters(skeleton_load_per_ev[rest], active[rest])
            found[row] = reaction_probability(skeleton_load_per_ev[row], parameters)
    return found
