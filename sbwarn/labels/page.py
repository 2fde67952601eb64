"""The overview of label rules as a page for the terminal."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sbwarn.messages import UNKNOWN, say

if TYPE_CHECKING:
    from sbwarn.labels.agreement import Overview
    from sbwarn.labels.rules import LabelRule

DIGEST = 12
"""Characters of a digest by which people tell two rules apart."""
GAP = "  "


def page(told: Overview) -> str:
    """The overview, line by line, in the language in force; each line with figures of a simulated city says so."""
    return "\n".join(_lines(told))


def _lines(told: Overview) -> Iterator[str]:
    mark = say("labels.synthetic") if told.synthetic else ""
    yield say(
        "labels.title", dataset=told.dataset, as_of=told.as_of, shops=f"{told.shops:,}", rows=f"{told.rows:,}"
    ) + mark  # fmt: skip
    for rule in told.rules:
        yield ""
        yield from _about(told, rule, mark)
    if told.kappas:
        yield ""
        yield say("labels.agreement", horizon=told.horizon)
        yield from _table(_kappas(told), mark, left=2)


def _about(told: Overview, rule: LabelRule, mark: str) -> Iterator[str]:
    yield say("labels.rule", title=rule.title, digest=rule.digest[:DIGEST])
    yield say(
        "labels.facts", tables=", ".join(rule.reads), maturity=rule.maturity,
        horizons=", ".join(map(str, rule.horizons)),
    )  # fmt: skip
    yield say("labels.found", events=f"{told.events[rule.name]:,}", excluded=_excluded(told, rule)) + mark
    for each in told.maturities[rule.name]:
        key = "labels.mature" if each.last else "labels.immature"
        yield say(key, horizon=each.horizon, last=each.last, waiting=f"{each.waiting:,}") + mark
    rates = told.rates[(told.rates["rule"] == rule.name) & (told.rates["horizon"] == told.horizon)]
    if len(rates):
        yield say("labels.rates", horizon=told.horizon)
        head = [say(f"labels.columns.{name}") for name in ("as_of", "n", "crises", "rate", "interval")]
        rows = [
            [each["as_of"], f"{each['n']:,}", f"{each['crises']:,}", f"{each['rate']:.1%}",
             f"{each['low']:.1%}–{each['high']:.1%}"]
            for each in rates.to_dict("records")
        ]  # fmt: skip
        yield from _table([head, *rows], mark, left=1)


def _excluded(told: Overview, rule: LabelRule) -> str:
    """What was taken out by which exclusion; a part of a composition is named before it."""
    counts = []
    for name, count in told.excluded[rule.name].items():
        part, _, exclusion = name.rpartition(": ")
        word = say(f"labels.exclusions.{exclusion}")
        counts.append(f"{part}: {word} {count:,}" if part else f"{word} {count:,}")
    return ", ".join(counts) or say("labels.no_exclusions")


def _kappas(told: Overview) -> list[list[str]]:
    names = ("one", "other", "n", "both", "one_alone", "other_alone", "kappa", "interval")
    head = [say(f"labels.columns.{name}") for name in names]
    return [head] + [
        [each.one, each.other, *(f"{count:,}" for count in (each.n, each.both, each.one_alone, each.other_alone)),
         _figure(each.value), f"{_figure(each.low)}–{_figure(each.high)}" if math.isfinite(each.low) else UNKNOWN]
        for each in told.kappas
    ]  # fmt: skip


def _figure(value: float) -> str:
    return f"{value:z.2f}" if math.isfinite(value) else UNKNOWN


def _table(rows: Sequence[Sequence[str]], mark: str, *, left: int) -> Iterator[str]:
    """Lines of cells below each other, the first `left` columns flush left; the mark after each line but the first."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        cells = [
            _filled(cell, width, left=place < left)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield (GAP + GAP.join(cells)).rstrip() + (mark if number else "")


def _filled(cell: str, width: int, *, left: bool) -> str:
    blank = " " * (width - _width(cell))
    return cell + blank if left else blank + cell


def _width(text: str) -> int:
    """Columns of a terminal that a text takes: a Hangul syllable takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
