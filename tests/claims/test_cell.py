"""The criterion of the full cell: met, not met, at its boundary and undecided."""

from __future__ import annotations

from dataclasses import replace

import pytest
from claim_facts import LIMITS, facts

from tieline.claims.cell import full_cell
from tieline.claims.verdicts import Verdict

MET, UNDECIDED, NOT_MET = Verdict.MET, Verdict.UNDECIDED, Verdict.NOT_MET


@pytest.mark.parametrize("name", ["cell_average_voltage_inert_b_v", "cell_energy_inert_b_wh_per_kg"])
def test_full_cell(name):
    found = full_cell(facts(*({name: value} for value in (3.5, -0.1, 0.0, 1e-4, None))), LIMITS)
    assert found.verdicts.tolist() == [MET, NOT_MET, NOT_MET, MET, UNDECIDED]
    assert found.evidence["cell_positive_electrode"].to_pylist()[0] == "NMC811"


def test_reason_is_told_where_a_volume_is_missing():
    no_energy = {"cell_energy_inert_b_wh_per_kg": None}
    found = full_cell(facts({}, no_energy, no_energy | {"phase_b_volume_fraction": None}), LIMITS)
    assert found.evidence["because"].to_pylist() == ["", "", "no volume of Si or TiSi2"]


def test_other_ions_make_no_lithium_ion_cell():
    assert full_cell(facts({}), replace(LIMITS, working_ion="Na")).verdicts.tolist() == [NOT_MET]
