"""The watch list with everything that a visitor wants to know of a shop."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sbwarn.errors import InputError
from sbwarn.messages import say
from sbwarn.reports.names import area_names

if TYPE_CHECKING:
    import pandas as pd

    from sbwarn.messages import Language
    from sbwarn.scoring.month import ScoredMonth

RISKS = ("risk_3m", "risk_6m", "risk_12m", "low_6m", "high_6m")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedShop:
    """One shop of the watch list."""

    rank: int
    shop_id: str
    name: str
    industry: str
    district: str
    """Name of the district."""
    quadrant: str
    """Why it is listed: "level_and_change", "level" or "change"."""
    level: str
    risk_3m: float
    risk_6m: float
    risk_12m: float
    low_6m: float
    high_6m: float
    change_3m: float
    """Six-month risk now less that of three months ago, in probability; NaN if unknown."""
    depth: str
    review_on: str
    reasons: tuple[str, ...]
    strengths: tuple[str, ...]
    sales: tuple[float, ...]
    """Month by month, oldest first; NaN unknown."""


def listed_shops(month: ScoredMonth, watch: pd.DataFrame, *, language: Language) -> tuple[ListedShop, ...]:
    """The watch list in the order of its ranks.

    Raises:
        InputError: a shop of the list is not in the month's scores, or occurs twice.
    """
    scores = month.scores.set_index("shop_id")
    strangers = [shop for shop in watch["shop_id"] if shop not in scores.index]
    if strangers:
        raise InputError(say("report.stranger", shop=repr(strangers[0]), as_of=month.as_of))
    if watch["shop_id"].duplicated().any():
        twice = watch.loc[watch["shop_id"].duplicated(), "shop_id"].iloc[0]
        raise InputError(say("report.shop_twice", shop=repr(twice)))
    districts = area_names(month, "district_id", language=language)
    ranked = watch.sort_values("rank", kind="stable").to_dict("records")
    known = scores.loc[[entry["shop_id"] for entry in ranked]].to_dict("records")
    return tuple(
        _listed(entry, shop, month.sales, districts, language)
        for entry, shop in zip(ranked, known, strict=True)
    )


def lines(text: object) -> tuple[str, ...]:
    """The sentences of a column of `SCORE_COLUMNS`; none where the cell is empty.

    >>> lines("first\\nsecond"), lines(float("nan"))
    (('first', 'second'), ())
    """
    return tuple(line for line in text.split("\n") if line) if isinstance(text, str) else ()


def text_of(value: object) -> str:
    """A text cell; empty where it is missing.

    >>> text_of("A"), text_of(None)
    ('A', '')
    """
    return value if isinstance(value, str) else ""


def _listed(
    entry: Mapping[Hashable, object],
    shop: Mapping[Hashable, object],
    sales: pd.DataFrame,
    districts: dict[str, str],
    language: Language,
) -> ListedShop:
    risks = {name: float(cast("float", shop[name])) for name in RISKS}
    shop_id, district = str(entry["shop_id"]), text_of(shop["district_id"])
    return ListedShop(
        rank=int(cast("int", entry["rank"])),
        shop_id=shop_id,
        name=text_of(shop["name"]),
        industry=text_of(shop["industry_code"]),
        district=districts.get(district, district),
        quadrant=str(entry["quadrant"]),
        level=str(entry["level"]),
        change_3m=float(cast("float", entry["change_3m"])),
        depth=text_of(shop["depth"]),
        review_on=str(entry["review_on"]),
        reasons=lines(shop[f"reasons_{language}"]),
        strengths=lines(shop[f"strengths_{language}"]),
        sales=tuple(sales.loc[[shop_id]].to_numpy(float)[0].tolist()) if shop_id in sales.index else (),
        **risks,
    )
