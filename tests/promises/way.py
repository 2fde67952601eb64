"""A way from tables to figures: the library's own, or one with a defect that a promise has to find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.indicators.build import build, catalogue
from sbwarn.indicators.inputs import INPUTS, Inputs
from sbwarn.indicators.manifest import available_after_days
from sbwarn.indicators.mechanism import Indicator, indicator
from sbwarn.indicators.peertable import PeerTable, peer_table
from sbwarn.tables.dataset import DataSet
from sbwarn.tables.history import History
from sbwarn.tables.panel import Panel
from sbwarn.training.rows import hazard_rows, snapshots
from sbwarn.training.split import Split, split
from sbwarn.training.trial import Fold, folds
from tests.promises import data

if TYPE_CHECKING:
    from tests.promises.data import Tables

Look = tuple[Panel, PeerTable]
SHOPS_DIFFER = "the shops themselves"


def look(dataset: DataSet, as_of: str) -> Look:
    """What the library knows of a month, and its groups; looked up once for each data set."""
    key = id(dataset), as_of
    if key not in _LOOKED:
        panel = History(dataset).as_known(as_of)
        _LOOKED[key] = dataset, (panel, peer_table(panel))
    return _LOOKED[key][1]


_LOOKED: dict[tuple[int, str], tuple[DataSet, Look]] = {}
"""With the data set itself, so that no other can come to lie in its place."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """How tables become figures, rows and trials."""

    door: Callable[[Tables], DataSet] = data.through_the_door
    look: Callable[[DataSet, str], Look] = look
    facts: tuple[Indicator, ...] = ()
    waits: Callable[..., Mapping[str, int]] = available_after_days
    snap: Callable[..., list] = snapshots
    rows: Callable[..., object] = hazard_rows
    split: Callable[..., Split] = split
    folds: Callable[..., list[Fold]] = folds


def library() -> Way:
    """The library's own, with every indicator of the catalogue and one that has no fault for certain."""
    return Way(facts=(*catalogue(), FAULTLESS))


def last_month_over_the_one_before(sales: np.ndarray) -> np.ndarray:
    """No promise may cry about this one."""
    return np.asarray(sales[-1] / np.where(sales[-2] > 0, sales[-2], np.nan))


def as_indicator(
    function: Callable[..., np.ndarray], *, months: int = 3, unit: str = "ratio", riskier: str | None = None
) -> Indicator:
    """A function as the catalogue would hold it."""
    return indicator(months=months, unit=unit, riskier=riskier, source="X")(function).indicator


FAULTLESS = as_indicator(last_month_over_the_one_before, months=2, riskier="low")


@dataclass(frozen=True, kw_only=True)
class View:
    """Everything that a way tells of one month: each input and each indicator, by name, the last axis the shops."""

    ids: np.ndarray
    figures: Mapping[str, np.ndarray]


def view(way: Way, dataset: DataSet, as_of: str) -> View:
    """What a way makes of a data set."""
    return told(way, *way.look(dataset, as_of))


def told(way: Way, panel: Panel, peers: PeerTable) -> View:
    """What a way makes of a panel."""
    inputs = Inputs(panel, peers, frozenset(INPUTS)).block(0, len(panel.shops))
    few = {name: values[..., : len(panel.shops)] for name, values in inputs.items()}
    built = build(panel, peers, wanted=way.facts) if way.facts else np.empty((len(panel.shops), 0))
    return View(
        ids=panel.shops.ids,
        figures={**few, **{fact.name: built[:, column] for column, fact in enumerate(way.facts)}},
    )


@cache
def plain_look(way: Way, as_of: str) -> Look:
    """What a way knows of the small data set."""
    return way.look(data.dataset(), as_of)


@cache
def plain(way: Way, as_of: str) -> View:
    """What a way makes of the small data set."""
    return told(way, *plain_look(way, as_of))


def different(one: View, other: View, *, close: bool = False) -> frozenset[str]:
    """Names of what differs: in the last bit, or beyond rounding if `close` is asked."""
    if not np.array_equal(one.ids, other.ids):
        return frozenset({SHOPS_DIFFER})
    alike = nearly if close else same
    return frozenset(name for name in one.figures if not alike(one.figures[name], other.figures[name]))


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Equal to the last bit, and unknown in the same places."""
    return bool(np.array_equal(one, other, equal_nan=True))


def nearly(one: np.ndarray, other: np.ndarray) -> bool:
    """Equal but for rounding, and unknown in the same places."""
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True))
