"""The columns of work/cells.parquet."""

from __future__ import annotations

from tieline.core.columns import KEY_COLUMNS, Column
from tieline.core.tables import Table

_PATHS = {"": "A and B both react as thermodynamics says", "_inert_b": "only A reacts"}

_LOSSES = {
    "": "everything that the positive electrode can take back comes back",
    "_after_loss": "the first-cycle losses of both sides are paid",
}


def _of(path: str, loss: str) -> tuple[Column, ...]:
    """Return the columns of one path with or without first-cycle loss."""
    basis = f"{_PATHS[path]}, and {_LOSSES[loss]}"
    return (
        Column(
            f"cell_average_voltage{loss}{path}_v",
            f"Mean voltage of the full cell over the charge it delivers, where {basis}",
            "V",
            4,
            "higher",
        ),
        Column(
            f"cell_energy{loss}{path}_wh_per_kg",
            f"Energy per mass of the electrode stack with the electrolyte in its pores, where {basis}",
            "Wh/kg",
            1,
            "higher",
        ),
        Column(
            f"cell_energy{loss}{path}_wh_per_l",
            f"Energy per volume of the stack as assembled (discharged), where {basis}",
            "Wh/L",
            1,
            "higher",
        ),
        Column(
            f"cell_energy{loss}_charged{path}_wh_per_l",
            f"Energy per volume of the charged, swollen stack, where {basis}",
            "Wh/L",
            1,
            "higher",
        ),
        Column(
            f"cell_swelling{loss}{path}_fraction",
            f"Growth of the stack's thickness on charging over that as assembled, where {basis}",
            "1",
            4,
            "lower",
        ),
    )


CELL_COLUMNS: tuple[Column, ...] = (
    *KEY_COLUMNS,
    Column("cell_positive_electrode", "Positive electrode of the full cell, an entry of tieline/data/cells"),
    Column("cell_electrolyte", "Its non-aqueous electrolyte, an entry of tieline/data/cells"),
    *_of("_inert_b", ""),
    *_of("_inert_b", "_after_loss"),
    Column(
        "cell_negative_thickness_inert_b_um",
        "Thickness of one negative coating as assembled, where only A reacts",
        "um",
        1,
    ),
    *_of("", ""),
    *_of("", "_after_loss"),
    Column(
        "cell_negative_thickness_um",
        "Thickness of one negative coating as assembled, where A and B both react as thermodynamics says",
        "um",
        1,
    ),
)
"""Columns of work/cells.parquet, in order; the first four are the candidate's key."""

CELLS = Table(CELL_COLUMNS)
"""work/cells.parquet."""
