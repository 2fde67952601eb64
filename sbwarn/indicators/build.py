"""From a panel and its peers to the feature table: each indicator is handed its windows, and nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.errors import CatalogueError
from sbwarn.indicators import (
    business,
    customers,
    district,
    footfall,
    lifecycle,
    peers,
    rent,
    sales,
    season,
)  # fmt: skip
from sbwarn.indicators.arithmetic import keeping
from sbwarn.indicators.inputs import INPUTS, MONTHLY, WHOLE, Inputs, months_kept
from sbwarn.indicators.mechanism import Column, Indicator, Window, collect
from sbwarn.indicators.peertable import PeerTable, is_trading, peer_table, with_typical
from sbwarn.tables.panel import DEPTH, Panel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FAMILIES = (sales, season, customers, rent, footfall, peers, district, lifecycle, business)
BLOCK = 20_000
"""Shops handled at once: enough that a call costs little beside its work. No power of two: the rows of a block would
then compete for the same places of the processor's cache."""


@cache
def catalogue() -> tuple[Indicator, ...]:
    """All indicators, in the order in which they are written.

    Raises:
        CatalogueError: an indicator asks for an input that there is not, or for more months than are kept.

    >>> len(catalogue()) >= 40
    True
    """
    every = collect(FAMILIES)
    for fact in every:
        strange = [name for name in fact.reads if name not in INPUTS]
        if strange:
            raise CatalogueError(f"indicator {fact.name!r} reads {strange}, which is no input")
        kept = min((months_kept(name) for name in fact.reads if name in MONTHLY), default=DEPTH)
        if fact.months > kept:
            raise CatalogueError(f"indicator {fact.name!r} wants {fact.months} months; {kept} are kept")
    return every


def named(names: Sequence[str]) -> tuple[Indicator, ...]:
    """The indicators of these names, in this order.

    Raises:
        CatalogueError: a name that the catalogue lacks.
    """
    return _named(tuple(names))


@lru_cache(maxsize=64)
def _named(names: tuple[str, ...]) -> tuple[Indicator, ...]:
    known = {fact.name: fact for fact in catalogue()}
    missing = [name for name in names if name not in known]
    if missing:
        raise CatalogueError(f"the catalogue has no indicator {missing[0]!r}")
    return tuple(known[name] for name in names)


def build(
    panel: Panel, peers: PeerTable, *, wanted: Sequence[Indicator] | None = None, threads: int = 1
) -> np.ndarray:
    """Shops × indicators, float64; finite or NaN (unknown).

    The value of a shop does not depend on which other shops share the call.
    """
    return build_months([panel], [peers], wanted=wanted, threads=threads)[0]


def build_months(
    panels: Sequence[Panel],
    peers: Sequence[PeerTable],
    *,
    wanted: Sequence[Indicator] | None = None,
    threads: int = 1,
) -> list[np.ndarray]:
    """What `build` makes of each panel, in their order.

    Panels of one history share their months; figures that overlap are worked out once.
    """
    facts = tuple(wanted or catalogue())
    names = frozenset(name for fact in facts for name in fact.reads)
    inputs = [Inputs(panel, group, names) for panel, group in zip(panels, peers, strict=True)]
    known = [_readable(facts, each) for each in inputs]
    tables = [np.empty((len(panel.shops), len(facts))) for panel in panels]
    for table, columns in zip(tables, known, strict=True):
        for column in set(range(len(facts))).difference(columns):
            table[:, column] = _of_nothing(facts[column])

    def fill(start: int) -> None:
        with keeping():
            for table, each, columns in zip(tables, inputs, known, strict=True):
                stop = min(start + BLOCK, len(table))
                if start < stop and columns:
                    read = [facts[column] for column in columns]
                    rows = _measured(read, each.block(start, stop))
                    table[start:stop, columns] = rows[:, : stop - start].T

    starts = range(0, max((len(table) for table in tables), default=0), BLOCK)
    if threads > 1 and len(starts) > 1:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(fill, starts))
    else:
        for start in starts:
            fill(start)
    return tables


def _readable(facts: Sequence[Indicator], inputs: Inputs) -> list[int]:
    """Places of the indicators of which some input is known of some shop: what the others say is always the same."""
    return [place for place, fact in enumerate(facts) if not inputs.unknown.issuperset(fact.reads)]


@cache
def _of_nothing(fact: Indicator) -> float:
    """What an indicator says where none of its inputs is known."""
    blank = {name: np.full((months_kept(name), 2) if name in MONTHLY else 2, np.nan) for name in fact.reads}
    return float(_measured((fact,), blank)[0, 0])


def month_features(
    panel: Panel, *, wanted: Sequence[Indicator] | None = None, threads: int = 1
) -> tuple[np.ndarray, PeerTable]:
    """The feature table of a whole month, and its peers with what is typical of each group."""
    facts = tuple(wanted or catalogue())
    peers = peer_table(panel)
    values = build(panel, peers, wanted=facts, threads=threads)
    typical = {fact.name: values[:, column] for column, fact in enumerate(facts)}
    return values, with_typical(peers, panel, typical)


def measure(fact: Indicator, inputs: Mapping[str, Window | Column]) -> Column:
    """One indicator on the windows that it asks for: the last `months` rows, views that end at the last closed month."""
    return np.asarray(_measured((fact,), inputs)[0])


def _measured(facts: Sequence[Indicator], inputs: Mapping[str, Window | Column]) -> np.ndarray:
    with np.errstate(invalid="ignore", over="ignore"):
        rows = np.stack([fact.function(*_handed(fact, inputs)) for fact in facts], dtype=np.float64)
    infinite = np.isinf(rows)
    if infinite.any():
        rows[infinite] = np.nan
    return rows


def _handed(fact: Indicator, inputs: Mapping[str, Window | Column]) -> list[np.ndarray]:
    return [inputs[name] if name in WHOLE else inputs[name][-fact.months :] for name in fact.reads]


def typical_values(peers: PeerTable, panel: Panel, names: Sequence[str]) -> np.ndarray:
    """Shops × indicators: the median of each indicator among the shop's peers, or among all shops."""
    facts = named(names)
    typical = peers.once(("typical", facts), lambda: _typical(peers, facts))
    own = peers.peers_of(panel.shops.industry, panel.shops.district)
    beside_peers = np.array([fact.beside == "peers" for fact in facts])
    group = np.where(beside_peers, own[:, None], peers.everyone)
    return np.asarray(typical[group, np.arange(len(facts))])


def _typical(peers: PeerTable, facts: tuple[Indicator, ...]) -> np.ndarray:
    """Groups × indicators; NaN where the table tells nothing of one."""
    unknown = np.full(len(peers.n), np.nan)
    return np.stack([peers.typical.get(fact.name, unknown) for fact in facts], axis=1)


def trading(panel: Panel) -> np.ndarray:
    """True for shops with a known positive sale within the last three closed months: the ones that are scored."""
    return is_trading(panel.quantities["sales"])
