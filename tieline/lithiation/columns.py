"""The columns of candidates.parquet."""

from __future__ import annotations

from tieline.core.columns import Column

CANDIDATE_COLUMNS: tuple[Column, ...] = (
    Column("system", "Chemical system of the composite: the host, then the partners in alphabetical order"),
    Column("host", "Active element of phase A"),
    Column("phase_a_id", "Identifier of phase A in phases.parquet"),
    Column("phase_b_id", "Identifier of phase B in phases.parquet"),
    Column("phase_a", "Reduced formula of phase A"),
    Column("phase_b", "Reduced formula of phase B"),
    Column("phase_b_weight_fraction", "Weight of B per weight of the composite", "1", 4, "higher"),
    Column("phase_b_volume_fraction", "Volume of B per volume of the composite", "1", 4, "higher"),
    Column(
        "tie_line_excess_ev_per_atom",
        "Largest energy of A+B mixtures above the hull within the weight-fraction window, per atom of host material; "
        "zero where a tie-line joins A and B",
        "eV/atom",
        5,
        "lower",
    ),
    Column(
        "phase_b_energy_above_hull_ev_per_atom",
        "Energy of B above the hull; a B above it counts as reacting where its decomposition products do",
        "eV/atom",
        5,
        "lower",
    ),
    Column("spacegroup_a", "Space-group number of A at the tight symmetry tolerance"),
    Column("spacegroup_b", "Space-group number of B at the tight symmetry tolerance"),
    Column("spacegroup_a_loose", "Space-group number of A at the loose symmetry tolerance"),
    Column("spacegroup_b_loose", "Space-group number of B at the loose symmetry tolerance"),
    Column("bravais_b", "Bravais lattice of B: crystal family and centring, A and B centring written C"),
    Column("centring_b", "First letter of B's Hermann-Mauguin symbol"),
    Column("cmcm_b", "Whether B is Cmcm (space group 63) at the tight tolerance"),
    Column("experimental_b", "Whether the source knows B from experiment; empty if it does not say"),
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
    Column("n_phases", "Phases in play in the system and its subsystems"),
    Column("n_phases_b", "Phases that contain the host and all partners: the candidates for B"),
    Column("n_coexisting", "A+B pairs within the tie-line tolerance"),
    Column("n_pairs", "A+B pairs screened: coexisting, of different space group, A active"),
    Column("status", "screened, or why not"),
    Column(
        "not_searched",
        "Systems of two and three elements within it, the working ion included, that the phase data do not cover: what "
        "is stable there is not known to the run. Empty where they cover all, or do not say",
    ),
)
"""Columns of systems.csv."""
