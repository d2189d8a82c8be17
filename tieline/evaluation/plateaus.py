"""Voltage plateaus of the hosts, and how they compare with measured ones."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from tieline.lithiation.path import voltage_paths
from tieline.lithiation.reactivity import ION
from tieline.lithiation.settings import Lithiation
from tieline.phases.merge import reference_phase_ids
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.systems import SystemHulls

log = logging.getLogger(__name__)

SAME_VOLTAGE_V = 1e-6
"""Steps closer in voltage than this are one plateau."""


def plateaus(phases: pd.DataFrame, hosts: Sequence[str], lithiation: Lithiation) -> pd.DataFrame:
    """Return the voltage plateaus of the pure hosts.

    Parameters
    ----------
    phases : DataFrame
        Phase table, formation energies against the reference states.
    hosts
        Symbols of the hosts.
    lithiation
        The working ion and its charge.

    Returns
    -------
    DataFrame
        ``host, from_x, to_x, voltage_v``: between which ions per host atom, and at which voltage; falling voltage.
    """
    arrays = PhaseArrays.from_table(phases)
    hulls = SystemHulls(arrays)
    held = reference_phase_ids(phases)
    rows = []
    for host in (host for host in hosts if host in held):
        elements, hull = hulls.hull((host, lithiation.working_ion))
        amounts = np.array([[float(symbol == host) for symbol in elements]])
        path = voltage_paths(hull, amounts, elements.index(lithiation.working_ion), charge=lithiation.charge)
        taken = path.uptakes[0]
        plateau = np.cumsum(np.diff(path.voltages_v, prepend=np.inf) < -SAME_VOLTAGE_V) - 1
        lengths = np.bincount(plateau, weights=taken, minlength=plateau.max(initial=-1) + 1)
        ends = np.cumsum(lengths)
        starts = np.unique(plateau, return_index=True)[1]
        rows += [
            (host, end - length, end, float(path.voltages_v[start]))
            for end, length, start in zip(ends, lengths, starts, strict=True)
        ]
    return pd.DataFrame(rows, columns=["host", "from_x", "to_x", "voltage_v"])


def measured_plateaus(path: Path) -> pd.DataFrame:
    """Read the table of measured plateaus: ``host, temperature_c, from_x, to_x, voltage_v``."""
    return pd.read_csv(path, comment="#")


def voltage_agreement(phases: pd.DataFrame, measured: pd.DataFrame, lithiation: Lithiation) -> pd.DataFrame:
    """Compare the mean voltage over each measured plateau with the measured voltage.

    Parameters
    ----------
    phases : DataFrame
        Phase table, formation energies against the reference states.
    measured : DataFrame
        What `measured_plateaus` returns, of alloys with lithium.
    lithiation
        The working ion and its charge; for ions other than lithium nothing is compared.

    Returns
    -------
    DataFrame
        The columns of `measured`, ``computed_v`` and ``difference_v``; missing where the computed plateaus, of phases
        that may be suppressed, end before the measured one.
    """
    hosts = list(measured["host"].unique()) if lithiation.working_ion == ION else []
    own = plateaus(phases, hosts, lithiation)
    table = measured[measured["host"].isin(own["host"])].reset_index(drop=True)
    computed = []
    for host, start, end in zip(table["host"], table["from_x"].astype(float), table["to_x"].astype(float), strict=True):
        begins, ends, volts = own.loc[own["host"] == host, ["from_x", "to_x", "voltage_v"]].to_numpy(np.float64).T
        widths = np.clip(np.minimum(ends, end) - np.maximum(begins, start), 0.0, None)
        reaches = ends.max(initial=0.0) >= end
        computed.append(round(float(widths @ volts) / (end - start), 4) if reaches else np.nan)
    table["computed_v"] = computed
    table["difference_v"] = (table["computed_v"] - table["voltage_v"]).round(4)
    for (host, temperature), rows in table.groupby(["host", "temperature_c"]):
        log.warning(
            "plateaus of Li-%s at %d C: mean difference %+.3f V, mean absolute difference %.3f V",
            host,
            temperature,
            rows["difference_v"].mean(),
            rows["difference_v"].abs().mean(),
        )
    return table
