"""Districts and industries side by side: risk, class, sales and vacancy, with small cells hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from sbwarn.reports.expected import Expected, expected_crises
from sbwarn.reports.facts import URGENT
from sbwarn.reports.names import area_names
from sbwarn.reports.suppress import hidden_cells
from sbwarn.tables.month import QUARTER, YEAR

if TYPE_CHECKING:
    from sbwarn.messages import Language
    from sbwarn.scoring.month import ScoredMonth

UNKNOWN = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Sales of the last three closed months against the same months a year earlier."""

    n: int
    """Shops whose sales are known in all six months; only these count."""
    change: float
    """Share by which their sales rose (below 0: fell); NaN if unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """Premises that once held a shop, and those that hold none now."""

    sites: int
    vacant: int

    @property
    def share(self) -> float:
        """Vacant share; NaN without premises."""
        return self.vacant / self.sites if self.sites else UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One row: a district, an industry, or all together. What is None is hidden, so that it cannot be worked out."""

    code: str
    name: str
    risk: Expected | None
    """Six-month risk of its scored shops."""
    urgent_share: float | None
    """Share of them in the two worst classes; NaN if none was scored."""
    trend: Trend | None
    premises: Premises | None
    """`sites` is 0 where no premises are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaTable:
    """Every area in the order of risk, and the total."""

    rows: tuple[Area, ...]
    total: Area
    vacancy_known: bool
    """False if no premises are known at all."""
    hidden: int
    """Rows of which something is hidden."""


def area_table(
    month: ScoredMonth,
    by: Literal["district_id", "industry_code"],
    *,
    vacancy: pd.DataFrame,
    language: Language,
) -> AreaTable:
    """Figures by district or industry; rows with the highest mean risk first, hidden ones last.

    Args:
        month: The scored month.
        by: What makes an area.
        vacancy: `district_id, sites, vacant`; used for districts only, may be empty.
        language: Language of the names.
    """
    code = month.scores[by].fillna("").astype(str).to_numpy(object)
    codes = sorted(set(code))
    places = _premises(vacancy if by == "district_id" else vacancy.iloc[:0])
    cells = [_cell(month, code == one, one, places.get(one, Premises(sites=0, vacant=0))) for one in codes]
    rows = _suppressed(cells)
    names = area_names(month, by, language=language)
    rows = [_named(row, names.get(row.code, row.code)) for row in rows]
    total = _cell(month, np.ones(len(code), dtype=bool), "", _all_premises(places))
    return AreaTable(
        rows=tuple(sorted(rows, key=_order)),
        total=total,
        vacancy_known=bool(places),
        hidden=sum(None in (row.risk, row.trend, row.premises) for row in rows),
    )


def sales_trend(sales: pd.DataFrame) -> Trend:
    """Change of the last three months' sales against a year earlier, over shops known in all six.

    >>> year = [f"2015-{month:02d}" for month in range(4, 13)] + [f"2016-{month:02d}" for month in range(1, 7)]
    >>> sales_trend(pd.DataFrame([[100.0] * 12 + [90.0] * 3], columns=year))
    Trend(n=1, change=-0.1)
    """
    if sales.shape[1] < YEAR + QUARTER:
        return Trend(n=0, change=UNKNOWN)
    amounts = sales.to_numpy(float)
    now, before = amounts[:, -QUARTER:], amounts[:, -QUARTER - YEAR : -YEAR]
    is_known = np.isfinite(now).all(axis=1) & np.isfinite(before).all(axis=1)
    base = float(before[is_known].sum())
    change = round(float(now[is_known].sum()) / base - 1, 9) if base > 0 else UNKNOWN
    return Trend(n=int(is_known.sum()), change=change)


def _cell(month: ScoredMonth, inside: np.ndarray, code: str, premises: Premises) -> Area:
    shops = month.scores[inside]
    scored = shops[shops["status"] == "scored"]
    return Area(
        code=code,
        name=code,
        risk=expected_crises(scored["risk_6m"].to_numpy(float)),
        urgent_share=float(scored["level"].isin(URGENT).mean()) if len(scored) else UNKNOWN,
        trend=sales_trend(month.sales[inside]),
        premises=premises,
    )


def _premises(vacancy: pd.DataFrame) -> dict[str, Premises]:
    counts = zip(vacancy["district_id"], vacancy["sites"], vacancy["vacant"], strict=True)
    return {str(code): Premises(sites=int(sites), vacant=int(vacant)) for code, sites, vacant in counts}


def _all_premises(places: dict[str, Premises]) -> Premises:
    return Premises(
        sites=sum(one.sites for one in places.values()), vacant=sum(one.vacant for one in places.values())
    )


def _suppressed(cells: list[Area]) -> list[Area]:
    """The same cells without the figures that are, or would reveal, those of fewer than five shops."""
    no_risk = hidden_cells([cell.risk.n if cell.risk else 0 for cell in cells])
    no_trend = hidden_cells([cell.trend.n if cell.trend else 0 for cell in cells], already=no_risk)
    no_premises = hidden_cells([cell.premises.sites if cell.premises else 0 for cell in cells])
    return [
        Area(
            code=cell.code,
            name=cell.name,
            risk=None if no_risk[place] else cell.risk,
            urgent_share=None if no_risk[place] else cell.urgent_share,
            trend=None if no_trend[place] else cell.trend,
            premises=None if no_premises[place] else cell.premises,
        )
        for place, cell in enumerate(cells)
    ]


def _named(area: Area, name: str) -> Area:
    return Area(
        code=area.code,
        name=name,
        risk=area.risk,
        urgent_share=area.urgent_share,
        trend=area.trend,
        premises=area.premises,
    )


def _order(area: Area) -> tuple[int, float, str]:
    if area.risk is None:
        return 2, 0.0, area.code
    if not area.risk.n:
        return 1, 0.0, area.code
    return 0, -area.risk.share, area.code
