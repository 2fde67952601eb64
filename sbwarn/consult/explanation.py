"""A score in plain words for the person whom it is about: what went in, by which criteria, what came out, what one may do.

Korea's Personal Information Protection Act, article 37-2, gives a person the right to an explanation of an automated
decision, to object, and to have a person look; an answer is due within 30 days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sbwarn.consult.origin import origin_of
from sbwarn.consult.text import grouped, risk_of
from sbwarn.indicators.build import named
from sbwarn.messages import language as spoken
from sbwarn.messages import number, say
from sbwarn.replay.decision import ANSWER_DAYS
from sbwarn.tables.panel import QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sbwarn.messages import Language
    from sbwarn.releases.record import Release
    from sbwarn.scoring.record import Score

CRITERIA = 5
"""Groups of criteria that are told, the weightiest first."""
ALWAYS_READ = ("industry", "district")


def explain(score: Score, *, language: Language | None = None) -> str:
    """The explanation as paragraphs, each under its heading; ready to be read out or handed over.

    Args:
        score: One that still knows what it was made from (`score.origin`).
        language: None: the score's own, else that of the messages.

    >>> from sbwarn import score_business
    >>> shop = {"industry_code": "I56-coffee", "district_id": "SJ01"}
    >>> score = score_business(shop, [8.1e6, 6.0e6, 4.4e6, 3.1e6, 2.9e6], as_of="2026-09")
    >>> "No decision" in explain(score, language="en")
    True
    """
    into = language or score.language or spoken()
    parts = {
        "what": _what(score, into),
        "inputs": _inputs(score, into),
        "criteria": _criteria(score, into),
        "result": list(_result(score, into)),
        "missing": _missing(score, into),
        "quality": _quality(score, into),
        "rights": [*(say(f"explain.right.{name}", into=into, days=ANSWER_DAYS) for name in ("person", "ask", "correct", "object")),
                   _contact(score, into)],
    }  # fmt: skip
    told = [
        f"{say(f'explain.heading.{name}', into=into)}\n" + "\n".join(lines)
        for name, lines in parts.items()
        if lines
    ]
    return "\n\n".join(told)


def _what(score: Score, into: Language) -> list[str]:
    lines = [
        say(
            "explain.what",
            into=into,
            shop=score.shop_id,
            as_of=score.as_of,
            release=score.release,
            id=score.score_id,
        )
    ]
    return (
        [*lines, say("told.demonstration", into=into, release=score.release)]
        if score.demonstration
        else lines
    )


def _inputs(score: Score, into: Language) -> list[str]:
    """Which tables something was known of: their names, never a value."""
    origin = origin_of(score)
    tables: dict[str, int] = {}
    for quantity, (table, _) in QUANTITIES.items():
        months = int(np.count_nonzero(~np.isnan(origin.panel.quantities[quantity][:, origin.place])))
        tables[table] = max(tables.get(table, 0), months)
    known = [
        say(
            "explain.months_of",
            into=into,
            input=say(f"explain.table.{table}", into=into),
            months=number(count, "months", into=into),
        )
        for table, count in tables.items()
        if count
    ]
    return [say("explain.inputs", into=into, as_of=score.as_of, known=", ".join(known) or "–")]


def _criteria(score: Score, into: Language) -> list[str]:
    release = origin_of(score).release
    shares = _family_shares(release)
    told = ", ".join(
        f"{say(f'catalogue.families.{family}', into=into)} {number(share, 'share', into=into)}"
        for family, share in list(shares.items())[:CRITERIA]
    )
    lines = [say("explain.criteria", into=into, count=len(release.indicators), criteria=told)]
    if "business" not in shares:
        lines.append(say("explain.not_used", into=into))
    return lines


def _family_shares(release: Release) -> dict[str, float]:
    """Share of the model's weight on each family of indicators, the weightiest first."""
    shares: dict[str, float] = {}
    for fact, weight in zip(named(release.indicators), release.weights, strict=True):
        shares[fact.family] = shares.get(fact.family, 0.0) + weight
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


def _result(score: Score, into: Language) -> Iterator[str]:
    if not score.scored:
        yield say("explain.not_scored", into=into, why=say(f"score.status.{score.status}", into=into))
        return
    yield say(
        "explain.result", into=into, horizon=score.horizon, risk=risk_of(score, score.horizon, into), level=say(f"levels.{score.level}", into=into),
        rate=number(score.observed_rate, "share", into=into), n=f"{score.observed_n:,}",
    )  # fmt: skip
    for heading, reasons in (("reasons", score.reasons), ("strengths", score.strengths)):
        if reasons:
            yield say(f"told.{heading}", into=into)
            yield from (f"- {reason.text(into, 'owner')}" for _, mine in grouped(reasons) for reason in mine)


def _missing(score: Score, into: Language) -> list[str]:
    inputs = ", ".join(say(f"score.inputs.{each.name}", into=into) for each in score.unknown)
    known = number(score.known_share, "share", into=into)
    return [say("explain.missing", into=into, inputs=inputs, known=known)] if inputs else []


def _quality(score: Score, into: Language) -> list[str]:
    release = origin_of(score).release
    figure = release.metrics.get("6", {}).get("all", {}).get("ours", {}).get("auc")
    if figure is None:
        return []
    return [
        say(
            "explain.quality_synthetic" if release.demonstration else "explain.quality",
            into=into, tested=release.tested_months(6), right=f"{figure.value:.0%}", low=f"{figure.low:.0%}", high=f"{figure.high:.0%}", n=f"{figure.n:,}",
        )
    ]  # fmt: skip


def _contact(score: Score, into: Language) -> str:
    told = origin_of(score).release.facts.get("contact")
    return say("explain.contact", into=into, contact=told) if told else say("explain.no_contact", into=into)
