"""What a feature table knows: for each indicator the share of shops, and the input that nobody delivered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.indicators.inputs import CALENDAR, Inputs, origin_of
from sbwarn.indicators.peertable import is_trading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.tables.panel import Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How far one indicator is known among the trading shops of a month."""

    name: str
    known: int
    shops: int
    lacks: tuple[str, ...]
    """Inputs known for no shop at all, as "table.column"; empty where the reason lies elsewhere, as a short history."""


def coverage(
    panel: Panel, peers: PeerTable, facts: Sequence[Indicator], values: np.ndarray
) -> tuple[Coverage, ...]:
    """One record an indicator, in their order.

    Args:
        panel: The month.
        peers: Its peers.
        facts: The indicators.
        values: What `build` made of them, shops × indicators.
    """
    trading = is_trading(panel.quantities["sales"])
    names = frozenset(name for fact in facts for name in fact.reads if name not in CALENDAR)
    delivered = _delivered(panel, peers, names)
    known = (~np.isnan(values[trading])).sum(axis=0)
    return tuple(
        Coverage(
            name=fact.name,
            known=int(known[column]),
            shops=int(trading.sum()),
            lacks=tuple(origin_of(name) for name in fact.reads if name in names and not delivered[name]),
        )
        for column, fact in enumerate(facts)
    )


def _delivered(panel: Panel, peers: PeerTable, names: frozenset[str]) -> dict[str, bool]:
    block = Inputs(panel, peers, names).block(0, len(panel.shops))
    return {name: not bool(np.isnan(block[name]).all()) for name in names}
