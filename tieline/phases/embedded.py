"""The phase set that ships with tieline."""

from __future__ import annotations

import pandas as pd

from tieline.core.errors import PhaseDataError
from tieline.phases.inputs import EMBEDDED_SET, SEARCHED_SYSTEMS
from tieline.phases.rows import REJECTED_NAMES, Reading
from tieline.phases.table import PHASES


def read_embedded() -> Reading:
    """Read the embedded phase set.

    Raises
    ------
    PhaseDataError
        If it is missing or damaged.
    """
    try:
        searched = pd.read_csv(SEARCHED_SYSTEMS, usecols=["elements"], keep_default_na=False)["elements"]
    except (OSError, ValueError) as error:
        raise PhaseDataError(f"{SEARCHED_SYSTEMS}: cannot be read ({str(error).splitlines()[0]})") from error
    return Reading(PHASES.read(EMBEDDED_SET), pd.DataFrame(columns=REJECTED_NAMES), frozenset(searched))
