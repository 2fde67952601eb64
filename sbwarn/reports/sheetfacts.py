"""Everything that the diagnosis sheet of one shop tells, as one record of plain values: numbers, not yet words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from sbwarn.indicators.arithmetic import mean_known, ratio
from sbwarn.indicators.peertable import EVERYONE
from sbwarn.tables.month import as_month, from_ordinal, ordinal
from sbwarn.tables.panel import DEPTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sbwarn.advice.advise import Advice
    from sbwarn.advice.counterfactual import Search
    from sbwarn.advice.programmes import Fit
    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.releases.record import Figure, LevelFacts, Release
    from sbwarn.scoring.record import Score
    from sbwarn.tables.panel import Panel

Peers = Literal["own", "trade", "everyone"]
"""Shops of the same trade in the same district, of the same trade anywhere, or all."""

SHOWN = 24
"""Months in the charts."""
YEAR, QUARTER = 12, 3
FEWEST, MOST = 3, 12
"""Months of the shop's own level on which the peers' line is laid: half of those known, within these; no line below."""
PROGRAMMES = 5
"""Programmes that have room on the page."""
ACTIONS = 3
"""Counterfactuals that have room on the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesFacts:
    """Two years of sales beside the peers and the year before; all tuples of `SHOWN` months, the last closed one last."""

    months: tuple[str, ...]
    own: tuple[float, ...]
    """NaN = unknown; so below."""
    year_before: tuple[float, ...]
    """The shop's own sales in the same month a year earlier."""
    pace: tuple[float, ...]
    """Median of the peers' sales in each month, times one number that puts it on the shop's own level."""
    over_year: float
    """Sales of the last three months against the same months a year earlier, as a change."""
    peers_over_year: float
    """The same of the peers' medians."""
    peers: Peers
    peers_n: int
    """Trading shops among the peers."""
    base: int
    """The shop's first known months over which its level and the peers' were made equal; 0: there is no line."""

    @property
    def known(self) -> int:
        """Months of which sales are known."""
        return int(np.count_nonzero(np.isfinite(self.own)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RentFacts:
    """What the room costs, and until when it is let."""

    rent: float
    """Monthly rent of the last known month; NaN unknown; so below."""
    share: float
    """Rent over sales, each the mean of its last three closed months."""
    peer_share: float
    """Median of the same over the peers."""
    lease_ends: str
    """Month, "YYYY-MM"; empty if unknown."""
    lease_left: int
    """Months from the as-of month to the lease's end; below 0 it is over."""

    @property
    def known(self) -> bool:
        """True if any of it is known."""
        return bool(self.lease_ends) or np.isfinite(self.rent)


@dataclass(frozen=True, slots=True, kw_only=True)
class FootfallFacts:
    """Persons a weekday in the shop's district over `SHOWN` months."""

    months: tuple[str, ...]
    weekday: tuple[float, ...]
    over_year: float
    """The last three months against the same months a year earlier, as a change."""

    @property
    def latest(self) -> float:
        """The last known month."""
        return next((each for each in reversed(self.weekday) if np.isfinite(each)), float("nan"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFacts:
    """What one sheet tells."""

    score: Score
    score_id: str
    """Empty if the score has none."""
    name: str
    """Of the shop; empty if unknown."""
    industry: str
    district: str
    currency: str
    sales: SalesFacts
    rent: RentFacts
    footfall: FootfallFacts
    levels: tuple[LevelFacts, ...]
    search: Search
    """What would lower the risk, of which at most `ACTIONS` are told."""
    fits: tuple[Fit, ...]
    """At most `PROGRAMMES`, the ones to speak of first in front; none that is out of the question."""
    more_fits: int
    """Other programmes that may fit, too, and for which there is no room."""
    trained: str
    """Month as of which the release was trained."""
    dataset: str
    population: int
    """Trading shops that the release learnt from; 0 if it does not say."""
    tested: Figure | None
    """AUC six months ahead, on all shops."""
    tested_on: str
    """The as-of months behind `tested`."""
    contact: str
    """Whom to ask; empty: the office that hands the sheet over."""


def sheet_facts(
    score: Score,
    panel: Panel,
    peers: PeerTable,
    release: Release,
    advice: Advice,
    *,
    score_id: str = "",
    industry: str = "",
    district: str = "",
    contact: str = "",
) -> SheetFacts:
    """The facts of a sheet.

    Args:
        score: Of the panel's only shop.
        panel: One shop, as known on the day.
        peers: As for the score.
        release: As for the score.
        advice: For the same shop.
        score_id: To be printed, so that the score can be found again.
        industry: The trade's name; its code if empty.
        district: The district's name; its code if empty.
        contact: Whom the owner may ask; what the release says if empty.
    """
    shops = panel.shops
    group = int(peers.peers_of(shops.industry, shops.district)[0])
    auc = release.metrics.get("6", {}).get("all", {}).get("ours", {}).get("auc")
    name = shops.name[0]
    possible = _possible(advice)
    return SheetFacts(
        score=score,
        score_id=score_id,
        name=name.strip() if isinstance(name, str) else "",
        industry=industry or str(shops.industry[0]),
        district=district or str(shops.district[0]),
        currency=release.currency,
        sales=_sales(panel, peers, group),
        rent=_rent(panel, peers, group),
        footfall=_footfall(panel),
        levels=release.levels,
        search=advice.search,
        fits=possible[:PROGRAMMES],
        more_fits=len(possible[PROGRAMMES:]),
        trained=release.as_of,
        dataset=release.dataset,
        population=int(release.facts.get("data", {}).get("trading", 0)),
        tested=auc,
        tested_on=release.tested_months(6),
        contact=contact or str(release.facts.get("contact") or ""),
    )


def over_year(months: Sequence[float]) -> float:
    """The last three months against the same ones a year earlier, as a change; months unknown in one year count in none.

    >>> over_year([100.0, 100.0, 50.0] + [0.0] * 9 + [75.0, 75.0, float("nan")])
    -0.25
    """
    now, then = np.array(months[-QUARTER:]), np.array(months[-QUARTER - YEAR : -YEAR])
    both = np.isfinite(now) & np.isfinite(then)
    before = float(then[both].sum())
    return float(now[both].sum()) / before - 1.0 if before > 0 else float("nan")


def _sales(panel: Panel, peers: PeerTable, group: int) -> SalesFacts:
    own = panel.quantities["sales"][:, 0]
    usual = _peer_months(panel, peers, group)
    shown = own[-SHOWN:]
    both = np.flatnonzero((shown > 0) & (usual[-SHOWN:] > 0))
    base = both[: min(max(len(both) // 2, FEWEST), MOST)] if len(both) >= FEWEST else both[:0]
    pace = np.full(SHOWN, np.nan)
    if len(base):
        # Before the shop's own first month there is nothing to lay beside it.
        pace[base[0] :] = usual[-SHOWN:][base[0] :] * (shown[base].sum() / usual[-SHOWN:][base].sum())
    return SalesFacts(
        months=_months(panel, "sales"),
        own=_plain(shown),
        year_before=_plain(own[-SHOWN - YEAR : -YEAR]),
        pace=_plain(pace),
        over_year=over_year(_plain(own)),
        peers_over_year=over_year(_plain(usual)),
        peers=_whose(peers, group),
        peers_n=int(peers.n[group]),
        base=len(base),
    )


def _peer_months(panel: Panel, peers: PeerTable, group: int) -> np.ndarray:
    """The peers' median sales in the months of the panel, NaN outside those that the table keeps.

    The peers of a release may be those of another month: months are laid side by side, never rows.
    """
    medians = peers.series["sales_median"][:, group]
    ahead = ordinal(as_month(peers.as_of)) - ordinal(panel.as_of)
    found = np.full(DEPTH, np.nan)
    for back, median in enumerate(medians[::-1]):
        row = DEPTH - 1 + ahead - back
        if 0 <= row < DEPTH:
            found[row] = median
    return found


def _whose(peers: PeerTable, group: int) -> Peers:
    if peers.industry[group] == EVERYONE:
        return "everyone"
    return "trade" if peers.district[group] == EVERYONE else "own"


def _rent(panel: Panel, peers: PeerTable, group: int) -> RentFacts:
    rent, sales = panel.quantities["rent"][:, :1], panel.quantities["sales"][:, :1]
    known = rent[-YEAR:, 0][np.isfinite(rent[-YEAR:, 0])]
    ends = float(panel.shops.lease_ends[0])
    is_told = np.isfinite(ends)
    return RentFacts(
        rent=float(known[-1]) if len(known) else float("nan"),
        share=float(ratio(mean_known(rent[-QUARTER:]), mean_known(sales[-QUARTER:]))[0]),
        peer_share=float(peers.columns["rent_share"][group]),
        lease_ends=str(from_ordinal(int(ends))) if is_told else "",
        lease_left=int(ends) - ordinal(panel.as_of) if is_told else 0,
    )


def _footfall(panel: Panel) -> FootfallFacts:
    weekday = panel.quantities["footfall_weekday"][:, 0]
    return FootfallFacts(
        months=_months(panel, "footfall_weekday"),
        weekday=_plain(weekday[-SHOWN:]),
        over_year=over_year(_plain(weekday)),
    )


def _possible(advice: Advice) -> tuple[Fit, ...]:
    """Programmes that may fit: those that support what was found first, each group in the order of the advice."""
    possible = [
        fit
        for fit in advice.programmes
        if fit.eligibility != "no" and not fit.lapsed and fit.window != "closed"
    ]
    ranked = sorted(possible, key=lambda fit: (fit.programme.id not in advice.supporting, not fit.prompted))
    return tuple(ranked)


def _months(panel: Panel, quantity: str) -> tuple[str, ...]:
    return tuple(str(panel.month_of_row(quantity, row)) for row in range(-SHOWN, 0))


def _plain(values: np.ndarray) -> tuple[float, ...]:
    return tuple(map(float, values))
