"""What ours has to beat, in the same run on the same rows: a rule of thumb, and a logistic regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sbwarn.errors import SettingError
from sbwarn.messages import say
from sbwarn.releases.predict import INTERVALS, within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from sbwarn.training.rows import HazardRows

MOMENTUM = "sales_3m_vs_12m"


def momentum(values: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """The rule "three months over twelve": the deeper below its year, the riskier. It ranks and gives no probability.

    A shop without enough months for it stands in the middle.

    Raises:
        SettingError: the rule's indicator is not among the columns.
    """
    if MOMENTUM not in names:
        raise SettingError(say("errors.no_momentum", name=MOMENTUM))
    fall = -values[:, list(names).index(MOMENTUM)]
    known = fall[~np.isnan(fall)]
    return np.where(np.isnan(fall), np.median(known) if len(known) else 0.0, fall)


@dataclass(frozen=True, slots=True)
class Logistic:
    """Logistic regression on the same indicators and intervals, each indicator clipped, scaled and, where unknown,
    set to the middle with a flag of its own."""

    model: Any
    low: np.ndarray
    high: np.ndarray
    middle: np.ndarray
    scale: np.ndarray

    def risks(self, values: np.ndarray) -> np.ndarray:
        """Shops × horizons."""
        with _one_order_of_adding():
            hazards = np.column_stack(
                [
                    self.model.predict_proba(self._table(values, np.full(len(values), number)))[:, 1]
                    for number in range(len(INTERVALS))
                ]
            )
        return within(hazards)

    def _table(self, values: np.ndarray, interval: np.ndarray) -> np.ndarray:
        return _design(values, interval, self.low, self.high, self.middle, self.scale)


def logistic(rows: HazardRows) -> Logistic:
    """The regression fitted on hazard rows."""
    from sklearn.linear_model import LogisticRegression

    with np.errstate(all="ignore"):
        known = np.where(np.isnan(rows.values).all(axis=0), 0.0, rows.values)
        low, middle, high = np.nanquantile(known, (0.01, 0.5, 0.99), axis=0)
    spread = np.nanstd(np.clip(known, low, high), axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    model = LogisticRegression(C=0.1, max_iter=200)
    with _one_order_of_adding():
        model.fit(_design(rows.values, rows.interval, low, high, middle, scale), rows.happened)
    return Logistic(model, low, high, middle, scale)


def _one_order_of_adding() -> AbstractContextManager[object]:
    """One BLAS thread: several add in another order, and the figures in a release would differ in their last digits."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    limit: AbstractContextManager[object] = threadpool_limits(1, user_api="blas")
    return limit


def _design(
    values: np.ndarray,
    interval: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    middle: np.ndarray,
    scale: np.ndarray,
) -> np.ndarray:
    unknown = np.isnan(values)
    inside = (np.clip(np.where(unknown, middle, values), low, high) - middle) / scale
    which = (interval[:, None] == np.arange(1, len(INTERVALS))).astype(float)
    return np.column_stack([inside, unknown.astype(float), which])
