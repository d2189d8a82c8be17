"""Phases of lithium, titanium and silicon whose lithiation is worked by hand."""

from __future__ import annotations

import pandas as pd

TABLE = pd.DataFrame(
    [
        ("Si", 0.0, 20.0),
        ("TiSi2", -0.5, 13.0),
        ("Ti", 0.0, 17.0),
        ("Li", 0.0, 20.0),
        ("TiSi", -0.7, 14.0),
        ("LiSi", -0.25, 15.5),
        ("Li15Si4", -0.2, 15.0),
    ],
    columns=["formula", "formation_energy_ev_per_atom", "volume_a3_per_atom"],
)
"""Round energies (eV/atom) and volumes (A^3/atom), worked out by hand as follows.

Silicon, per Si: LiSi is at 2 x -0.25 = -0.5 eV and 1/4 Li15Si4 at 19/4 x -0.2 = -0.95 eV.
    Si + Li -> LiSi                        0.5 V
    LiSi + 2.75 Li -> 1/4 Li15Si4          0.45 eV / 2.75 = 0.163636 V
    in all 3.75 Li and 0.95 eV; 15 x 19/4 = 71.25 A^3 in place of 20.

TiSi2, per formula: it is at 3 x -0.5 = -1.5 eV, TiSi at 2 x -0.7 = -1.4 eV.
    TiSi2 + Li -> TiSi + LiSi              -1.4 - 0.5 + 1.5 = -0.4 eV: 0.4 V, the onset
    LiSi + 2.75 Li -> 1/4 Li15Si4          0.163636 V as above
    TiSi + Li -> Ti + LiSi                 -0.5 + 1.4 = +0.9 eV: never
    in all 3.75 Li and 0.4 + 0.45 = 0.85 eV; 2 x 14 + 71.25 = 99.25 A^3 in place of 3 x 13 = 39.
"""
