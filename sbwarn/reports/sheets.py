"""What the workbook's sheets hold: their columns, and one row of plain values a shop or district."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, cast

from sbwarn.messages import LANGUAGES, say
from sbwarn.reports.listed import RISKS, lines, text_of
from sbwarn.reports.names import area_names, word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sbwarn.messages import Language
    from sbwarn.reports.areas import Area, AreaTable
    from sbwarn.reports.facts import MonthFacts
    from sbwarn.reports.listed import ListedShop
    from sbwarn.scoring.month import ScoredMonth

Kind = Literal["text", "long", "share", "points", "percentile", "count", "day", "level", "fill"]
Value = str | float | int | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet; its header is `workbook.column.<name>`."""

    name: str
    kind: Kind
    width: int = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: the name on its tab, its columns, its rows."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Value], ...]
    frozen: int = 1
    """Columns on the left that stay in sight."""


_SHOP = (Column("shop_id", "text", 14), Column("name", "text", 24))
_PLACE = (Column("industry", "text", 11), Column("district", "text", 16))
_RISKS = (
    Column("risk_6m", "share"), Column("low_6m", "share"), Column("high_6m", "share"), Column("risk_3m", "share"),
    Column("risk_12m", "share"),
)  # fmt: skip
_WHY = (Column("reasons", "long", 52), Column("strengths", "long", 40))
_SYNTHETIC = Column("synthetic", "text", 9)

WATCH = (
    Column("rank", "count", 7), *_SHOP, *_PLACE, Column("level", "level", 9), Column("quadrant", "text", 14), *_RISKS,
    Column("change_3m", "points", 12), Column("depth", "text", 8), *_WHY, Column("review_on", "day", 12),
    Column("visited_on", "fill", 12), Column("outcome", "fill", 30), _SYNTHETIC,
)  # fmt: skip
SHOPS = (
    *_SHOP, *_PLACE, Column("status", "text", 16), Column("level", "level", 9), *_RISKS,
    Column("percentile", "percentile", 9), Column("depth", "text", 8), Column("known_share", "share", 11), *_WHY,
    Column("unknown", "text", 24), _SYNTHETIC,
)  # fmt: skip
DISTRICTS = (
    Column("district", "text", 22), Column("scored", "count"), Column("mean_risk", "share", 12),
    Column("mean_low", "share", 12), Column("mean_high", "share", 12), Column("urgent_share", "share", 14),
    Column("trend", "share", 14), Column("trend_n", "count", 12), Column("sites", "count"), Column("vacant", "count"),
    Column("vacancy", "share"), _SYNTHETIC,
)  # fmt: skip
NOT_SCORED = (*_SHOP, *_PLACE, Column("status", "text", 34), Column("unknown", "text", 40))
DICTIONARY = (
    Column("label_ko", "text", 20), Column("meaning_ko", "long", 70), Column("label_en", "text", 24),
    Column("meaning_en", "long", 70),
)  # fmt: skip


def sheets(
    month: ScoredMonth,
    facts: MonthFacts,
    listed: tuple[ListedShop, ...],
    districts: AreaTable,
    *,
    language: Language,
) -> tuple[Sheet, ...]:
    """The five sheets, in the words of the language in force."""
    synthetic = say("units.yes" if facts.synthetic else "units.no")
    shops = _shop_rows(month, language, synthetic)
    missing = tuple(
        row for row, status in zip(shops, month.scores["status"], strict=True) if status != "scored"
    )
    rows: dict[str, tuple[tuple[Column, ...], tuple[Mapping[str, Value], ...], int]] = {
        "watch": (WATCH, tuple(_listed_row(shop, synthetic) for shop in listed), 3),
        "shops": (SHOPS, shops, 2),
        "districts": (DISTRICTS, tuple(_area_rows(districts, synthetic)), 1),
        "not_scored": (NOT_SCORED, missing, 2),
        "dictionary": (DICTIONARY, _dictionary_rows(), 1),
    }
    return tuple(
        Sheet(title=say(f"workbook.sheet.{name}"), columns=columns, rows=filled, frozen=frozen)
        for name, (columns, filled, frozen) in rows.items()
    )


def _listed_row(shop: ListedShop, synthetic: str) -> dict[str, Value]:
    return {
        "rank": shop.rank,
        "shop_id": shop.shop_id,
        "name": shop.name,
        "industry": shop.industry,
        "district": shop.district,
        "level": word("levels", shop.level),
        "quadrant": word("watch.quadrants", shop.quadrant),
        **{name: cast("float", getattr(shop, name)) for name in RISKS},
        "change_3m": shop.change_3m,
        "depth": shop.depth,
        "reasons": "\n".join(shop.reasons),
        "strengths": "\n".join(shop.strengths),
        "review_on": date.fromisoformat(shop.review_on),
        "synthetic": synthetic,
    }


def _shop_rows(month: ScoredMonth, language: Language, synthetic: str) -> tuple[dict[str, Value], ...]:
    districts = area_names(month, "district_id", language=language)
    numbers = (*RISKS, "percentile", "known_share")
    return tuple(
        {
            "shop_id": str(shop["shop_id"]),
            "name": text_of(shop["name"]),
            "industry": text_of(shop["industry_code"]),
            "district": districts.get(text_of(shop["district_id"]), text_of(shop["district_id"])),
            "status": word("score.status", str(shop["status"])),
            "level": word("levels", str(shop["level"])),
            **{name: cast("float", shop[name]) for name in numbers},
            "depth": text_of(shop["depth"]),
            "reasons": "\n".join(lines(shop[f"reasons_{language}"])),
            "strengths": "\n".join(lines(shop[f"strengths_{language}"])),
            "unknown": ", ".join(word("score.inputs", name) for name in text_of(shop["unknown"]).split()),
            "synthetic": synthetic,
        }
        for shop in month.scores.to_dict("records")
    )


def _area_rows(table: AreaTable, synthetic: str) -> Iterable[dict[str, Value]]:
    for area in (*table.rows, table.total):
        name = say("report.total") if area is table.total else area.name
        yield {"district": name, **_risk_cells(area), **_other_cells(area), "synthetic": synthetic}


def _risk_cells(area: Area) -> dict[str, Value]:
    names = ("scored", "mean_risk", "mean_low", "mean_high", "urgent_share")
    if area.risk is None:
        return dict.fromkeys(names, say("report.hidden"))
    risk = area.risk
    return dict(
        zip(names, (risk.n, risk.share, risk.share_low, risk.share_high, area.urgent_share), strict=True)
    )


def _other_cells(area: Area) -> dict[str, Value]:
    hidden = say("report.hidden")
    trend: tuple[Value, ...] = (hidden, hidden) if area.trend is None else (area.trend.change, area.trend.n)
    premises: tuple[Value, ...] = (hidden, hidden, hidden)
    if area.premises is not None:
        known = area.premises
        premises = (known.sites, known.vacant, known.share) if known.sites else (None, None, None)
    return dict(zip(("trend", "trend_n", "sites", "vacant", "vacancy"), (*trend, *premises), strict=True))


def _dictionary_rows() -> tuple[dict[str, Value], ...]:
    names = dict.fromkeys(column.name for sheet in (WATCH, SHOPS, DISTRICTS, NOT_SCORED) for column in sheet)
    return tuple(
        {
            f"{part}_{tongue}": say(f"workbook.{key}.{name}", into=tongue)
            for tongue in LANGUAGES
            for part, key in (("label", "column"), ("meaning", "meaning"))
        }
        for name in names
    )
