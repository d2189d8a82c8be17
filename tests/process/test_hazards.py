"""What is hazardous, and that nothing else is."""

from __future__ import annotations

from tieline.core.elements import PARTNER_GROUPS
from tieline.process.hazards import HAZARDS, hazards


def test_hazards_name_reason_and_law() -> None:
    assert set(HAZARDS) == {"Be", "Cd", "Co", "Hg", "Pb", "Tl"}
    assert all("(EU " in text for text in HAZARDS.values())


def test_one_line_per_composite() -> None:
    assert hazards(["Si", "Ti"]) == ""
    found = hazards(["Sn", "Pb", "Cd"])
    assert found.startswith("Cd: carcinogenic")
    assert found.count(";") == 1
    assert found.index("Cd:") < found.index("Pb:")


def test_cobalt_is_a_carcinogen_of_category_1_nickel_of_category_2() -> None:
    """Regulation (EU) 2020/217, which amends annex VI: cobalt is Carc. 1B, Muta. 2, Repr. 1B; nickel was Carc. 2."""
    assert hazards(["Si", "Co", "Ni"]) == "Co: carcinogenic, toxic to reproduction (EU 1272/2008 annex VI)"


def test_limits_are_those_of_the_battery_regulation() -> None:
    """Regulation (EU) 2023/1542, annex I, by weight: mercury 0.0005 %, cadmium 0.002 %, lead 0.01 %."""
    assert "0.0005 wt%" in HAZARDS["Hg"]
    assert "0.002 wt%" in HAZARDS["Cd"]
    assert "0.01 wt%" in HAZARDS["Pb"]
    assert set(HAZARDS) <= {symbol for group in PARTNER_GROUPS.values() for symbol in group}
