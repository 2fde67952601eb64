"""What is known of places and trades, whatever shops there are: districts, the property market, premises, code book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sbwarn.tables.days import day_number, end_of_month, known_days
from sbwarn.tables.month import ordinal, ordinals

if TYPE_CHECKING:
    from sbwarn.tables.dataset import DataSet

SPAN = 25
"""Months of the windows: two years and the month before them."""
YEAR = 12
LONG_AGO = day_number(np.datetime64("1900-01-01"))

DISTRICT_FACTS: Mapping[str, str] = {
    "residents": "residents",
    "workers": "workers",
    "income": "income",
    "single_share": "single_share",
    "over_60_share": "over_60_share",
    "shop_area": "shop_area_m2",
}
"""Facts of a district that are handed on as the table tells them: name and column."""
MARKET_WINDOWS: Mapping[str, str] = {
    "vacancy_sampled": "vacancy_rate",
    "rent_index": "rent_index",
    "market_rent": "rent_per_m2",
}
MARKET_FACTS: Mapping[str, str] = {
    "survival_3y": "survival_3y",
    "months_open_mean": "months_open",
    "months_at_closure": "months_at_closure",
}
"""Figures of the property market of which the latest of a year is enough."""
INDUSTRY_FACTS = ("gross_margin", "usual_rent_share")
SURVEYED = ("vacancy_units", "vacancy_units_before")
WINDOWS = (*MARKET_WINDOWS, "events")
FACTS = (*DISTRICT_FACTS, "months_designated", *MARKET_FACTS, *SURVEYED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Surveyed premises as last known on the day; arrays of one length, coordinates in WGS 84."""

    lon: np.ndarray
    lat: np.ndarray
    empty: np.ndarray
    """True if the unit stood empty at its latest survey."""
    anchor: np.ndarray
    """True if it holds an anchor that is not empty."""
    anchor_gone: np.ndarray
    """True if it stands empty since a survey of the last twelve months, and held an anchor at the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Places and trades as known on the last day of a month."""

    districts: np.ndarray
    """Codes, sorted."""
    facts: Mapping[str, np.ndarray]
    """By name of `FACTS`, one number a district; NaN unknown."""
    windows: Mapping[str, np.ndarray]
    """By name of `WINDOWS`, `SPAN` months × districts; the last row is the last closed month."""
    industries: np.ndarray
    """Codes, sorted."""
    trades: Mapping[str, np.ndarray]
    """By name of `INDUSTRY_FACTS`, one number an industry; NaN unknown."""
    units: Units | None = None


NOTHING_AROUND = Surroundings(
    districts=np.empty(0, dtype=object), facts={}, windows={}, industries=np.empty(0, dtype=object), trades={}
)


class Around:
    """The surroundings of a data set, to be asked what was known as of any month."""

    def __init__(self, dataset: DataSet) -> None:
        tables = {name: rows for name, rows in dataset.tables.items() if len(rows)}
        self._lags = dataset.lags
        self._districts = (
            _Told(tables["districts"], "district_id", LONG_AGO) if "districts" in tables else None
        )
        self._market = (
            _Monthly(tables["market"], "district_id", dataset.lags["market"]) if "market" in tables else None
        )
        self._survey = (
            _Monthly(tables["premises"], "site_id", dataset.lags["premises"])
            if "premises" in tables
            else None
        )
        self._events = tables.get("events")
        self._codes = tables.get("industries")
        self._nothing = not set(tables) & {"districts", "market", "premises", "events", "industries"}

    def as_known(self, month: pd.Period, homes: np.ndarray) -> Surroundings:
        """What was public on the last day of the month, for every district that is named, `homes` among them."""
        if self._nothing:
            return NOTHING_AROUND
        now = ordinal(month)
        day = int(end_of_month(np.array([now]))[0])
        survey = self._survey.latest(day, now - self._lags["premises"]) if self._survey else None
        names = self._names(day, survey, homes)
        codes, trades = _code_book(self._codes)
        return Surroundings(
            districts=names,
            facts={
                **self._district_facts(names, day, now),
                **self._market_facts(names, day, now),
                **self._vacancies(names, day, now, survey),
            },
            windows={**self._market_windows(names, day, now), **self._event_window(names, day, now)},
            industries=codes,
            trades=trades,
            units=self._units(day, now, survey),
        )

    def _names(self, day: int, survey: pd.DataFrame | None, homes: np.ndarray) -> np.ndarray:
        told: list[np.ndarray] = [np.unique(homes)]
        if self._districts:
            told.append(self._districts.latest(day).index.to_numpy(dtype=object))
        if self._market:
            told.append(self._market.rows["owner"].to_numpy(dtype=object))  # names alone tell nothing early
        if survey is not None:
            told.append(survey["district_id"].to_numpy(dtype=object))
        return np.array(sorted({str(name) for names in told for name in names}), dtype=object)

    def _district_facts(self, names: np.ndarray, day: int, now: int) -> dict[str, np.ndarray]:
        if not self._districts:
            return {}
        latest = self._districts.latest(day).reindex(names)
        since = ordinals(latest["designated_on"]).astype(float)
        age = np.where((since < 0) | (since > now), np.nan, now - since)
        facts = {name: latest[column].to_numpy(dtype=float) for name, column in DISTRICT_FACTS.items()}
        return {**facts, "months_designated": age}

    def _market_windows(self, names: np.ndarray, day: int, now: int) -> dict[str, np.ndarray]:
        if not self._market:
            return {}
        last = now - self._lags["market"]
        return {
            name: self._market.window(names, column, day, last) for name, column in MARKET_WINDOWS.items()
        }

    def _market_facts(self, names: np.ndarray, day: int, now: int) -> dict[str, np.ndarray]:
        if not self._market:
            return {}
        last = now - self._lags["market"]
        found = {}
        for name, column in MARKET_FACTS.items():
            year = self._market.window(names, column, day, last)[-YEAR:]
            found[name] = pd.DataFrame(year).ffill().to_numpy()[-1]
        return found

    def _event_window(self, names: np.ndarray, day: int, now: int) -> dict[str, np.ndarray]:
        """How many announced events were in force in each month; the last row is the month before the as-of month."""
        if self._events is None:
            return {}
        last = now - self._lags["sales"]
        first_day = self._events["starts_on"].to_numpy(dtype="datetime64[D]").astype(np.int64)
        rows = self._events.loc[known_days(self._events, first_day) <= day]
        starts = ordinals(rows["starts_on"])
        ends = np.maximum(ordinals(rows["ends_on"]), starts)
        months = np.arange(last - SPAN + 1, last + 1)[:, None]
        in_force = ((months >= starts) & (months <= ends)).astype(float)
        everywhere = rows["district_id"].isna().to_numpy()
        here = (rows["district_id"].to_numpy(dtype=object)[None, :] == names[:, None]) | everywhere[None, :]
        return {"events": in_force @ here.T.astype(float)}

    def _vacancies(
        self, names: np.ndarray, day: int, now: int, survey: pd.DataFrame | None
    ) -> dict[str, np.ndarray]:
        if not self._survey or survey is None:
            return {}
        last = now - self._lags["premises"]
        return {
            "vacancy_units": _empty_share(survey, names),
            "vacancy_units_before": _empty_share(self._survey.latest(day, last - YEAR), names),
        }

    def _units(self, day: int, now: int, survey: pd.DataFrame | None) -> Units | None:
        if not self._survey or survey is None:
            return None
        placed = survey.loc[survey["lon"].notna() & survey["lat"].notna()]
        if placed.empty:
            return None
        empty = placed["vacant"].to_numpy() > 0
        last = now - self._lags["premises"]
        earlier = self._survey.previous(day, last)["is_anchor"].reindex(placed.index).to_numpy(dtype=float)
        fresh = placed["about"].to_numpy() > last - YEAR
        return Units(
            lon=placed["lon"].to_numpy(dtype=float),
            lat=placed["lat"].to_numpy(dtype=float),
            empty=empty,
            anchor=(placed["is_anchor"].to_numpy() > 0) & ~empty,
            anchor_gone=(earlier > 0) & empty & fresh,
        )


class _Told:
    """States of something, each with the day on which it became known."""

    def __init__(self, table: pd.DataFrame, key: str, fallback: int) -> None:
        known = known_days(table, np.full(len(table), fallback))
        order = np.argsort(known, kind="stable")
        self._key, self._known, self._rows = key, known[order], table.iloc[order]

    def latest(self, day: int) -> pd.DataFrame:
        """The newest state known by the day; index: the key."""
        known = self._rows.iloc[: int(np.searchsorted(self._known, day, side="right"))]
        return known.drop_duplicates(self._key, keep="last").set_index(self._key)


class _Monthly:
    """Rows about a month, each with the day on which it became known; the later word counts."""

    def __init__(self, table: pd.DataFrame, key: str, lag: int) -> None:
        month = ordinals(table["month"])
        known = known_days(table, end_of_month(month + lag))
        order = np.argsort(known, kind="stable")
        self._known = known[order]
        self.rows = table.assign(owner=table[key], about=month).iloc[order]

    def _upto(self, day: int, last: int) -> pd.DataFrame:
        known = self.rows.iloc[: int(np.searchsorted(self._known, day, side="right"))]
        return known.loc[known["about"] <= last]

    def window(self, names: np.ndarray, column: str, day: int, last: int) -> np.ndarray:
        """`SPAN` months × names; NaN where nothing was known by the day."""
        rows = self._upto(day, last)
        rows = rows.loc[rows["about"] > last - SPAN].drop_duplicates(["owner", "about"], keep="last")
        matrix = np.full((SPAN, len(names)), np.nan)
        place = np.searchsorted(names.astype(str), rows["owner"].to_numpy(dtype=object).astype(str))
        matrix[rows["about"].to_numpy() - (last - SPAN + 1), place] = rows[column].to_numpy(dtype=float)
        return matrix

    def latest(self, day: int, last: int) -> pd.DataFrame:
        """The newest survey of each unit known by the day; index: the unit, sorted."""
        rows = self._upto(day, last).sort_values("about", kind="stable")
        return rows.drop_duplicates("owner", keep="last").set_index("owner").sort_index()

    def previous(self, day: int, last: int) -> pd.DataFrame:
        """The survey of each unit before its newest one; index: the unit."""
        rows = self._upto(day, last).sort_values("about", kind="stable")
        told = rows.drop_duplicates(["owner", "about"], keep="last")
        earlier = told.loc[told.duplicated("owner", keep="last")]
        return earlier.drop_duplicates("owner", keep="last").set_index("owner")


def _empty_share(survey: pd.DataFrame, names: np.ndarray) -> np.ndarray:
    share = survey.groupby("district_id")["vacant"].mean()
    return share.reindex(names).to_numpy(dtype=float)


def _code_book(table: pd.DataFrame | None) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    if table is None:
        return np.empty(0, dtype=object), {}
    rows = table.sort_values("industry_code", kind="stable")
    codes = rows["industry_code"].to_numpy(dtype=object)
    return codes, {name: rows[name].to_numpy(dtype=float) for name in INDUSTRY_FACTS}
