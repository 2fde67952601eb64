"""One side of a card as Markdown: sentences, tables and figures of one language, with the mark of synthetic data."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sbwarn.messages import UNKNOWN, Language, knows, number, say

if TYPE_CHECKING:
    from sbwarn.releases.record import Figure

SHARES = frozenset({
    "average_precision", "capture_5", "capture_10", "share_3", "share_6", "never", "precision", "new_precision",
    "too_late", "reached", "reached_in_time", "tpr_gap",
})  # fmt: skip
"""Measures that people read in per cent."""
ROUGH = frozenset({
    "lower_quartile", "median", "upper_quartile", "alerts_per_100", "alerts_per_month", "new_per_100", "new_per_month",
    "number_needed",
})  # fmt: skip
"""Measures of which one digit behind the point is enough."""
NO_BREAK = "\u00a0"
"""A space at which no line ends: a figure stays in one piece."""
_SIGNS = re.compile(r"([\\`*_\[\]<>#|~&])")


def escaped(text: object) -> str:
    """A text of the data or of a person, so that Markdown shows it as it is, in one line.

    >>> print(escaped("A|B <script>"))
    A\\|B \\<script\\>
    """
    return _SIGNS.sub(r"\\\1", " ".join(str(text).split()))


def code(text: object) -> str:
    """A name as code; marks that would end it are left out.

    >>> code("silent_3 v1")
    '`silent_3 v1`'
    """
    return f"`{' '.join(str(text).split()).replace('`', '').replace('|', '¦')}`"


@dataclass(frozen=True, slots=True)
class Side:
    """What the parts of a card share: the language, and what stands beside every figure."""

    language: Language
    synthetic: bool

    @property
    def mark(self) -> str:
        """Beside every figure of a simulated city; else empty."""
        return self.say("mark") if self.synthetic else ""

    def say(self, key: str, **facts: object) -> str:
        """The sentence `card.<key>`, or that of another file if the key names one ("datacard:tables")."""
        home, _, name = key.rpartition(":")
        return say(f"{home or 'card'}.{name}", into=self.language, **facts)

    def word(self, group: str, name: str) -> str:
        """The catalogue's word for a code ("figures.measure", "auc"), or the code itself."""
        key = f"{group}.{name}"
        return say(key, into=self.language) if knows(key) else escaped(name)

    def section(self, name: str) -> list[str]:
        """A heading with empty lines around it."""
        return ["", f"## {self.say(f'section.{name}')}", ""]

    def told(self, key: str, **facts: object) -> str:
        """A line of a list that holds figures."""
        return f"- {self.say(key, **facts)}{self.mark}"

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]], *, sides: str = "l") -> list[str]:
        """A table; every row bears the mark.

        Args:
            head: Words above the columns.
            rows: Cells.
            sides: "l" for a column of words, "r" for one of numbers; columns that are not named hold numbers.
        """
        rule = ["---" if side == "l" else "---:" for side in sides.ljust(len(head), "r")]
        lines = [f"| {' | '.join(cells)} |" for cells in (head, rule)]
        lines += [f"| {cells[0]}{self.mark} | {' | '.join(cells[1:])} |" for cells in rows]
        return ["", *lines, ""]

    def number(self, value: float, unit: str = "count") -> str:
        """A plain number as people write it."""
        return number(value, unit, into=self.language)

    def figure(self, found: Figure | None, name: str) -> str:
        """Value and interval of a measure that ends with this name; a dash if it was not measured."""
        if found is None or math.isnan(found.value):
            return UNKNOWN
        measure = name.rpartition("/")[2]
        value, low, high = (self._one(each, measure) for each in (found.value, found.low, found.high))
        return self.say("interval", value=value, low=low, high=high)

    def of(self, found: Figure | None) -> str:
        """Rows and crises behind a figure."""
        if found is None:
            return UNKNOWN
        return f"{self.number(found.n)}{NO_BREAK}/{NO_BREAK}{self.number(found.events)}"

    def counted(self, found: Figure) -> str:
        """The same in words."""
        return self.say("of", n=self.number(found.n), events=self.number(found.events))

    def _one(self, value: float, measure: str) -> str:
        if math.isnan(value):
            return UNKNOWN
        if measure in SHARES:
            return self.number(value, "share")
        return f"{value:z.1f}" if measure in ROUGH else f"{value:z.3f}"
