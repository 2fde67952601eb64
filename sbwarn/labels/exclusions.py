"""When an end is no crisis: the business goes on, under another number, in other hands, or elsewhere.

Each exclusion looks at a window around the end: from a month before it, because what follows may be told first, to six
months after it.

A shop of the same name that opens at another place does not count as a move. In the Texas receipts, as of 2017-10, 17
of 1,781 silences have a namesake of the same trade in that window and no other, among them two in other counties; in a
simulated city of common names 12 of 269 closures have one, and every one of these is chance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.labels.events import FAR, Events
from sbwarn.tables.panel import NEVER

if TYPE_CHECKING:
    from sbwarn.tables.panel import Shops

BEFORE = 1
"""Months before an end from which on a sign of going on counts."""
AFTER = 6
"""Months after an end up to which it counts."""

Exclusion = Callable[["Shops", np.ndarray, np.ndarray], np.ndarray]
"""(shops, month of each shop's first sale, month of its end) → True where the end is no crisis."""


def transfer(shops: Shops, first_sale: np.ndarray, ended: np.ndarray) -> np.ndarray:  # noqa: ARG001
    """True where another operator took over around the end, as the register tells.

    A hand-over long before the end is none of this: the new operator failed.

    Args:
        shops: As known on the day.
        first_sale: Not used.
        ended: Month of each shop's end; `FAR` if it has not ended.
    """
    return _around(shops.operator_since, ended)


def relocation(shops: Shops, first_sale: np.ndarray, ended: np.ndarray) -> np.ndarray:  # noqa: ARG001
    """True where the shop moved to other premises around the end, as the register tells.

    Args:
        shops: As known on the day.
        first_sale: Not used.
        ended: Month of each shop's end; `FAR` if it has not ended.
    """
    return _around(shops.moved, ended)


def same_name_successor(shops: Shops, first_sale: np.ndarray, ended: np.ndarray) -> np.ndarray:
    """True where another shop of the same name opened at the same place around the end: the shop goes on.

    Args:
        shops: As known on the day.
        first_sale: Month of each shop's first sale, `NEVER` if none is known.
        ended: Month of each shop's end; `FAR` if it has not ended.
    """
    place: dict[tuple[str, str], list[int]] = {}
    for other, (name, site) in enumerate(zip(shops.name, shops.site, strict=True)):
        if name and site and first_sale[other] != NEVER:
            place.setdefault((name, site), []).append(other)
    moved = np.zeros(len(shops), dtype=bool)
    for shop in np.flatnonzero(ended != FAR):
        others = place.get((shops.name[shop], shops.site[shop]), ())
        moved[shop] = any(
            other != shop and -BEFORE <= first_sale[other] - ended[shop] <= AFTER for other in others
        )
    return moved


def _around(month: np.ndarray, ended: np.ndarray) -> np.ndarray:
    """True where a month, NaN unknown, lies around the end."""
    gap = month - np.where(ended == FAR, np.nan, ended)
    return np.asarray((gap >= -BEFORE) & (gap <= AFTER))


EXCLUSIONS: Mapping[str, Exclusion] = {
    "same_name_successor": same_name_successor,
    "transfer": transfer,
    "relocation": relocation,
}
"""By name, in the order in which they are asked: an event is counted under the first that takes it."""


def without_excluded(
    names: Sequence[str], shops: Shops, first_sale: np.ndarray, ended: np.ndarray, *, mature: int
) -> Events:
    """The ends that are crises, those that are none, and how many each exclusion took.

    Args:
        names: Of `EXCLUSIONS`.
        shops: As known on the day.
        first_sale: Month of each shop's first sale, `NEVER` if none is known.
        ended: Month of each shop's end; `FAR` if it has not ended.
        mature: Last month whose ends are all known.
    """
    gone_on = np.zeros(len(shops), dtype=bool)
    counts = {}
    for name in names:
        found = EXCLUSIONS[name](shops, first_sale, ended) & ~gone_on
        counts[name] = int(found.sum())
        gone_on |= found
    return Events.once(
        shop_ids=shops.ids,
        month=np.where(gone_on, FAR, ended),
        left=np.where(gone_on, ended, FAR),
        mature=mature,
        excluded=counts,
    )
