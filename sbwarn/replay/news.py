"""What became known of a shop between two of its scores: new months, corrected ones, and facts that changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sbwarn.messages import Language, say
from sbwarn.replay.recorded import FACTS, POSITION
from sbwarn.tables.month import as_month
from sbwarn.tables.panel import DEPTH, QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sbwarn.replay.recorded import Recorded

PLACE = "place"
"""How a change of longitude, latitude or both is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Months and facts in which two records of a shop differ."""

    new: Mapping[str, tuple[str, ...]]
    """By table, months that had not closed at the earlier score."""
    corrected: Mapping[str, tuple[str, ...]]
    """By table, months that had closed then and now hold another value: corrected, told late, or withdrawn."""
    facts: tuple[str, ...]
    """Names of facts that are another value now, or known in one of the two alone."""

    def lines(self, language: Language | None = None) -> list[str]:
        """A sentence for each kind of news that there is."""
        told = []
        for kind, months in (("new", self.new), ("corrected", self.corrected)):
            if months:
                tables = "; ".join(_months_of(table, some, language) for table, some in months.items())
                told.append(say(f"bridge.news_{kind}", into=language, tables=tables))
        if self.facts:
            names = ", ".join(say(f"bridge.facts.{name}", into=language) for name in self.facts)
            told.append(say("bridge.news_facts", into=language, facts=names))
        return told


def news(before: Recorded, after: Recorded) -> News:
    """What the later record holds of the shop that the earlier one does not.

    Args:
        before: The earlier record.
        after: A record of the same shop.
    """
    new: dict[str, set[str]] = {}
    corrected: dict[str, set[str]] = {}
    for quantity, (table, _) in QUANTITIES.items():
        closed = str(as_month(before.as_of) - before.lags.get(quantity, before.lags["sales"]))
        for month in _other(before, after, quantity):
            found = new if month > closed else corrected
            found.setdefault(table, set()).add(month)
    facts = [name for name in FACTS if before.facts.get(name) != after.facts.get(name)]
    return News(
        new={table: tuple(sorted(months)) for table, months in new.items()},
        corrected={table: tuple(sorted(months)) for table, months in corrected.items()},
        facts=tuple(dict.fromkeys(PLACE if name in POSITION else name for name in facts)),
    )


def _other(before: Recorded, after: Recorded, quantity: str) -> Iterator[str]:
    """Months of the later record's window whose value differs; one that fell out of the other's window does not."""
    was, now = before.monthly.get(quantity, {}), after.monthly.get(quantity, {})
    first = max(_first(record, quantity) for record in (before, after))
    last = str(as_month(after.as_of) - after.lags.get(quantity, after.lags["sales"]))
    for month in was.keys() | now.keys():
        if first <= month <= last and was.get(month) != now.get(month):
            yield month


def _first(record: Recorded, quantity: str) -> str:
    return str(as_month(record.as_of) - record.lags.get(quantity, record.lags["sales"]) - (DEPTH - 1))


def _months_of(table: str, months: tuple[str, ...], language: Language | None) -> str:
    """Name of a table and its months, as a span where they are several."""
    span = months[0] if len(months) == 1 else f"{months[0]} … {months[-1]}"
    name = say(f"bridge.tables.{table}", into=language)
    return say("bridge.months", into=language, table=name, count=len(months), span=span)
