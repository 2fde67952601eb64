"""What a score is: the record that scripts, reports and files share."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from sbwarn.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sbwarn.given.record import Note
    from sbwarn.messages import Language
    from sbwarn.reasons.record import Reason
    from sbwarn.scoring.origin import Origin

Level = Literal["normal", "watch", "caution", "alert", "severe", "not_scored"]
LEVELS: tuple[Level, ...] = ("normal", "watch", "caution", "alert", "severe")
Depth = Literal["A", "B", "C", "D", "E"]
HORIZONS = (3, 6, 12)
DIGESTS = ("score_id", "input_digest", "result_digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """One input of which nothing is known, and what that costs the score."""

    name: str
    """"rent", "footfall" …"""
    cost: float
    """Share (0..1) of the model's weight that lies on indicators which are unknown for want of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The risk of one shop as of the end of one month."""

    shop_id: str
    as_of: str
    """The month, "YYYY-MM"; everything public by its last day was used, nothing else."""
    horizon: int = 6
    """Months ahead that the headline, the reasons and the advice speak of."""
    risk: Mapping[int, float]
    """Probability of a crisis within 3, 6 and 12 months; NaN if the shop cannot be scored."""
    interval: Mapping[int, tuple[float, float]]
    """95 % interval of the crisis rate among shops with about this risk, by horizon; NaN where none was observed."""
    level: Level
    """By the risk within six months, whatever the horizon."""
    percentile: float
    """Share (0..100) of the release's reference shops with a lower six-month risk."""
    observed_rate: float
    """Crisis rate within six months that was observed in this level when the release was made."""
    observed_n: int
    """Shops behind `observed_rate`."""
    depth: Depth
    """How much is known of the shop: A (nearly everything the model can use) to E (too little for a risk)."""
    known_share: float
    """Share (0..1) of the model's weight that lies on indicators which are known for this shop."""
    reasons: tuple[Reason, ...]
    """What raises the risk, strongest first."""
    strengths: tuple[Reason, ...]
    """What lowers it, strongest first."""
    unknown: tuple[Unknown, ...]
    """Inputs of which nothing is known, the dearest first."""
    status: str
    """"scored", or why not: "closed", "no_recent_sales", "too_short", "too_little", "unknown_shop"."""
    release: str
    demonstration: bool
    """True if the release was trained on a simulated city: never use it for a real shop."""
    synthetic: bool = False
    """True if the shop itself is simulated."""
    notes: tuple[Note, ...] = field(default=(), compare=False)
    """What was understood of the input, and what looked odd in it."""
    language: Language | None = field(default=None, compare=False)
    """In which it speaks; None: that of the messages."""
    origin: Origin | None = field(default=None, repr=False, compare=False)
    """What it was made from, held and not copied; None for a score that was read from a file."""

    @property
    def scored(self) -> bool:
        """True if there is a risk."""
        return self.status == "scored"

    @property
    def score_id(self) -> str:
        """Twelve letters that name this score: the same inputs, release and result, the same id."""
        return str(_upstairs("recorded", self).score_id)

    @property
    def input_digest(self) -> str:
        """SHA-256 of all that it was computed from."""
        return str(_upstairs("recorded", self).input_digest)

    @property
    def result_digest(self) -> str:
        """SHA-256 of what came out, in no language."""
        return str(_upstairs("recorded", self).result_digest)

    def to_dict(self, language: Language | None = None) -> dict[str, object]:
        """The whole score as plain values, ready for JSON; an unknown number is None."""
        into = language or self.language
        record = _upstairs("recorded", self) if self.origin else None
        return {
            "shop_id": self.shop_id,
            "as_of": self.as_of,
            "horizon": self.horizon,
            "risk": {str(horizon): _plain(risk) for horizon, risk in self.risk.items()},
            "interval": {
                str(horizon): [_plain(low), _plain(high)] for horizon, (low, high) in self.interval.items()
            },
            "level": self.level,
            "level_label": say(f"levels.{self.level}", into=into),
            "percentile": _plain(self.percentile),
            "observed_rate": _plain(self.observed_rate),
            "observed_n": self.observed_n,
            "depth": self.depth,
            "known_share": self.known_share,
            "reasons": [reason.to_dict(into) for reason in self.reasons],
            "strengths": [strength.to_dict(into) for strength in self.strengths],
            "unknown": [{"input": each.name, "cost": each.cost} for each in self.unknown],
            "status": self.status,
            "notes": [note.text(into) for note in self.notes],
            "release": self.release,
            "demonstration": self.demonstration,
            "synthetic": self.synthetic,
            **({name: getattr(record, name) for name in DIGESTS} if record else {}),
        }

    def to_json(self, language: Language | None = None) -> str:
        """`to_dict` as one line of JSON."""
        return json.dumps(self.to_dict(language), ensure_ascii=False, allow_nan=False)

    def to_frame(self) -> pd.DataFrame:
        """One row with the columns of `scores.parquet`: put many below each other with `pandas.concat`."""
        return _upstairs("frame", [self])  # type: ignore[no-any-return]

    def explain(self, language: Language | None = None) -> str:
        """The score in plain words for the person whom it is about, with criteria and the right to object."""
        return str(_upstairs("explain", self, language=language))

    def advice(self, **how: Any) -> Any:
        """What would lower the risk by the model's reading, and the programmes that fit: see `sbwarn.advise`."""
        return _upstairs("advise", self, **how)

    def sheet(self, path: Any, **how: Any) -> Any:
        """The diagnosis sheet of one page, by suffix HTML or PDF: see `sbwarn.write_sheet`."""
        return _upstairs("write_sheet", self, path, **how)

    def keep(self, folder: Any, **how: Any) -> str:
        """The id under which it now lies in a folder, to be replayed: see `sbwarn.keep`."""
        return str(_upstairs("keep", self, folder, **how))

    def __str__(self) -> str:
        return str(_upstairs("told", self))

    def _repr_html_(self) -> str:
        return str(_upstairs("html", self))


_UPSTAIRS = {
    "advise": "sbwarn.consult.advice",
    "explain": "sbwarn.consult.explanation",
    "frame": "sbwarn.consult.frame",
    "html": "sbwarn.consult.html",
    "keep": "sbwarn.consult.keep",
    "recorded": "sbwarn.consult.origin",
    "told": "sbwarn.consult.text",
    "write_sheet": "sbwarn.reports.sheet",
}
"""What the rooms above do with a score, each loaded when it is first asked for: to score needs none of them."""


def _upstairs(name: str, *given: Any, **more: Any) -> Any:
    return getattr(import_module(_UPSTAIRS[name]), name)(*given, **more)


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
