"""Help for the simulated shops: who is taken in each month, what it does, and what the office tells of it.

Places are given by need and by chance: a shop that has been sliding for months is taken in far more often than
another, but some places go to shops that need none. So help says something about a shop, and is no proof.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sbwarn.simulate.delivery import delivered, first_days

PROGRAMMES = ("희망리턴패키지", "초저금리 특별자금", "찾아가는 경영진단")
CHOICE = (0.40, 0.35, 0.25)
CAPACITY = 0.004  # places a month for each trading shop
VISIBLE = 3  # months of stress from which the tills show it
NEED = 4.0  # each month of visible stress counts as much as four shops that ask by chance
HEALS = 0.35  # of the helped shops that would have closed
IN_TIME = 2  # months before the closing, or the help comes too late
LEAST_AGE = 6
TOLD_AFTER = (3, 21)  # days until the office has entered it


def choose_helped(stressed_for: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    """Positions of the shops that a programme takes in this month.

    Args:
        stressed_for: Months under stress of every shop that may be taken in; 0 for one that is under none.
        rng: Source of all chance.

    >>> months = np.repeat([0, 6], 5_000)
    >>> chosen = choose_helped(months, rng=np.random.default_rng(1))
    >>> len(chosen), bool((months[chosen] == 6).mean() > 0.9)
    (40, True)
    """
    places = int(CAPACITY * stressed_for.size + rng.random())
    need = 1 + NEED * np.where(stressed_for >= VISIBLE, stressed_for, 0)
    return rng.choice(stressed_for.size, size=places, replace=False, p=need / need.sum())


def support_table(
    helped: dict[str, np.ndarray],
    ids: np.ndarray,
    first: int,
    last_day: np.datetime64,
    *,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The table `support`: one row each time that a shop was taken in, public some days later.

    Args:
        helped: shop (position in `ids`), month (of the window), programme (place in `PROGRAMMES`).
        ids: Keys of the shops.
        first: First month of the window, as months since 1970-01.
        last_day: Last day of the data set.
        rng: Source of all chance.
    """
    size = helped["shop"].size
    began_on = first_days(first + helped["month"]) + rng.integers(0, 28, size)
    table = pd.DataFrame(
        {
            "shop_id": pd.Series(ids, dtype="str").take(helped["shop"]).array,
            "began_on": began_on.astype("datetime64[s]"),
            "programme": pd.Series(PROGRAMMES, dtype="str").take(helped["programme"]).array,
            "known_on": (began_on + rng.integers(*TOLD_AFTER, size)).astype("datetime64[s]"),
        }
    )
    table = table.sort_values(["shop_id", "began_on"], ignore_index=True)
    return delivered(table, last_day)
