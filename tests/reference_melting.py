"""Melting of binary alloys as assessed in Massalski (ed.), *Binary Alloy Phase Diagrams*, 2nd ed. (1990)."""

from __future__ import annotations

from tieline.data import DATA
from tieline.data.transitions import read_transitions

TRANSITIONS = read_transitions(DATA / "elements/transitions.csv")

CONGRUENT_MELTING_C = {
    "TiSi2": 1500, "Ti5Si3": 2130, "Mg2Si": 1085, "FeSi": 1410, "FeSi2": 1220, "CoSi2": 1326, "CoSi": 1460, "NiSi": 992,
    "MoSi2": 2020, "Mo5Si3": 2180, "WSi2": 2160, "W5Si3": 2320, "CrSi2": 1490, "Cr3Si": 1770, "MnSi": 1276,
    "Mn5Si3": 1300, "VSi2": 1677, "V5Si3": 2010, "NbSi2": 1940, "Nb5Si3": 2520, "TaSi2": 2040, "Ta5Si3": 2550,
    "Zr5Si4": 2250, "CaSi": 1324, "Ca2Si": 1314, "BaSi2": 1180, "SrSi2": 1150, "CeSi2": 1620, "PdSi": 901,
    "Pd2Si": 1404, "PtSi": 1229, "Pt2Si": 1100, "ReSi2": 1940, "Ru2Si3": 1710, "Mg2Sn": 778, "Ni3Sn2": 1264,
    "Ni3Sn": 1174, "AuSn": 419, "PtSn": 1305, "Pd3Sn": 1326, "CaSn3": 627, "Ca2Sn": 1122, "LaSn3": 1138, "CeSn3": 1170,
    "Ti3Sn": 1670, "Zr5Sn3": 1985, "MgZn2": 590, "CaZn2": 704, "CaZn11": 724, "NiZn": 1040, "AuZn": 758, "ZrZn2": 1180,
    "YZn2": 1105,
}  # fmt: skip
"""Melting points of compounds that melt without decomposing, or nearly so, in degrees Celsius."""

FIRST_LIQUID_K = {
    ("Si", "TiSi2"): 1603, ("Si", "CoSi2"): 1532, ("Si", "FeSi2"): 1480, ("Si", "CrSi2"): 1601, ("Sn", "Ag3Sn"): 494,
    ("Zn", "Mg2Zn11"): 637, ("Sn", "CoSn2"): 502, ("Sn", "AuSn4"): 490, ("Si", "NiSi2"): 1239, ("Si", "MoSi2"): 1673,
    ("Si", "WSi2"): 1663, ("Si", "VSi2"): 1673, ("Si", "NbSi2"): 1673, ("Si", "TaSi2"): 1670, ("Si", "ZrSi2"): 1643,
    ("Si", "Mg2Si"): 1219, ("Si", "CaSi2"): 1296, ("Si", "PtSi"): 1252, ("Sn", "Cu6Sn5"): 500, ("Sn", "Ni3Sn4"): 504,
    ("Sn", "Mg2Sn"): 476, ("Sn", "LaSn3"): 505, ("Sn", "MnSn2"): 504, ("Sn", "CaSn3"): 504, ("Zn", "CaZn13"): 691,
    ("Zn", "FeZn13"): 692, ("Zn", "CoZn13"): 692, ("Zn", "TiZn16"): 691,
}  # fmt: skip
"""Eutectics of A with the compound that coexists with it, in K."""
