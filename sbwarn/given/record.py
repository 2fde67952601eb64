"""`Given`: what was handed over for one shop, in the form that a score is made of, and what was understood on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sbwarn.messages import say

if TYPE_CHECKING:
    import pandas as pd

    from sbwarn.messages import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing that was understood, counted or doubted; never a value that names or reaches a person."""

    kind: str
    """A name under `note` in the catalogue's page `given`."""
    argument: str
    facts: Mapping[str, object] = field(default_factory=dict)
    """Words and numbers for the gaps of the sentence."""

    @property
    def doubt(self) -> bool:
        """True where the input was taken as it came although it looks wrong: somebody should look at it."""
        return self.kind.startswith("doubt_")

    def text(self, into: Language | None = None) -> str:
        """The note as a sentence.

        >>> Note(kind="unit", argument="sales", facts={"unit": "KRW", "scale": "1"}).text("en")
        'sales: amounts are in KRW (× 1)'
        """
        return say(f"given.note.{self.kind}", into=into, argument=self.argument, **self.facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is known of one shop, ready to be laid into a panel."""

    facts: Mapping[str, object]
    """By column of the shops schema and `lease_ends_on`: text, float or `datetime.date`; what is not known is left out."""
    monthly: dict[str, dict[str, float]]
    """By quantity of the panel, month ("2026-03") → amount in the currency, months in order; unknown months are left out."""
    as_of: pd.Period
    """The month at whose end one stands: as told, else the first as of which the last known sales count as closed."""
    lags: Mapping[str, int]
    """By table: months after which a month counts as closed. A data set brings its own."""
    notes: tuple[Note, ...] = ()
    """What was understood, in the order in which it was met."""

    @property
    def doubts(self) -> tuple[Note, ...]:
        """The notes that somebody should look at before the score is used."""
        return tuple(note for note in self.notes if note.doubt)
