"""Traces of stress that are not sales: they come earlier or later than the fall of sales, and some never come."""

from __future__ import annotations

import numpy as np

FADES = 4  # months until nothing is seen of a stress that healed
LONGEST_STRESS = 14


def strain(
    episodes: dict[str, np.ndarray],
    shape: tuple[int, int],
    *,
    after: tuple[int, int],
    rise: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """How hard pressed each shop looks in each month, from 0 to 1, shape (shops, months).

    A fifth of the episodes leaves next to no trace, and stress that will heal looks like stress that will not.

    Args:
        episodes: shop, onset, ends, heals; months count from the first month of the data set.
        shape: Shops and months.
        after: Earliest and latest month after the onset in which the trace begins; negative: before the onset.
        rise: Months until the trace is whole.
        rng: Source of all chance.

    >>> one = {name: np.array([value]) for name, value in {"shop": 0, "onset": 4, "ends": 9, "heals": False}.items()}
    >>> path = strain(one, (1, 8), after=(-2, -2), rise=2, rng=np.random.default_rng(1))[0]
    >>> (path > 0).tolist()
    [False, False, True, True, True, True, True, True]
    """
    size = episodes["shop"].size
    begins = episodes["onset"] + rng.integers(after[0], after[1] + 1, size)
    whole = np.clip(rng.uniform(-0.2, 1.0, size), 0.02, 1.0)
    path = np.zeros(shape)
    for later in range(LONGEST_STRESS - min(after[0], 0) + FADES + 1):
        month = begins + later
        over = np.clip(month - episodes["ends"], 0, FADES) / FADES
        now = whole * min((later + 1) / rise, 1.0) * np.where(episodes["heals"], 1 - over, 1.0)
        seen = (month >= 0) & (month < shape[1])
        np.maximum.at(path, (episodes["shop"][seen], month[seen]), now[seen])
    return path
