"""What a score is: the record that scripts, reports and files share."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sbwarn.messages import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sbwarn.reasons.record import Reason

Level = Literal["normal", "watch", "caution", "alert", "severe", "not_scored"]
LEVELS: tuple[Level, ...] = ("normal", "watch", "caution", "alert", "severe")
Depth = Literal["A", "B", "C", "D", "E"]
HORIZONS = (3, 6, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The risk of one shop as of the end of one month."""

    shop_id: str
    as_of: str
    """The month, "YYYY-MM"; everything public by its last day was used, nothing else."""
    risk: Mapping[int, float]
    """Probability of a crisis within 3, 6 and 12 months; NaN if the shop cannot be scored."""
    interval: Mapping[int, tuple[float, float]]
    """95 % interval of the crisis rate observed among shops with about this risk, by horizon."""
    level: Level
    percentile: float
    """Share (0..100) of the release's reference shops with a lower six-month risk."""
    observed_rate: float
    """Crisis rate within six months that was observed in this level when the release was made."""
    observed_n: int
    """Shops behind `observed_rate`."""
    depth: Depth
    """How much is known of the shop: A (nearly everything the model can use) to E (too little)."""
    known_share: float
    """Share of the release's indicators that are known for this shop."""
    reasons: tuple[Reason, ...]
    strengths: tuple[Reason, ...]
    unknown: tuple[str, ...]
    """Inputs of which nothing is known: "rent", "footfall" …"""
    status: str
    """"scored", or why not: "closed", "no_recent_sales", "too_short", "unknown_shop"."""
    release: str
    demonstration: bool
    """True if the release was trained on a simulated city: never use it for a real shop."""
    synthetic: bool = False
    """True if the shop itself is simulated."""

    def to_dict(self, language: Language | None = None) -> dict[str, object]:
        """The whole score as plain values, ready for JSON; an unknown number is None."""
        return {
            "shop_id": self.shop_id,
            "as_of": self.as_of,
            "risk": {str(horizon): _plain(risk) for horizon, risk in self.risk.items()},
            "interval": {
                str(horizon): [_plain(low), _plain(high)] for horizon, (low, high) in self.interval.items()
            },
            "level": self.level,
            "level_label": say(f"levels.{self.level}", into=language),
            "percentile": _plain(self.percentile),
            "observed_rate": _plain(self.observed_rate),
            "observed_n": self.observed_n,
            "depth": self.depth,
            "known_share": self.known_share,
            "reasons": [_reason(reason, language) for reason in self.reasons],
            "strengths": [_reason(reason, language) for reason in self.strengths],
            "unknown": list(self.unknown),
            "status": self.status,
            "release": self.release,
            "demonstration": self.demonstration,
        }

    def to_json(self, language: Language | None = None) -> str:
        """`to_dict` as one line of JSON."""
        return json.dumps(self.to_dict(language), ensure_ascii=False, allow_nan=False)

    def __str__(self) -> str:
        if self.status != "scored":
            why = say(f"score.status.{self.status}")
            return say("score.not_scored", shop=self.shop_id, as_of=self.as_of, why=why)
        lines = [
            say(
                "score.headline",
                shop=self.shop_id,
                as_of=self.as_of,
                level=say(f"levels.{self.level}"),
                risk=number(self.risk[6], "share"),
                low=number(self.interval[6][0], "share"),
                high=number(self.interval[6][1], "share"),
                depth=self.depth,
            ),
            say("score.horizons", three=number(self.risk[3], "share"), twelve=number(self.risk[12], "share")),
            *(f"  + {reason.text()}" for reason in self.reasons),
            *(f"  - {strength.text()}" for strength in self.strengths),
        ]
        if self.unknown:
            lines.append(
                say("score.unknown", inputs=", ".join(say(f"score.inputs.{name}") for name in self.unknown))
            )
        if self.demonstration:
            lines.append(say("score.demonstration", release=self.release))
        return "\n".join(lines)


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _reason(reason: Reason, language: Language | None) -> dict[str, object]:
    return {
        "indicator": reason.indicator,
        "value": _plain(reason.value),
        "peer_value": _plain(reason.peer_value),
        "push": float(reason.push),
        "group": reason.group,
        "text": reason.text(language),
    }
