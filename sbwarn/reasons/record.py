"""What a reason is: one indicator that moves the risk, with the figures behind it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from sbwarn.messages import Language, number, say

Group = Literal["internal", "competitive", "external"]
Beside = Literal["peers", "everyone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One indicator that raises the risk (or, as a strength, lowers it), with the figures behind it."""

    indicator: str
    value: float
    """The shop's own value, in the indicator's unit."""
    peer_value: float
    """The median of the shop's peers, or of all shops; NaN where it is not known."""
    push: float
    """How far it moves the risk, in log-odds; above 0 raises it."""
    group: Group
    unit: str
    currency: str
    beside: Beside
    """Whose median `peer_value` is."""

    def text(self, language: Language | None = None) -> str:
        """The sentence that a consultant can say aloud."""
        sentence = say(
            f"indicators.{self.indicator}.reason",
            into=language,
            value=number(self.value, self.unit, into=language, currency=self.currency),
        )
        if math.isnan(self.peer_value):
            return sentence
        peers = number(self.peer_value, self.unit, into=language, currency=self.currency)
        return say(f"score.beside_{self.beside}", into=language, sentence=sentence, value=peers)

    def __str__(self) -> str:
        return self.text()
