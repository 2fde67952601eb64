"""Scored rows of a backtest: what each shop was told in each month, and what came of it in the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sbwarn.figures.segments import ages, depths, sizes
from sbwarn.labels.events import FAR
from sbwarn.releases.predict import HORIZONS
from sbwarn.scoring.record import LEVELS
from sbwarn.tables.month import from_ordinal
from sbwarn.training.rows import About

if TYPE_CHECKING:
    from sbwarn.labels.events import Events
    from sbwarn.labels.support import Helps
    from sbwarn.training.rows import Snapshot

DIMENSIONS = ("industry", "district", "size", "age", "depth")
"""What segments are told apart by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What one model said of some shops of one month."""

    origin: np.ndarray
    """Month (ordinal) as of which the model was trained."""
    risk: np.ndarray
    """Rows × horizons."""
    level: np.ndarray
    """Number of the class, 0 the least risky, by the model's own classes."""
    rungs: Mapping[str, np.ndarray]
    """What the ladder said: model → rows × horizons; a rung that gives no probability says the same for all. NaN in a
    quarter of which no outcome is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What came of some shops of one month, as known in the end."""

    happened: np.ndarray
    """Rows × horizons: 1.0 if the crisis came within it, 0.0 if not, NaN where that is not known."""
    event: np.ndarray
    """Month of the next crisis that is known for good, `FAR` if there is none."""
    trading: np.ndarray
    """True for shops that still reported sales in the as-of month or later."""
    helped: np.ndarray
    """Rows × horizons: True if help began after the as-of month and within the horizon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Rows of one or more months; arrays of one length."""

    month: np.ndarray
    shop: np.ndarray
    forecast: Forecast
    came: Came
    about: About

    def where(self, keep: np.ndarray) -> Scored:
        """The rows that are kept."""
        kept: Scored = _together([self], lambda parts: parts[0][keep])
        return kept

    def segments(self) -> dict[str, np.ndarray]:
        """By dimension, the segment of each row."""
        return {
            "industry": self.about.industry,
            "district": self.about.district,
            "size": sizes(self.about.size, self.month),
            "age": ages(self.about.months_open),
            "depth": depths(self.about.depth),
        }

    def table(self) -> pd.DataFrame:
        """One row a shop and month; an unknown outcome is missing, a crisis beyond the data has no month."""
        forecast, came = self.forecast, self.came
        columns: dict[str, object] = {
            "as_of": month_names(self.month),
            "shop_id": self.shop,
            "trained_as_of": month_names(forecast.origin),
        }
        for place, horizon in enumerate(HORIZONS):
            columns[f"risk_{horizon}"] = forecast.risk[:, place]
        columns["level"] = np.array(LEVELS, dtype=object)[forecast.level]
        for place, horizon in enumerate(HORIZONS):
            known = ~np.isnan(came.happened[:, place])
            columns[f"happened_{horizon}"] = pd.arrays.BooleanArray(came.happened[:, place] == 1.0, ~known)
            columns[f"helped_{horizon}"] = came.helped[:, place]
        columns |= {"event_month": month_names(came.event), "trading": came.trading}
        columns |= {"size": self.about.size, "months_open": self.about.months_open, "depth": self.about.depth}
        columns |= {f"segment_{name}": each for name, each in self.segments().items()}
        for name, each in forecast.rungs.items():
            columns |= {f"{name}_{horizon}": each[:, place] for place, horizon in enumerate(HORIZONS)}
        return pd.DataFrame(columns)


def scored_month(snapshot: Snapshot, forecast: Forecast, came: Came) -> Scored:
    """The rows of one month."""
    return Scored(
        month=np.full(len(snapshot.shop_ids), snapshot.month),
        shop=snapshot.shop_ids,
        forecast=forecast,
        came=came,
        about=snapshot.about,
    )


def all_scored(parts: Sequence[Scored]) -> Scored:
    """Rows of several months behind each other."""
    whole: Scored = _together(parts, np.concatenate)
    return whole


def came_of(snapshot: Snapshot, events: Events, helps: Helps) -> Came:
    """What came of the shops of a month: the same as `rows.outcomes` tells, with what is not known beside it."""
    ahead = events.ahead(snapshot.shop_ids, snapshot.month)
    helped = helps.after(snapshot.shop_ids, snapshot.month)
    until = snapshot.month + np.array(HORIZONS)
    told = ahead.at_risk[:, None] & (ahead.left[:, None] > until) & (until <= events.mature)
    happened = (ahead.event[:, None] <= until).astype(float)
    return Came(
        happened=np.where(told, happened, np.nan),
        event=np.where(ahead.at_risk & (ahead.event <= events.mature), ahead.event, FAR),
        trading=np.asarray(ahead.event >= snapshot.month),
        helped=np.asarray(helped[:, None] <= until),
    )


def month_names(ordinals: np.ndarray) -> np.ndarray:
    """Each month as text, None for `FAR`."""
    names = {int(each): None if each >= FAR else str(from_ordinal(int(each))) for each in np.unique(ordinals)}
    return np.array([names[int(each)] for each in ordinals.tolist()], dtype=object)


def _together(parts: Sequence[Any], put: Callable[[Sequence[np.ndarray]], np.ndarray]) -> Any:
    """Records of one kind, array by array and record by record put into one."""
    first = parts[0]
    if isinstance(first, np.ndarray):
        return put(parts)
    if isinstance(first, Mapping):
        return {name: _together([part[name] for part in parts], put) for name in first}
    return type(first)(
        **{each.name: _together([getattr(part, each.name) for part in parts], put) for each in fields(first)}
    )
