"""The page of the monthly report: everything that the template shows, as one record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sbwarn.reports.accounts import Account, accounts
from sbwarn.reports.areas import AreaTable
from sbwarn.reports.classes import ClassRow, class_rows, rate_scale
from sbwarn.reports.facts import MonthFacts
from sbwarn.reports.listed import ListedShop
from sbwarn.reports.modelfacts import MetricRow, metric_rows

if TYPE_CHECKING:
    import pandas as pd

    from sbwarn.releases.record import Release
    from sbwarn.scoring.month import ScoredMonth


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one reader sees; numbers, not yet words."""

    facts: MonthFacts
    classes: tuple[ClassRow, ...]
    rate_scale: float
    """Right edge of the drawing of the classes' observed rates."""
    listed: tuple[ListedShop, ...]
    """The first of the watch list."""
    on_list: int
    """Shops on the whole watch list."""
    districts: AreaTable
    industries: AreaTable
    accounts: tuple[Account, ...]
    release: Release
    metrics: tuple[MetricRow, ...]


def page_of(
    month: ScoredMonth,
    facts: MonthFacts,
    listed: tuple[ListedShop, ...],
    *,
    districts: AreaTable,
    industries: AreaTable,
    accounting: pd.DataFrame,
    top: int,
) -> Page:
    """The record behind the page; of the watch list the first `top`."""
    classes = class_rows(facts, month.release)
    return Page(
        facts=facts,
        classes=classes,
        rate_scale=rate_scale(classes),
        listed=listed[:top],
        on_list=len(listed),
        districts=districts,
        industries=industries,
        accounts=accounts(accounting),
        release=month.release,
        metrics=metric_rows(month.release),
    )
