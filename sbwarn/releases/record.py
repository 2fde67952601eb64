"""What a release is: everything that a score needs, and the facts that let a reader judge it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    import lightgbm

    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.releases.calibration import Calibration

Metrics: TypeAlias = "Mapping[str, Mapping[str, Mapping[str, Mapping[str, Figure]]]]"
"""Horizon ("3", "6", "12") → population ("all", "trading", "unhelped") → model ("ours", "lags", "scorecard", "momentum") →
measure ("auc", "average_precision", …) → figure."""
PROTOCOL = 3
"""Format of a release folder. Raise it when a reader of the old number would misread the new files; keep the
old reader in `load`, keep a folder of the old format in `tests/golden`, and say so in the changelog."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelFacts:
    """One class: where it begins, and what happened to the shops in it on months that the model had not seen."""

    level: str
    lower: float
    """Six-month risk at which the class begins."""
    observed_rate: float
    """Share that had a crisis within six months; NaN if n is 0."""
    low: float
    high: float
    """95 % Wilson interval of the rate."""
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number with its uncertainty."""

    value: float
    low: float
    high: float
    """95 % interval, bootstrap over shops."""
    n: int
    """Rows (shop and as-of month) behind it."""
    events: int
    """Crises among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One criterion that was written before the run, and how the release stood against it."""

    name: str
    measure: str
    rule: str
    """In words of numbers: "low >= 0.65"."""
    value: float
    """NaN if it was not measured; so `low` and `high`, its 95 % interval."""
    low: float
    high: float
    n: int
    events: int
    passed: bool | None
    """None if it was not measured."""
    optional: bool
    """True if it may stay unmeasured."""
    reason: str
    """Why the criterion was loosened; empty if it was not."""

    @property
    def holds(self) -> bool:
        """True if nothing in it stands against a promotion."""
        return self.optional if self.passed is None else self.passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A trained model, ready to score."""

    id: str
    dataset: str
    currency: str
    as_of: str
    """Month as of which it was trained: nothing public later was used."""
    demonstration: bool
    """True if it learnt from a simulated city."""
    label: str
    """Name and version of the label rule, "silent_3 v1"."""
    seed: int
    indicators: tuple[str, ...]
    """Columns of the model, in its order; the interval is one more, behind them."""
    versions: Mapping[str, int]
    """Version of each indicator's meaning at training."""
    weights: tuple[float, ...]
    """Share of the model's gain that each indicator brought; sums to 1. What is unknown costs its weight."""
    themes: tuple[int, ...]
    """Of each indicator: those of one theme rise and fall together, and a reason tells them once. Counted from 0."""
    lags: Mapping[str, int]
    """Months after which a month of each table counts as closed, as in the data that it learnt from."""
    country: str
    """Whose calendar the months followed."""
    booster: lightgbm.Booster
    calibration: Calibration
    peers: PeerTable
    """Peers as of the training month: used where a call brings none."""
    levels: tuple[LevelFacts, ...]
    """The five classes, least risky first."""
    reference: tuple[float, ...]
    """Quantiles (0, 0.1 … 100 %) of the six-month risk among the reference shops, for percentiles."""
    metrics: Metrics
    """Out-of-time figures, of ours and of the ladder."""
    measures: Mapping[str, Figure]
    """Every other figure by a flat name: "lead/median", "segment/industry/cafe/auc", "lacking/rent/lost"."""
    gates: tuple[Verdict, ...]
    """What it had to pass, in the order of the file; empty for a release of protocol 1."""
    facts: Mapping[str, Any]
    """What the card tells beside the figures, as plain JSON: search, constraints, calibration, data, contact."""
    tested: str
    """The as-of months behind `metrics`, in words: "2016-02 … 2016-04"."""
    data: Mapping[str, str]
    """SHA-256 of each table that it learnt from."""
    parameters: Mapping[str, object]

    def tested_months(self, horizon: int) -> str:
        """The as-of months behind the figures of one horizon, "2025-05 … 2026-01"."""
        ending = f" ({horizon})"
        return next(
            (part.removesuffix(ending) for part in self.tested.split(", ") if part.endswith(ending)),
            self.tested,
        )
