"""A score as a consultant reads it: the lines that `print(score)` shows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sbwarn.messages import number, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sbwarn.messages import Language
    from sbwarn.reasons.record import Reason
    from sbwarn.scoring.record import Score

GROUPS = ("internal", "competitive", "external")
SHOWN = 0.0005
"""Cost from which an input is told as unknown: below it reads as nothing."""
OTHERS = {3: (6, 12), 6: (3, 12), 12: (3, 6)}


def told(score: Score) -> str:
    """The score in a few lines: headline, other horizons, reasons and strengths by group, what is unknown, doubts."""
    into = score.language
    lines = [headline(score), *_why(score), *unknown_lines(score)]
    lines += [note.text(into) for note in score.notes if note.doubt]
    if score.demonstration:
        lines.append(say("told.demonstration", into=into, release=score.release))
    return "\n".join(lines)


def headline(score: Score) -> str:
    """Shop, month, class, the risk within the horizon with its interval; or why there is none."""
    into = score.language
    if not score.scored:
        why = say(f"score.status.{score.status}", into=into)
        return say("told.not_scored", into=into, shop=score.shop_id, as_of=score.as_of, why=why)
    return say(
        "told.headline",
        into=into,
        shop=score.shop_id,
        as_of=score.as_of,
        level=say(f"levels.{score.level}", into=into),
        horizon=score.horizon,
        risk=risk_of(score, score.horizon),
        depth=score.depth,
        depth_means=say(f"told.depths.{score.depth}", into=into),
    )


def risk_of(score: Score, horizon: int, into: Language | None = None) -> str:
    """A risk with its interval where one was observed, "12.3% (9.8%–15.0%)"."""
    into = into or score.language
    risk = number(score.risk[horizon], "share", into=into)
    low, high = (number(end, "share", into=into) for end in score.interval[horizon])
    return say(
        "told.no_interval" if low == high == "–" else "told.risk",
        into=into,
        risk=risk,
        low=low,
        high=high,
    )


def unknown_lines(score: Score) -> list[str]:
    """What is unknown and what it costs; nothing if all is known."""
    into = score.language
    parts = [
        say("told.unknown_input", into=into, input=say(f"score.inputs.{each.name}", into=into), cost=number(each.cost, "share", into=into))
        for each in score.unknown
        if each.cost >= SHOWN
    ]  # fmt: skip
    known = number(score.known_share, "share", into=into)
    return [say("told.unknown", into=into, inputs=", ".join(parts), known=known)] if parts else []


def grouped(reasons: Sequence[Reason]) -> Iterator[tuple[str, list[Reason]]]:
    """Reasons by group: the shop itself, its peers, its surroundings; groups without any are left out."""
    for group in GROUPS:
        mine = [reason for reason in reasons if reason.group == group]
        if mine:
            yield group, mine


def _why(score: Score) -> Iterator[str]:
    into = score.language
    if not score.scored:
        return
    first, second = OTHERS[score.horizon]
    yield say(
        "told.horizons",
        into=into,
        first=first,
        at_first=risk_of(score, first),
        second=second,
        at_second=risk_of(score, second),
    )
    yield say(
        "told.beside_others",
        into=into,
        percentile=math.floor(score.percentile),
        rate=number(score.observed_rate, "share", into=into),
        n=f"{score.observed_n:,}",
    )
    for heading, reasons in (("reasons", score.reasons), ("strengths", score.strengths)):
        if reasons:
            yield say(f"told.{heading}", into=into)
        for group, mine in grouped(reasons):
            yield f"  {say(f'score.groups.{group}', into=into)}"
            yield from (f"    {_sign(reason)} {reason.text(into)}" for reason in mine)


def _sign(reason: Reason) -> str:
    return "+" if reason.push > 0 else "−"
