"""One gate: a measure, the bounds that it has to keep to, and how a figure stands against them."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Literal

from sbwarn.releases.record import Figure, Verdict

REMOVED = "removed"
"""Rule of a gate that was taken out, for a reason."""
End = Literal["value", "low", "high"]
Kind = Literal["real", "synthetic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One criterion."""

    name: str
    measure: str
    """In `Release.measures`, or horizon/population/model/measure in `Release.metrics`."""
    use: End = "value"
    """The number that has to keep to the bounds: the figure itself, or an end of its 95 % interval."""
    least: float | None = None
    most: float | None = None
    optional: bool = False
    """True if it may stay unmeasured."""
    on: Kind | None = None
    """Data that it is for; None for both."""
    why: str = ""
    reason: str = ""
    """Why it was loosened."""
    removed: bool = False

    @property
    def rule(self) -> str:
        """In words of numbers.

        >>> Gate(name="a", measure="b", use="low", least=0.65).rule
        'low >= 0.65'
        >>> Gate(name="a", measure="b", least=0.8, most=1.25).rule
        '0.8 <= value <= 1.25'
        """
        if self.removed:
            return REMOVED
        if self.least is not None and self.most is not None:
            return f"{self.least!r} <= {self.use} <= {self.most!r}"
        return f"{self.use} >= {self.least!r}" if self.least is not None else f"{self.use} <= {self.most!r}"

    def is_for(self, *, synthetic: bool) -> bool:
        """True if it is for data of this kind."""
        return self.on is None or self.on == ("synthetic" if synthetic else "real")

    def verdict(self, figure: Figure | None) -> Verdict:
        """How a figure stands against it; None: it was not measured."""
        told = figure or Figure(value=math.nan, low=math.nan, high=math.nan, n=0, events=0)
        got: float = getattr(told, self.use)
        return Verdict(
            name=self.name,
            measure=self.measure,
            rule=self.rule,
            **asdict(told),
            passed=None if math.isnan(got) or self.removed else self._holds(got),
            optional=self.optional or self.removed,
            reason=self.reason,
        )

    def _holds(self, got: float) -> bool:
        return (self.least is None or got >= self.least) and (self.most is None or got <= self.most)
