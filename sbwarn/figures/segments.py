"""Parts of a city told apart: who is in which, which are large enough for a figure, and the figures of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sbwarn.figures.evaluate import DRAWS, figures
from sbwarn.figures.resample import figure_of, ratio, resample
from sbwarn.releases.record import Figure

FEWEST_ROWS = 200
FEWEST_EVENTS = 30
"""Below it the 95 % interval of an AUC is wider than ± 0.10. Source: Hanley, McNeil (1982), Radiology 143:29-36."""
OTHER = "other"
"""Segments too small for figures of their own, together."""
LEFT_OUT = ""
"""Rows that are in no segment large enough, not even together."""
AGES = ((12, "under_1"), (36, "1_to_3"), (60, "3_to_5"), (np.inf, "5_and_more"))
DEPTHS = ((6, "under_6"), (12, "6_to_11"), (24, "12_to_23"), (np.inf, "24_and_more"))
SIZES = ("small", "middle", "large")
UNKNOWN = "unknown"
ORDER = {
    name: place
    for names in ((name for _, name in AGES), (name for _, name in DEPTHS), SIZES)
    for place, name in enumerate(names)
} | {UNKNOWN: 8, OTHER: 9}
"""Of segments that have an order of their own."""
MEASURES = ("auc", "average_precision")


def ages(months_open: np.ndarray) -> np.ndarray:
    """The age group of each shop by months since it opened, NaN unknown.

    >>> ages(np.array([3.0, 12.0, 700.0, np.nan])).tolist()
    ['under_1', '1_to_3', '5_and_more', 'unknown']
    """
    return _grouped(months_open, AGES)


def depths(months_known: np.ndarray) -> np.ndarray:
    """The group of each shop by closed months with known sales.

    >>> depths(np.array([3, 12, 37])).tolist()
    ['under_6', '12_to_23', '24_and_more']
    """
    return _grouped(months_known.astype(float), DEPTHS)


def sizes(size: np.ndarray, month: np.ndarray) -> np.ndarray:
    """Small, middle and large: the thirds of the shops of each month by mean monthly sales, NaN unknown.

    >>> sizes(np.array([5.0, 9.0, 7.0, np.nan]), np.array([1, 1, 1, 1])).tolist()
    ['small', 'large', 'middle', 'unknown']
    """
    found = np.full(len(size), UNKNOWN, dtype=object)
    for each in np.unique(month):
        known = np.flatnonzero((month == each) & ~np.isnan(size))
        cuts = np.quantile(size[known], (1 / 3, 2 / 3)) if len(known) else np.zeros(2)
        # By value, not by rank: shops of equal sales are of equal size.
        found[known] = np.array(SIZES, dtype=object)[np.searchsorted(cuts, size[known], side="left")]
    return found.astype(str)


def _grouped(value: np.ndarray, groups: tuple[tuple[float, str], ...]) -> np.ndarray:
    ends = np.array([end for end, _ in groups])
    names = np.array([*(name for _, name in groups), UNKNOWN])
    place = np.searchsorted(ends, np.nan_to_num(value), side="right")
    return np.asarray(names[np.where(np.isnan(value), len(groups), place)])


@dataclass(frozen=True, slots=True)
class Pooled:
    """Segments large enough for figures."""

    segment: np.ndarray
    """Of each row: its own, `OTHER`, or `LEFT_OUT`."""
    small: tuple[str, ...]
    """Segments that were too small for figures of their own."""
    left_out: int
    """Rows that are in no segment now."""

    @property
    def names(self) -> list[str]:
        """The segments: ages, depths and sizes from the least on, others in the order of their names, `OTHER` last."""
        return sorted({*self.segment.tolist()} - {LEFT_OUT}, key=lambda name: (ORDER.get(name, 0), name))


def pooled(
    segment: np.ndarray,
    happened: np.ndarray,
    *,
    fewest_rows: int = FEWEST_ROWS,
    fewest_events: int = FEWEST_EVENTS,
) -> Pooled:
    """Small segments put together; left out if even together they are too few.

    Args:
        segment: Name of each row's segment; a slash in it becomes a bar, for names of figures are paths.
        happened: 1.0, 0.0, or NaN where the outcome is not known: such rows do not count.
        fewest_rows: Rows with a known outcome that a segment needs.
        fewest_events: Crises that it needs.

    >>> found = pooled(np.array(list("aab")), np.ones(3), fewest_rows=2, fewest_events=1)
    >>> found.segment.tolist(), found.small, found.left_out
    (['a', 'a', ''], ('b',), 1)
    """
    named = np.array([_plain(each) for each in segment.tolist()], dtype=object)
    names, place = np.unique(named.astype(str), return_inverse=True)
    place = place.reshape(-1)
    rows = np.bincount(place, weights=~np.isnan(happened), minlength=len(names))
    events = np.bincount(place, weights=happened == 1.0, minlength=len(names))
    small = (rows < fewest_rows) | (events < fewest_events)
    enough = rows[small].sum() >= fewest_rows and events[small].sum() >= fewest_events
    chosen = np.where(small, OTHER if enough else LEFT_OUT, names.astype(object))
    found = chosen[place].astype(str)
    return Pooled(found, tuple(map(str, names[small])), int((found == LEFT_OUT).sum()))


def _plain(name: str) -> str:
    return (name or UNKNOWN).replace("/", "|")


def segment_figures(
    risk: np.ndarray,
    happened: np.ndarray,
    shop: np.ndarray,
    segment: np.ndarray,
    *,
    dimension: str,
    seed: int,
    fewest_rows: int = FEWEST_ROWS,
    fewest_events: int = FEWEST_EVENTS,
    draws: int = DRAWS,
) -> dict[str, Figure]:
    """`segment/<dimension>/<segment>/…` with `auc`, `average_precision`, and `observed_to_expected`: crises that came
    for each that was forecast, 1 if the level is right.

    Args:
        risk: Forecasts in [0, 1].
        happened: 1.0, 0.0, or NaN where the outcome is not known: such rows are left out.
        shop: Whose row it is.
        segment: Name of each row's segment.
        dimension: What the segments are of: "industry", "district", "size", "age", "depth".
        seed: Of the bootstrap over shops.
        fewest_rows: Rows that a segment needs; smaller ones are put together as `OTHER`, or left out.
        fewest_events: Crises that it needs.
        draws: Bootstrap resamples.
    """
    told = ~np.isnan(happened)
    risk, happened, shop, segment = risk[told], happened[told], shop[told], segment[told]
    parts = pooled(segment, happened, fewest_rows=fewest_rows, fewest_events=fewest_events)
    found: dict[str, Figure] = {}
    for name in parts.names:
        which = parts.segment == name
        part = risk[which], happened[which], shop[which]
        ranks = figures(*part, seed=seed, is_probability=False, draws=draws)
        each = {measure: ranks[measure] for measure in MEASURES if measure in ranks}
        each["observed_to_expected"] = observed_to_expected(*part, seed=seed, draws=draws)
        found |= {f"segment/{dimension}/{name}/{measure}": figure for measure, figure in each.items()}
    return found


def observed_to_expected(
    risk: np.ndarray, happened: np.ndarray, shop: np.ndarray, *, seed: int, draws: int = DRAWS
) -> Figure:
    """Crises that came for each that was forecast.

    >>> two = np.array([0.25, 0.75])
    >>> observed_to_expected(two, np.array([1.0, 1.0]), np.array(["a", "b"]), seed=1).value
    2.0
    """
    drawn = resample(shop, seed=seed, draws=draws)
    return figure_of(ratio(drawn.sums(happened), drawn.sums(risk)), n=len(risk), events=int(happened.sum()))


def worst(found: dict[str, Figure]) -> dict[str, Figure]:
    """`segment/worst/auc`: the figure of the segment with the lowest AUC; nothing without segments.

    >>> one, two = (Figure(value=value, low=0.5, high=0.9, n=300, events=40) for value in (0.7, 0.6))
    >>> worst({"segment/size/small/auc": one, "segment/size/large/auc": two})["segment/worst/auc"].value
    0.6
    """
    told = [
        each for name, each in sorted(found.items()) if name.endswith("/auc") and not np.isnan(each.value)
    ]
    return {"segment/worst/auc": min(told, key=lambda each: each.value)} if told else {}
