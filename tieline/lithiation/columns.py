"""The columns of candidates.parquet."""

from __future__ import annotations

from tieline.core.columns import KEY_COLUMNS, Column
from tieline.core.tables import Table
from tieline.thermo.columns import EXCESS_COLUMNS, PAIR_COUNTS, PART_COLUMNS, PROBABILITY_COLUMNS, STABILITY_COLUMNS

CANDIDATE_COLUMNS: tuple[Column, ...] = (
    Column(
        "system", "Chemical system of the composite: the host, then the partners in alphabetical order", required=True
    ),
    Column("host", "Active element of phase A", required=True),
    Column("partners", "Partner elements in B", required=True),
    Column(
        "system_searched",
        "Whether the phase data cover every system of two and three elements within the composite's; true where they "
        "do not say. What is stable in a system that nobody searched is not known",
        kind="flag",
        required=True,
    ),
    Column(
        "lithiation_searched",
        "The same of the composite's elements and the working ion: what the composite turns into",
        kind="flag",
        required=True,
    ),
    *KEY_COLUMNS[1:3],
    Column("phase_a", "Reduced formula of phase A"),
    Column("phase_b", "Reduced formula of phase B; of a mixture those of its phases, joined by a plus sign"),
    PART_COLUMNS[0],
    Column("phase_b1_weight_share", "Weight of that phase per weight of B", "1", 4),
    PART_COLUMNS[1],
    Column("phase_b2_weight_share", "Weight of that phase per weight of B; empty where B is one phase", "1", 4),
    Column("phase_b_weight_fraction", "Weight of B per weight of the composite", "1", 4, "higher"),
    Column("phase_b_volume_fraction", "Volume of B per volume of the composite", "1", 4, "higher"),
    *EXCESS_COLUMNS,
    *PROBABILITY_COLUMNS,
    *STABILITY_COLUMNS,
    Column("spacegroup_a", "Space-group number of A at the tight symmetry tolerance", kind="integer"),
    Column(
        "spacegroup_b",
        "Space-group number of B, of a mixture that of its larger part, at the tight symmetry tolerance",
        kind="integer",
    ),
    Column("spacegroup_a_loose", "Space-group number of A at the loose symmetry tolerance", kind="integer"),
    Column("spacegroup_b_loose", "The same at the loose symmetry tolerance", kind="integer"),
    Column("bravais_b", "Bravais lattice of B: crystal family and centring, A and B centring written C"),
    Column("centring_b", "First letter of B's Hermann-Mauguin symbol"),
    Column("cmcm_b", "Whether B is Cmcm (space group 63) at the tight tolerance", kind="flag"),
    Column(
        "experimental_b",
        "Whether the source knows every phase of B from experiment; empty if it does not say",
        kind="flag",
    ),
    Column(
        "design_point",
        "Whether composites are compared at this weight fraction: the least B within the window that keeps "
        "design.quantity within design.limit",
        kind="flag",
        required=True,
    ),
    Column(
        "design_note",
        "Whether the limit is met at the design point, by the least B of the window already, or not even by the most",
    ),
    Column(
        "phase_b_role",
        "inert matrix, which buffers, or active matrix, which is expected to take up ions itself; empty if unknown",
    ),
    Column(
        "phase_b_reaction_probability",
        "Probability that B, or any phase of a mixture, takes up ions at room temperature; empty for ions but lithium",
        "1",
        4,
        "lower",
    ),
    Column(
        "outcome_probability",
        "Probability that A and every phase of B do what is expected of them: react if that is more probable, or not",
        "1",
        4,
        "higher",
    ),
    Column(
        "capacity_expected_mah_per_g",
        "Charge stored above the cut-off when the phases react that are expected to, per gram of delithiated composite",
        "mAh/g",
        1,
        "higher",
    ),
    Column(
        "capacity_expected_mah_per_cm3",
        "capacity_expected_mah_per_g per volume of delithiated composite",
        "mAh/cm3",
        1,
        "higher",
    ),
    Column("average_voltage_expected_v", "Charge-weighted mean voltage of that", "V", 4, "lower"),
    Column(
        "volume_change_expected_fraction",
        "Volume at the expected capacity over that of the delithiated composite, minus one",
        "1",
        4,
        "lower",
    ),
    Column(
        "capacity_equilibrium_mah_per_g",
        "Charge stored above the cut-off when A and B both react as thermodynamics says, "
        "per gram of delithiated composite",
        "mAh/g",
        1,
        "higher",
    ),
    Column(
        "capacity_inert_b_mah_per_g",
        "Charge stored above the cut-off when only A reacts, per gram of delithiated composite",
        "mAh/g",
        1,
        "higher",
    ),
    Column(
        "capacity_stable_b_mah_per_g",
        "Charge that A stores above both the cut-off and b_onset_v, where B is a stable matrix (Huggins), "
        "per gram of delithiated composite",
        "mAh/g",
        1,
        "higher",
    ),
    Column(
        "capacity_equilibrium_mah_per_cm3",
        "capacity_equilibrium_mah_per_g per volume of delithiated composite",
        "mAh/cm3",
        1,
        "higher",
    ),
    Column(
        "capacity_inert_b_mah_per_cm3",
        "capacity_inert_b_mah_per_g per volume of delithiated composite",
        "mAh/cm3",
        1,
        "higher",
    ),
    Column(
        "capacity_stable_b_mah_per_cm3",
        "capacity_stable_b_mah_per_g per volume of delithiated composite",
        "mAh/cm3",
        1,
        "higher",
    ),
    Column(
        "b_onset_v",
        "Voltage against the ion's metal at which pure B first takes up ions; empty if never above the cut-off",
        "V",
        4,
    ),
    Column("first_voltage_v", "Voltage of the first equilibrium step of the composite", "V", 4),
    Column("average_voltage_v", "Charge-weighted mean voltage of the equilibrium path", "V", 4, "lower"),
    Column("average_voltage_inert_b_v", "Charge-weighted mean voltage when only A reacts", "V", 4, "lower"),
    Column(
        "volume_change_fraction",
        "Volume at full equilibrium uptake over that of the delithiated composite, minus one",
        "1",
        4,
        "lower",
    ),
    Column(
        "volume_change_inert_b_fraction",
        "The same when only A reacts",
        "1",
        4,
        "lower",
    ),
    Column("density_g_per_cm3", "Density of the pore-free delithiated composite", "g/cm3", 4, "lower"),
    Column("composition_wt", "Weight fractions of the elements"),
    Column("composition_at", "Atomic fractions of the elements"),
)
"""Columns of candidates.parquet, in order."""

SYSTEM_COLUMNS: tuple[Column, ...] = (
    Column("system", "The host, then the partners in alphabetical order"),
    Column("host", "Active element of phase A"),
    Column("partners", "Partner elements"),
    Column("partner_groups", "Their old CAS groups, in the same order"),
    Column("n_phases", "Phases of the run in the system and its subsystems", kind="integer", required=True),
    Column(
        "n_phases_b",
        "Phases that contain the host and all partners: the candidates for B",
        kind="integer",
        required=True,
    ),
    PAIR_COUNTS.columns[2],
    Column("n_pairs", "A+B pairs screened: coexisting, A active", kind="integer", required=True),
    PAIR_COUNTS.columns[3],
    Column(
        "n_mixtures_kept",
        "Those of them that are screened, at most mixtures.max_per_system",
        kind="integer",
        required=True,
    ),
    Column("status", "screened, or why not"),
    Column(
        "not_searched",
        "Systems of two and three elements within it, the working ion included, that the phase data do not cover: what "
        "is stable there is not known to the run. Empty where they cover all, or do not say",
    ),
    PAIR_COUNTS.columns[4],
)
"""Columns of systems.csv."""

CANDIDATES = Table(CANDIDATE_COLUMNS)
"""candidates.parquet."""

SYSTEMS = Table(SYSTEM_COLUMNS)
"""systems.csv."""

CURVE_PARTS = ("composite", "phase_a", "phase_b")
"""What a voltage curve is of."""

VOLTAGE_CURVE_COLUMNS: tuple[Column, ...] = (
    *KEY_COLUMNS,
    Column("phase_a", "Reduced formula of phase A", required=True),
    Column("phase_b", "Reduced formula of phase B; of a mixture those of its phases", required=True),
    Column(
        "part",
        f"What the curve is of: {', '.join(CURVE_PARTS)}. The composite reacts as thermodynamics says; A and B are "
        "each taken alone, in the amount that a gram of composite holds",
        required=True,
    ),
    Column("step", "Number of the plateau on its curve, from 1", kind="integer", required=True),
    Column(
        "capacity_from_mah_per_g",
        "Charge taken up before the plateau, per gram of delithiated composite",
        "mAh/g",
        3,
        required=True,
    ),
    Column(
        "capacity_to_mah_per_g",
        "Charge taken up by the end of the plateau, per gram of delithiated composite",
        "mAh/g",
        3,
        required=True,
    ),
    Column("voltage_v", "Voltage of the plateau against the ion's metal", "V", 6, required=True),
    Column(
        "phases",
        "Formulas of the phases that are present on the plateau: what reacts, what it turns into, what stays as it is",
        required=True,
    ),
    Column("phase_ids", "Their identifiers in phases.parquet, in the same order", required=True),
)
"""Columns of voltage_curves.parquet, in order."""

VOLTAGE_CURVES = Table(VOLTAGE_CURVE_COLUMNS)
"""voltage_curves.parquet: the candidates at their design point."""
