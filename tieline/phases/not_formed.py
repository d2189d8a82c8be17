"""Phases that are stable according to the energies, but do not form in a cell."""

from __future__ import annotations

NOT_FORMED_ELECTROCHEMICALLY: tuple[str, ...] = (
    *("Li17Si4", "Li21Si5", "Li22Si5"),
    *("Li17Sn4", "Li22Sn5"),
    *("LiMg15", "LiMg7", "LiMg5", "LiMg3", "LiMg2", "Li3Mg5", "LiMg", "Li2Mg", "Li3Mg", "Li4Mg", "Li5Mg"),
)
"""Phases that do not form electrochemically at room temperature.

Silicon ends at Li15Si4 (M. N. Obrovac and L. Christensen, Electrochem. Solid-State Lett. 7 (2004) A93). Compounds of
tin end at Li7Sn2, by Moessbauer spectroscopy for FeSn2 (Chamas et al. 2011) and CoSn2 (Ionica-Bousquet et al. 2006);
one hull serves A and B, so tin itself ends there too. Lithium and magnesium form no compounds but a disordered
solution, which takes up lithium within 0.05 V of the metal; ordered compounds of them, which computations find stable,
would put that uptake at 0.05-0.16 V.
"""
