"""What a reason is: one indicator that speaks for its theme, with the figures behind it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sbwarn.reasons.words import told

if TYPE_CHECKING:
    from sbwarn.messages import Language
    from sbwarn.reasons.words import Audience

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
    """How far its theme moves the risk, in log-odds; above 0 raises it."""
    together: int
    """Known indicators of the theme that the push is the sum of, this one included."""
    group: Group
    unit: str
    currency: str
    beside: Beside
    """Whose median `peer_value` is."""

    def text(self, language: Language | None = None, audience: Audience = "consultant") -> str:
        """Whole sentences for one audience (see `words.told`); the consultant's can be said aloud."""
        return told(self, language=language, audience=audience)

    def to_dict(self, language: Language | None = None) -> dict[str, object]:
        """The reason as plain values, ready for JSON; an unknown number is None."""
        return {
            "indicator": self.indicator,
            "value": None if math.isnan(self.value) else self.value,
            "peer_value": None if math.isnan(self.peer_value) else self.peer_value,
            "unit": self.unit,
            "beside": self.beside,
            "push": self.push,
            "together": self.together,
            "group": self.group,
            "text": self.text(language),
        }

    def __str__(self) -> str:
        return self.text()
