"""What a label rule found: the crises of each shop as episodes, and which of them lies ahead of a month.

Two kinds of crisis: an end, after which nothing comes, and a spell, which may pass and come again. A month, as known
then, is asked for the next crisis that was not public yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import numpy as np

FAR = 1 << 30
"""An event month that lies beyond everything: no event is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Of whom a rule could tell anything at all, by as-of month."""

    first: int
    """As-of month of the first row (ordinal); before it nobody was in sight, after the last row those of that row."""
    shops: np.ndarray
    """As-of months × shops: True where enough was known for a crisis to be seen."""

    def at(self, month: int) -> np.ndarray:
        """By shop: whether it was in sight at the end of a month."""
        row = min(month - self.first, len(self.shops) - 1)
        return self.shops[row] if row >= 0 else np.zeros(self.shops.shape[1], dtype=bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class Episodes:
    """The crises that one rule found, by shop and month; arrays of one length."""

    owner: np.ndarray
    """Place of the shop in `Events.shop_ids`; never falls."""
    month: np.ndarray
    """Month of the crisis (ordinal); rises within a shop."""
    known: np.ndarray
    """Month at whose end it was known."""
    until: np.ndarray
    """Month at whose end it was known to be over; `FAR` while it lasts."""
    final: bool
    """True for an end: the one crisis of a shop, which counts even where it was known already."""
    sight: Sight | None = None
    """None where every shop is in sight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What lay ahead of some shops at the end of one month; arrays of one length."""

    event: np.ndarray
    """Month of the next crisis; `FAR` if none is known. That of an end may lie in the month or before it: the shop had
    stopped, and nobody could know."""
    left: np.ndarray
    """Month from which nothing can be said any more; `FAR` if there is none before the crisis."""
    at_risk: np.ndarray
    """False where there is no question to ask: the crisis was there already, and known, or too little is known of the
    shop for one to be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """When the crises of each shop came, as known on one day."""

    shop_ids: np.ndarray
    """Sorted."""
    parts: tuple[Episodes, ...]
    """One for each rule that is asked."""
    left: np.ndarray
    """By shop: month from which it went on under another number, or was left out: no crisis, and no proof of none.
    `FAR` if it did not."""
    mature: int
    """Last month whose events are all known: a horizon that ends later has no label yet."""
    excluded: Mapping[str, int] = field(default_factory=dict)
    """Events that are none, by the exclusion that took them."""

    @classmethod
    def once(
        cls,
        *,
        shop_ids: np.ndarray,
        month: np.ndarray,
        left: np.ndarray,
        mature: int,
        excluded: Mapping[str, int] | None = None,
    ) -> Events:
        """Events of which a shop can have but one: its end.

        Args:
            shop_ids: Sorted.
            month: By shop: month of its end, `FAR` if none is known.
            left: By shop: month from which nothing can be said, `FAR` if there is none.
            mature: Last month whose events are all known.
            excluded: Events that are none, by exclusion.

        >>> ends = Events.once(shop_ids=np.array(["A", "B"]), month=np.array([9, FAR]), left=np.full(2, FAR), mature=9)
        >>> ends.parts[0].owner.tolist(), ends.parts[0].month.tolist()
        ([0], [9])
        """
        owner = np.flatnonzero(month != FAR)
        ends = Episodes(
            owner=owner, month=month[owner], known=month[owner], until=np.full(len(owner), FAR), final=True
        )
        return cls(shop_ids=shop_ids, parts=(ends,), left=left, mature=mature, excluded=excluded or {})

    @property
    def month(self) -> np.ndarray:
        """Month of the first crisis of each shop; `FAR` if none is known."""
        return _earliest(
            [_first_of_each(part, len(self.shop_ids)) for part in self.parts], len(self.shop_ids)
        )

    @property
    def count(self) -> int:
        """Crises of all shops."""
        return sum(len(part.owner) for part in self.parts)

    def ahead(self, shop_ids: np.ndarray, month: int) -> Ahead:
        """What lay ahead of these shops at the end of a month.

        An end counts wherever it lies. A spell counts if it became known later; a shop in the midst of one that was
        known, or of which too little was known, is asked about the other parts of a composition alone, if there are any.

        Args:
            shop_ids: Shops of the rule's data set, in any order; one that it does not hold has no event.
            month: As-of month (ordinal).

        >>> ends = Events.once(shop_ids=np.array(["A", "B"]), month=np.array([9, FAR]), left=np.full(2, FAR), mature=9)
        >>> ends.ahead(np.array(["B", "A"]), 7).event == FAR
        array([ True, False])
        """
        return _of(_ahead(self, month), self.shop_ids, shop_ids)


def _ahead(events: Events, month: int) -> Ahead:
    """What lay ahead of every shop at the end of a month."""
    shops = len(events.shop_ids)
    within = [_is_within(part, shops, month) for part in events.parts]
    event = _earliest(
        [
            np.where(known_before, FAR, _next_of_each(part, shops, month))
            for part, known_before in zip(events.parts, within, strict=True)
        ],
        shops,
    )
    asked = [
        ~known_before if part.sight is None else ~known_before & part.sight.at(month)
        for part, known_before in zip(events.parts, within, strict=True)
    ]
    # What came first counts: a crisis before the shop left is one, a crisis after it is not seen.
    crisis_first = event < events.left
    return Ahead(
        event=np.where(crisis_first, event, FAR),
        left=np.where(crisis_first, FAR, events.left),
        at_risk=np.any(asked, axis=0),
    )


def _of(ahead: Ahead, known: np.ndarray, wanted: np.ndarray) -> Ahead:
    """The same for the shops that are wanted."""
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    found = known[place] == wanted
    return Ahead(
        event=np.where(found, ahead.event[place], FAR),
        left=np.where(found, ahead.left[place], FAR),
        at_risk=np.where(found, ahead.at_risk[place], True),  # noqa: FBT003
    )


def _next_of_each(part: Episodes, shops: int, month: int) -> np.ndarray:
    """Month of each shop's first crisis that was not known by the end of a month; of an end, whenever it came."""
    return _first_of_each(part, shops, None if part.final else part.known > month)


def _is_within(part: Episodes, shops: int, month: int) -> np.ndarray:
    """True for shops in the midst of a spell that was known by the end of a month."""
    within = np.zeros(shops, dtype=bool)
    if not part.final:
        within[part.owner[(part.known <= month) & (month < part.until)]] = True
    return within


def _first_of_each(part: Episodes, shops: int, which: np.ndarray | None = None) -> np.ndarray:
    """Month of the first of some episodes of each shop, `FAR` if it has none."""
    owner, month = (part.owner, part.month) if which is None else (part.owner[which], part.month[which])
    first = np.full(shops, FAR)
    # Written backwards, so that a shop's first episode is the last to be written.
    first[owner[::-1]] = month[::-1]
    return first


def _earliest(months: Sequence[np.ndarray], shops: int) -> np.ndarray:
    return reduce(np.minimum, months, np.full(shops, FAR))
