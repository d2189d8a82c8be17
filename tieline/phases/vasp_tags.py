"""VASP tags that make a run no phase, or its energy not comparable with others.

Tags that are in neither table change an energy by less than the functional does (cut-offs, grids, mixing, smearing), or
not at all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from tieline.phases.vasp_head import Head, Tags, Value

Test = Callable[[Value], bool]


def _is_true(value: Value) -> bool:
    return value is True


def _is_not_zero(value: Value) -> bool:
    return _numbers(value) != () and any(number != 0.0 for number in _numbers(value))


def _at_least(bound: float) -> Test:
    return lambda value: any(number >= bound for number in _numbers(value))


def _one_of(*allowed: float) -> Test:
    return lambda value: any(number in allowed for number in _numbers(value))


def _matches(pattern: str) -> Test:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _numbers(value: Value) -> tuple[float, ...]:
    values = value if isinstance(value, tuple) else (value,)
    return tuple(number for number in values if isinstance(number, float))


def _always(tags: Tags) -> bool:  # noqa: ARG001
    return True


def _moves(tags: Tags) -> bool:
    return tags.number("NSW") > 0.0


def _is_polarised(tags: Tags) -> bool:
    return tags.number("ISPIN") == 2.0 or is_noncollinear(tags)


def is_noncollinear(tags: Tags) -> bool:
    """Return whether spins are spinors."""
    return tags.is_set("LNONCOLLINEAR") or tags.is_set("LSORBIT")


def is_hybrid(tags: Tags) -> bool:
    """Return whether exact exchange is part of the functional."""
    return tags.is_set("LHFCALC")


def _has_dispersion(tags: Tags) -> bool:
    return any(_is_not_zero(value) for value in tags["IVDW"]) or tags.is_set("LVDW")


def _has_nonlocal(tags: Tags) -> bool:
    return tags.is_set("LUSE_VDW")


def is_hubbard(tags: Tags) -> bool:
    """Return whether DFT+U is switched on."""
    return tags.is_set("LDAU")


@dataclass(frozen=True)
class NoPhase:
    """A value of a tag with which the energy of a run is that of no phase."""

    tag: str

    test: Test
    """Whether a value is of this kind."""

    reason: str
    """Why; braces stand for the value, which otherwise follows."""

    applies: Callable[[Tags], bool] = _always
    """Whether VASP heeds the tag."""


_FIELD = "computed in an electric field"
_SLAB = "a correction for slabs, molecules and charged cells, not for a bulk phase"
_PHONONS = "a run for phonons: its energies belong to displaced or perturbed structures"
_RESPONSE = "a run for response functions: its last energies belong to a perturbation"
_NO_SCF = "not self-consistent: its energy is no total energy"
_CORE = "computed with a core hole: its energy is that of an excited state"
_HELD = "the magnetic moment is prescribed: its energy is that of a constrained state or contains a penalty"
_PATH = "an image of a path or a search for a saddle point, not a relaxed structure"
_FORCE_FIELD = "energies of a machine-learned force field, not of a functional"
_SOLVENT = "computed in an implicit solvent"
_POTENTIAL = "a potential without an energy functional"

NO_PHASE = (
    NoPhase("ICHARG", _at_least(10.0), _NO_SCF),
    NoPhase("LPARD", _is_true, "a run for partial charge densities: its energy is no total energy"),
    NoPhase(
        "ALGO",
        _matches(
            r"NONE|NOTHING|EIGENVAL|SUBROT|.*GW\w*|BSE|TDHF|TIMEEV|CHI|CRPA\w*|ACFDT\w*|RPA\w*|MP2\w*|2E4W\w*|CC4S"
        ),
        "computes excitations or correlation energies, or nothing self-consistent",
    ),
    NoPhase("IALGO", _one_of(2.0, 3.0, 4.0), _NO_SCF),
    NoPhase("METAGGA", _matches("L?MBJL?"), _POTENTIAL),
    NoPhase("LIBXC1", _matches("(?:XC_)?(?:MGGA_X_(?:TB09|BJ06|RPP09)|GGA_X_LBM?)"), _POTENTIAL),
    NoPhase("LIBXC1", _one_of(160.0, 182.0, 207.0, 208.0, 209.0), _POTENTIAL),
    NoPhase("EXXOEP", _is_not_zero, _POTENTIAL),
    NoPhase("NELM", _one_of(1.0), "one electronic step only, which is not self-consistent"),
    NoPhase("IBRION", _one_of(0.0), "a molecular-dynamics run, not a relaxed structure", applies=_moves),
    NoPhase("IBRION", _one_of(5.0, 6.0, 7.0, 8.0), _PHONONS),
    NoPhase("IBRION", _one_of(40.0, 44.0), _PATH),
    NoPhase("IMAGES", _at_least(1.0), _PATH),
    NoPhase("ICHAIN", _at_least(1.0), _PATH),
    NoPhase("PHON_LMC", _is_true, _PHONONS),
    NoPhase("LEPSILON", _is_true, _RESPONSE),
    NoPhase("LCALCEPS", _is_true, _RESPONSE),
    NoPhase("LCHIMAG", _is_true, _RESPONSE),
    NoPhase("ML_LMLFF", _is_true, _FORCE_FIELD),
    NoPhase("ML_FF_LMLFF", _is_true, _FORCE_FIELD),
    NoPhase("SCALEE", lambda value: _is_not_zero(value) and value != 1.0, "forces and energies are scaled"),
    NoPhase("PSTRESS", _is_not_zero, "computed under pressure (PSTRESS = {} kB): its energy is an enthalpy"),
    NoPhase("LDIPOL", _is_true, _SLAB),
    NoPhase("IDIPOL", _at_least(1.0), _SLAB),
    NoPhase("LMONO", _is_true, _SLAB),
    NoPhase("KERNEL_TRUNCATION/LTRUNCATE", _is_true, _SLAB),
    NoPhase("EFIELD", _is_not_zero, _FIELD),
    NoPhase("EFIELD_PEAD", _is_not_zero, _FIELD),
    NoPhase("LSOL", _is_true, _SOLVENT),
    NoPhase("ISOL", _at_least(1.0), _SOLVENT),
    NoPhase("NUPDOWN", _at_least(0.0), _HELD, applies=_is_polarised),
    NoPhase("I_CONSTRAINED_M", _at_least(1.0), _HELD),
    NoPhase("LSPIRAL", _is_true, "a spin spiral: its energy is not that of the cell alone"),
    NoPhase("ICORELEVEL", _at_least(2.0), _CORE),
    NoPhase("CLNT", _at_least(1.0), _CORE),
    NoPhase("ISMEAR", _one_of(-2.0), "occupations prescribed (FERWE): its energy is that of an excited state"),
    NoPhase("ISMEAR", _one_of(-3.0), "a series of smearings: the last one is not known to be the ground state's"),
    NoPhase("LDAUTYPE", _one_of(3.0), "a linear-response run for U: a potential acts on one site", applies=is_hubbard),
    NoPhase("VCA", lambda value: any(share != 1.0 for share in _numbers(value)), "a mixture of atoms on one site"),
)
"""Tags with which the energy of a run is that of no phase."""

CHARGE_TOLERANCE = 0.01
"""Electrons by which NELECT may differ from the neutral cell."""


def why_no_phase(head: Head) -> str:
    """Return why the tags of a run make its energy that of no phase; empty if they do not."""
    tags = head.tags
    for rule in NO_PHASE:
        for value in tags[rule.tag]:
            if rule.test(value) and rule.applies(tags):
                reason = rule.reason if "{}" in rule.reason else f"{rule.reason} ({rule.tag} = {{}})"
                return reason.format(text_of_value(value))
    if head.kpoint_mode.lower() == "listgenerated":
        return "k-points along lines, for a band structure: its energy is no total energy"
    charge = head.neutral_electrons - tags.number("NELECT")
    if head.species and tags.number("NELECT") > 0.0 and abs(charge) > CHARGE_TOLERANCE:
        return (
            f"a charged cell: NELECT = {tags.number('NELECT'):g}, neutral {head.neutral_electrons:g}; its energy has "
            f"no common zero with neutral ones"
        )
    return ""


@dataclass(frozen=True)
class LevelTag:
    """A tag that makes a level of theory of its own."""

    tag: str

    default: Value | Callable[[Tags], Value] | None
    """Value that adds nothing to the name of the level; None where any value does."""

    reason: str

    applies: Callable[[Tags], bool] = _always
    """Whether VASP heeds the tag."""


def _semilocal_share(tags: Tags) -> Value:
    return 1.0 - tags.number("AEXX") if is_hybrid(tags) else 1.0


def _correlation_share(tags: Tags) -> Value:
    return 0.0 if is_hybrid(tags) and tags.number("AEXX") == 1.0 else 1.0


def _is_collinear_orbit(tags: Tags) -> bool:
    return not tags.is_set("LSORBIT")


_SPINORS = "spin-orbit coupling lowers every energy, by electronvolts in heavy elements"
_EXCHANGE = "another exchange or correlation"
_DISPERSION = "another dispersion energy"

LEVEL = (
    LevelTag("LSORBIT", False, _SPINORS),
    LevelTag("LNONCOLLINEAR", False, "other functional of the magnetisation", _is_collinear_orbit),
    LevelTag("AEXX", 0.25, _EXCHANGE, is_hybrid),
    LevelTag("HFSCREEN", 0.2, _EXCHANGE, is_hybrid),
    LevelTag("GGA", "PE", _EXCHANGE, is_hybrid),
    LevelTag("METAGGA", "--", _EXCHANGE, is_hybrid),
    LevelTag("HFSCREENC", 0.0, _EXCHANGE, is_hybrid),
    LevelTag("LTHOMAS", False, _EXCHANGE, is_hybrid),
    LevelTag("LMODELHF", False, _EXCHANGE, is_hybrid),
    LevelTag("LRHFCALC", False, _EXCHANGE, is_hybrid),
    LevelTag("LHFONE", False, _EXCHANGE, is_hybrid),
    LevelTag("ALDAX", _semilocal_share, _EXCHANGE, is_hybrid),
    LevelTag("AGGAX", _semilocal_share, _EXCHANGE, is_hybrid),
    LevelTag("AMGGAX", _semilocal_share, _EXCHANGE, is_hybrid),
    LevelTag("ALDAC", _correlation_share, _EXCHANGE),
    LevelTag("AGGAC", _correlation_share, _EXCHANGE),
    LevelTag("AMGGAC", _correlation_share, _EXCHANGE),
    LevelTag("XC", None, _EXCHANGE),
    LevelTag("XC_C", "1", _EXCHANGE),
    LevelTag("LMAXPAW", -100.0, "without the one-centre terms of the PAW potentials"),
    LevelTag("LIBXC1", None, _EXCHANGE),
    LevelTag("LIBXC2", None, _EXCHANGE),
    LevelTag("LVDW", False, _DISPERSION),
    LevelTag("VDW_S6", None, _DISPERSION, _has_dispersion),
    LevelTag("VDW_S8", None, _DISPERSION, _has_dispersion),
    LevelTag("VDW_SR", None, _DISPERSION, _has_dispersion),
    LevelTag("VDW_A1", None, _DISPERSION, _has_dispersion),
    LevelTag("VDW_A2", None, _DISPERSION, _has_dispersion),
    LevelTag("VDW_D", None, _DISPERSION, _has_dispersion),
    LevelTag("VDW_SCALING", None, _DISPERSION, _has_dispersion),
    LevelTag("LVDWSCS", False, _DISPERSION, _has_dispersion),
    LevelTag("LVDW_EWALD", False, _DISPERSION, _has_dispersion),
    LevelTag("ZAB_VDW", -0.8491, _DISPERSION, _has_nonlocal),
    LevelTag("PARAM1", 0.1234, _DISPERSION, _has_nonlocal),
    LevelTag("PARAM2", 1.0, _DISPERSION, _has_nonlocal),
    LevelTag("PARAM3", 0.0, _DISPERSION, _has_nonlocal),
    LevelTag("BPARAM", 6.3, _DISPERSION, _has_nonlocal),
    LevelTag("CPARAM", 0.0093, _DISPERSION, _has_nonlocal),
    LevelTag("IVDW_NL", 1.0, _DISPERSION, _has_nonlocal),
)
"""Tags that make a level of theory of their own, beside the functional that GGA, METAGGA, LHFCALC and IVDW name."""

NAMED_DISPERSIONS = frozenset({0.0, 1.0, 10.0, 11.0, 12.0, 2.0, 20.0, 21.0, 202.0, 4.0})
"""Values of IVDW that have names in pymatgen; others are written as numbers."""

NAMED_HYBRIDS = {(0.25, 0.2): "HSE06", (0.25, 0.3): "HSE03", (0.25, 0.0): "PBE0", (1.0, 0.0): "HF"}
"""Hybrid functionals on PBE by AEXX and HFSCREEN."""


def level_suffixes(tags: Tags) -> tuple[str, ...]:
    """Return the tags that distinguish a run's level of theory, such as ``LSORBIT`` or ``AEXX=0.3``."""
    named = NAMED_HYBRIDS.get(hybrid_parameters(tags)) if is_hybrid(tags) else None
    found = []
    for rule in LEVEL:
        if not rule.applies(tags) or (named and rule.tag in ("AEXX", "HFSCREEN")):
            continue
        default = rule.default(tags) if callable(rule.default) else rule.default
        unusual = [value for value in tags[rule.tag] if not _is_default(value, default)]
        if unusual:
            found.append(rule.tag if unusual[0] is True else f"{rule.tag}={text_of_value(unusual[0])}")
    found += [
        f"IVDW={text_of_value(value)}"
        for value in tags["IVDW"][:1]
        if isinstance(value, float) and value not in NAMED_DISPERSIONS
    ]
    return tuple(found)


def hybrid_parameters(tags: Tags) -> tuple[float, float]:
    """Return AEXX and HFSCREEN of a hybrid functional, with VASP's defaults."""
    values = (tags.number("AEXX"), tags.number("HFSCREEN"))
    return (0.25 if math.isnan(values[0]) else values[0], 0.0 if math.isnan(values[1]) else values[1])


def _is_default(value: Value, default: Value | None) -> bool:
    if isinstance(value, str):
        # What is left unsaid, that is, the default.
        return value in ("", "--", "NONE", default)
    if isinstance(value, float) and isinstance(default, float):
        return math.isclose(value, default, abs_tol=1e-4)
    return value == default


_NO_ORBITAL = -1.0

_D_ORBITALS = 2.0
"""LDAUL where it is not given."""

OF_ELEMENTS = {
    "LDAUL": (_NO_ORBITAL, is_hubbard),
    "LDAUU": (0.0, is_hubbard),
    "LDAUJ": (0.0, is_hubbard),
    "VDW_C6": (None, _has_dispersion),
    "VDW_R0": (None, _has_dispersion),
    "VDW_ALPHA": (None, _has_dispersion),
}
"""Tags with a value for each POTCAR, their defaults, and when VASP heeds them."""

NOTED = (
    *("ISPIN", "PREC", "LASPH", "LREAL", "ADDGRID", "GGA_COMPAT", "VOSKOWN", "LMAXTAU", "LCORR", "LCOMPAT", "LRHFATM"),
    *("NKREDX", "NKREDY", "NKREDZ"),
)
"""Tags that change energies by up to a few meV/atom, and ISPIN, which matters to magnetic phases only; runs that differ
in them are used, with a warning."""


def element_settings(head: Head) -> dict[str, frozenset[tuple[tuple[str, Value], ...]]]:
    """Return what the tags with a value for each POTCAR say of each element.

    The INCAR's lists count, for VASP's own can be printed as stars.

    Returns
    -------
    dict
        Pairs of tag and value by element, without those at their defaults and without U where U and J are zero. An
        element has several where its POTCARs differ.
    """
    settings: dict[str, set[tuple[tuple[str, Value], ...]]] = {}
    for place, species in enumerate(head.species):
        pairs: dict[str, Value] = {}
        for tag, (default, applies) in OF_ELEMENTS.items():
            if not applies(head.tags):
                continue
            given = head.tags[tag]
            if not given:
                if tag == "LDAUL":
                    pairs[tag] = _D_ORBITALS
                continue
            lists = [values if isinstance(values, tuple) else (values,) for values in reversed(given)]
            values = next((values for values in lists if len(_numbers(values)) >= len(head.species)), lists[0])
            value = values[place] if place < len(values) else "?"
            if value != default:
                pairs[tag] = value
        if is_hubbard(head.tags):
            kind = head.tags.number("LDAUTYPE")
            pairs["LDAUTYPE"] = 2.0 if math.isnan(kind) else kind
            if head.tags["LDAUU"] and ("LDAUL" not in pairs or not {"LDAUU", "LDAUJ"} & set(pairs)):
                # U acts on no orbital of this element.
                for tag in ("LDAUL", "LDAUU", "LDAUJ", "LDAUTYPE"):
                    pairs.pop(tag, None)
        settings.setdefault(species.element, set()).add(tuple(sorted(pairs.items())))
    return {element: frozenset(found) for element, found in settings.items()}


def text_of_value(value: Value) -> str:
    """Return a value as it stands in an INCAR."""
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else " ".join(map(text_of_value, value))
