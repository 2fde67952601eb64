"""The logistic scorecard, as banks write it: each indicator in a few bins whose crisis rates go one way, then points.

Binning follows the indicator's declared direction, or whichever way fits where none is declared; unknown is a bin of
its own. optbinning finds the bins; where it is not installed or finds none, the tenths of the shops stand in, put
together until their rates go one way.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sbwarn.releases.predict import INTERVALS, within
from sbwarn.training.dropout import lots

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.training.rows import HazardRows

SAMPLE = 20_000
"""Rows of the nearest interval that the bins are found on, whole shops."""
BINS, PREBINS = 8, 12
"""Bins of an indicator at most, and of how many finer ones they are put together: the solver's time grows as the square."""
TENTHS = np.linspace(0.1, 0.9, 9)
ADDED = 0.5
"""Shops added to both sides of a bin, so that an empty one has no infinite weight."""
TRENDS = {"high": "ascending", "low": "descending", None: "auto_asc_desc"}
FACTOR = 20.0 / np.log(2.0)
"""Points that double the odds: twenty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binned:
    """One indicator in bins."""

    name: str
    edges: np.ndarray
    """Where a bin ends and the next begins, ascending."""
    weight: np.ndarray
    """Weight of evidence of each bin, then of unknown: log odds of a crisis there less those of everybody."""
    n: np.ndarray
    """Rows in each bin, then of unknown."""
    events: np.ndarray

    def evidence(self, values: np.ndarray) -> np.ndarray:
        """The weight of each value."""
        place = np.searchsorted(self.edges, values, side="right")
        return np.asarray(self.weight[np.where(np.isnan(values), len(self.edges) + 1, place)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """A logistic regression on weights of evidence and the interval."""

    bins: tuple[Binned, ...]
    places: tuple[int, ...]
    """Column of each binned indicator; one that tells nothing has no bins and no points."""
    coefficients: np.ndarray
    """Of each indicator, then of each interval but the first."""
    intercept: float
    way: str
    """"optbinning", "tenths", or both with how many of each: what found the bins."""

    def risks(self, values: np.ndarray) -> np.ndarray:
        """Rows × horizons.

        Args:
            values: Rows × indicators, NaN = unknown.
        """
        evidence = _evidence(self.bins, self.places, values)
        # Column by column: a matrix product would add in another order on another number of threads.
        odds = np.full(len(values), self.intercept)
        for column, coefficient in zip(evidence.T, self.coefficients[: len(self.bins)], strict=True):
            odds = odds + coefficient * column
        steps = np.concatenate([[0.0], self.coefficients[len(self.bins) :]])
        return np.asarray(within(1.0 / (1.0 + np.exp(-(odds[:, None] + steps)))))

    def table(self) -> pd.DataFrame:
        """The card as a person reads it: indicator, from, to, n, events, rate, points (twenty double the odds)."""
        lines: list[dict[str, object]] = []
        for binned, coefficient in zip(self.bins, self.coefficients, strict=False):
            ends = [-np.inf, *binned.edges, np.inf]
            spans = [*pairwise(ends), (np.nan, np.nan)]
            for (low, high), weight, n, events in zip(
                spans, binned.weight, binned.n, binned.events, strict=True
            ):
                lines.append(
                    {
                        "indicator": binned.name, "from": low, "to": high, "n": int(n), "events": int(events),
                        "rate": events / n if n else np.nan, "points": round(FACTOR * coefficient * weight, 1),
                    }
                )  # fmt: skip
        return pd.DataFrame(lines)


def scorecard(rows: HazardRows, facts: Sequence[Indicator], *, seed: int) -> Scorecard:
    """The card that some hazard rows teach.

    Args:
        rows: To learn from.
        facts: The indicators behind the columns, with their declared directions.
        seed: Of the sample of shops that the bins are found on.
    """
    sample = _sample(rows, seed=seed)
    found = [_binned(fact, sample.values[:, place], sample.happened) for place, fact in enumerate(facts)]
    places = tuple(place for place, (binned, _) in enumerate(found) if binned is not None)
    bins = tuple(binned for binned, _ in found if binned is not None)
    table = np.column_stack([_evidence(bins, places, rows.values), _steps(rows.interval)])
    model = _regression(table, rows.happened)
    ways = [way for binned, way in found if binned is not None]
    told = sorted({f"{way} ({ways.count(way)})" for way in ways})
    return Scorecard(
        bins=bins,
        places=places,
        coefficients=model.coef_[0],
        intercept=float(model.intercept_[0]),
        way=", ".join(told),
    )


def _regression(table: np.ndarray, happened: np.ndarray) -> Any:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0, max_iter=300)
    with one_order_of_adding():
        model.fit(table, happened)
    return model


def _sample(rows: HazardRows, *, seed: int) -> HazardRows:
    """Whole shops, drawn by their ids, of the interval that every shop has."""
    nearest = rows.where(rows.interval == 0)
    if len(nearest.happened) <= SAMPLE:
        return nearest
    shops, owner = np.unique(nearest.shop, return_inverse=True)
    return nearest.where((lots(shops, f"scorecard {seed}") < SAMPLE / len(nearest.happened))[owner])


def _evidence(bins: Sequence[Binned], places: Sequence[int], values: np.ndarray) -> np.ndarray:
    columns = [binned.evidence(values[:, place]) for binned, place in zip(bins, places, strict=True)]
    return np.column_stack(columns) if columns else np.empty((len(values), 0))


def _steps(interval: np.ndarray) -> np.ndarray:
    return np.asarray((interval[:, None] == np.arange(1, len(INTERVALS))).astype(float))


def _binned(fact: Indicator, values: np.ndarray, happened: np.ndarray) -> tuple[Binned | None, str]:
    """The indicator in bins, and what found them; None if it tells nothing."""
    known = ~np.isnan(values)
    edges, way = np.zeros(0), "optbinning"
    if known.any() and not _is_one_thing(values[known]) and _tells(happened[known]):
        edges = _by_optbinning(values[known], happened[known], fact.riskier)
        if not len(edges):
            edges, way = _by_tenths(values[known], happened[known], fact.riskier), "tenths"
    if not len(edges) and known.all():
        return None, way
    place = np.where(known, np.searchsorted(edges, values, side="right"), len(edges) + 1)
    n = np.bincount(place, minlength=len(edges) + 2).astype(float)
    events = np.bincount(place, weights=happened, minlength=len(edges) + 2)
    bad, good = events + ADDED, n - events + ADDED
    weight = np.log(bad / good) - np.log((events.sum() + ADDED) / ((n - events).sum() + ADDED))
    # A bin of which nothing was seen says nothing.
    return Binned(name=fact.name, edges=edges, weight=np.where(n > 0, weight, 0.0), n=n, events=events), way


def _by_optbinning(values: np.ndarray, happened: np.ndarray, riskier: str | None) -> np.ndarray:
    """Edges of the best bins whose rates go one way; none where the library is missing or finds none."""
    try:
        from optbinning import OptimalBinning
    except ImportError:
        return np.zeros(0)
    with warnings.catch_warnings():
        # It speaks older dialects of its own libraries.
        warnings.simplefilter("ignore")
        try:
            found = OptimalBinning(
                solver="cp",
                monotonic_trend=TRENDS[riskier],
                max_n_bins=BINS,
                max_n_prebins=PREBINS,
                time_limit=5,
            ).fit(values, happened.astype(int))
        except Exception:  # noqa: BLE001 - whatever the solver cannot do, the tenths can
            return np.zeros(0)
        return (
            np.asarray(found.splits, dtype=float) if found.status in ("OPTIMAL", "FEASIBLE") else np.zeros(0)
        )


def _by_tenths(values: np.ndarray, happened: np.ndarray, riskier: str | None) -> np.ndarray:
    """Tenths put together until their rates go one way; none if that leaves a single bin."""
    from sklearn.isotonic import IsotonicRegression

    edges = np.unique(np.quantile(values, TENTHS))
    place = np.searchsorted(edges, values, side="right")
    n = np.bincount(place, minlength=len(edges) + 1).astype(float)
    seen = n > 0
    rate = np.bincount(place, weights=happened, minlength=len(edges) + 1)[seen] / n[seen]
    order = np.arange(int(seen.sum()), dtype=float)
    rises: Any = {"high": True, "low": False, None: "auto"}[riskier]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        level = IsotonicRegression(increasing=rises).fit_transform(order, rate, sample_weight=n[seen])
    # An edge stays where the level changes from one bin that was seen to the next.
    return np.asarray(edges[np.flatnonzero(seen)[:-1][np.diff(level) != 0]])


def _is_one_thing(values: np.ndarray) -> bool:
    return bool((values == values[0]).all())


def _tells(happened: np.ndarray) -> bool:
    return bool(happened.any() and not happened.all())


def one_order_of_adding() -> AbstractContextManager[object]:
    """One BLAS thread: several add in another order, and the figures in a release would differ in their last digits."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    limit: AbstractContextManager[object] = threadpool_limits(1, user_api="blas")
    return limit
