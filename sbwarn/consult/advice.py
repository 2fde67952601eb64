"""What may help the shop of a score: what would lower its risk by the model's reading, and the programmes that fit."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sbwarn.advice.advise import Advice
from sbwarn.advice.advise import advise as advise_shops
from sbwarn.consult.origin import origin_of
from sbwarn.tables.month import last_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sbwarn.advice.facts import Fact
    from sbwarn.scoring.record import Score


def advise(score: Score, *, facts: Mapping[str, Fact | None] | None = None, on: date | None = None) -> Advice:
    """The advice for one shop; none of it reaches its score.

    Args:
        score: One that still knows what it was made from.
        facts: From the interview, like `{"in_sejong": True}`: names of `sbwarn.advice.facts.FACTS`.
        on: The day one stands on, for the rules of the programmes; None for the last day of the as-of month.

    Raises:
        SettingError: a fact has a strange name or kind, or the score was read from a file.

    >>> from sbwarn import score_business
    >>> shop = {"industry_code": "I56-coffee", "district_id": "SJ01"}
    >>> score = score_business(shop, [5.1e6, 5.0e6, 4.8e6, 4.6e6, 4.4e6, 4.3e6], 1_500_000, as_of="2026-09")
    >>> "no promise" in "".join(advise(score).search.lines(language="en"))
    True
    """
    origin = origin_of(score)
    return advise_shops(
        origin.panel, origin.peers, origin.release,
        on=on or last_day(origin.panel.as_of).astype(date), shops=[origin.place], given={score.shop_id: facts or {}}, horizon=score.horizon,
    )[0]  # fmt: skip
