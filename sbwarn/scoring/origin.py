"""What a score was made from: references to the panel, the peers and the release, none of them copied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.releases.record import Release
    from sbwarn.tables.panel import Panel


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Origin:
    """Enough to compute a score again, to advise its shop and to draw its sheet."""

    panel: Panel
    place: int
    """Of the shop in the panel."""
    peers: PeerTable
    release: Release
    explained: bool
    """False if reasons were not asked for."""

    @property
    def alone(self) -> Panel:
        """The panel with this shop only: its score is the same, bit for bit."""
        return self.panel if len(self.panel.shops) == 1 else self.panel.only([self.place])
