"""The districts of the simulated city: Sejong's dong with their size, offices and empty premises, as they change."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from sbwarn.simulate.delivery import delivered, first_days

COUNTED_IN = 2026  # the January whose count the rounded figures of `DISTRICTS` come near to
INCOME_GROWTH = 0.03
TOLD = (
    "district_id", "name", "name_en", "residents", "workers", "area_km2", "lon", "lat", "income", "single_share",
    "over_60_share", "shop_area_m2", "designated_on", "known_on",
)  # fmt: skip
DESIGNATED = 0.4  # share of districts that become a shopping street by decree within the reach below
DESIGNATION_REACH = 18  # months before the data set


class District(NamedTuple):
    """One district, rounded figures; coordinates are rough centres in WGS 84."""

    district_id: str
    name: str
    name_en: str
    residents: int
    workers: int
    area_km2: float
    lon: float
    lat: float
    vacancy: float
    """Share of premises that stand empty."""
    rent_level: float
    """Rent of a square metre against the city's mean."""
    weekend: float
    """Passers-by on a weekend day against a weekday."""


# Vacancy: full census of June 2023 where a dong is named there, its living zone otherwise.
DISTRICTS = (
    District("SJ01", "한솔동", "Hansol-dong", 18_500, 5_000, 3.6, 127.253, 36.478, 0.30, 0.95, 0.96),
    District("SJ02", "새롬동", "Saerom-dong", 36_000, 5_500, 2.6, 127.247, 36.486, 0.08, 1.20, 1.08),
    District("SJ03", "나성동", "Naseong-dong", 8_500, 12_000, 1.4, 127.258, 36.487, 0.30, 1.35, 1.02),
    District("SJ04", "다정동", "Dajeong-dong", 27_000, 4_000, 1.9, 127.246, 36.497, 0.14, 1.05, 1.05),
    District("SJ05", "어진동", "Eojin-dong", 6_700, 24_000, 2.1, 127.264, 36.503, 0.33, 1.25, 0.48),
    District("SJ06", "도담동", "Dodam-dong", 26_000, 8_000, 2.0, 127.259, 36.515, 0.12, 1.15, 0.98),
    District("SJ07", "해밀동", "Haemil-dong", 9_300, 1_500, 1.5, 127.270, 36.529, 0.43, 0.80, 1.02),
    District("SJ08", "종촌동", "Jongchon-dong", 28_700, 5_000, 1.6, 127.246, 36.504, 0.13, 1.05, 1.04),
    District("SJ09", "아름동", "Areum-dong", 22_400, 4_500, 1.5, 127.246, 36.513, 0.18, 1.05, 1.05),
    District("SJ10", "고운동", "Goun-dong", 33_500, 4_500, 4.1, 127.235, 36.515, 0.28, 0.85, 1.06),
    District("SJ11", "보람동", "Boram-dong", 18_900, 9_000, 1.5, 127.287, 36.479, 0.33, 1.05, 0.74),
    District("SJ12", "대평동", "Daepyeong-dong", 11_500, 3_000, 1.5, 127.277, 36.471, 0.60, 0.85, 1.00),
    District("SJ13", "소담동", "Sodam-dong", 19_700, 6_500, 1.8, 127.301, 36.483, 0.35, 0.95, 0.80),
    District("SJ14", "반곡동", "Bangok-dong", 25_800, 8_000, 2.7, 127.311, 36.497, 0.36, 0.90, 0.78),
    District("SJ15", "집현동", "Jiphyeon-dong", 15_000, 4_000, 4.5, 127.322, 36.508, 0.40, 0.80, 0.92),
    District("SJ16", "조치원읍", "Jochiwon-eup", 42_000, 12_000, 13.5, 127.298, 36.604, 0.15, 0.60, 0.94),
)


class Households(NamedTuple):
    """Who lives in a district, rounded figures."""

    income: float
    """Mean yearly income of a household in KRW."""
    single_share: float
    over_60_share: float
    growth: float
    """Change of the number of residents in a year."""


HOUSEHOLDS = {
    "SJ01": Households(78e6, 0.24, 0.14, -0.010),
    "SJ02": Households(92e6, 0.17, 0.11, -0.005),
    "SJ03": Households(74e6, 0.49, 0.09, 0.030),
    "SJ04": Households(88e6, 0.19, 0.12, 0.000),
    "SJ05": Households(69e6, 0.56, 0.09, 0.015),
    "SJ06": Households(86e6, 0.27, 0.12, -0.010),
    "SJ07": Households(84e6, 0.18, 0.12, 0.060),
    "SJ08": Households(85e6, 0.21, 0.13, -0.015),
    "SJ09": Households(80e6, 0.25, 0.14, -0.010),
    "SJ10": Households(79e6, 0.23, 0.15, 0.005),
    "SJ11": Households(83e6, 0.25, 0.13, -0.005),
    "SJ12": Households(81e6, 0.21, 0.16, 0.010),
    "SJ13": Households(82e6, 0.26, 0.13, 0.000),
    "SJ14": Households(84e6, 0.24, 0.12, 0.040),
    "SJ15": Households(77e6, 0.33, 0.11, 0.120),
    "SJ16": Households(52e6, 0.46, 0.27, -0.012),
}


def districts_table(
    shop_area: np.ndarray,
    office_moves: list[tuple[np.datetime64, int, float]],
    first: int,
    months: int,
    last_day: np.datetime64,
    *,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The table `districts`: each district anew when the count of January is public, and when it is designated.

    Args:
        shop_area: Square metres of commercial premises by district.
        office_moves: Day, district and share of the jobs that came (above zero) or went.
        first: First month, as months since 1970-01.
        months: How many months.
        last_day: Last day of the data set.
        rng: Source of all chance.
    """
    # The first count is that of the January before the first month.
    years = np.arange(1970 + (first - 1) // 12, 1970 + (first + months - 1) // 12 + 1)
    states = []
    for place, district in enumerate(DISTRICTS):
        counts = _counts(district, years, rng)
        came = np.array([[day, share] for day, where, share in office_moves if where == place], dtype=object)
        counts["workers"] = _jobs(district.workers, counts["known_on"].to_numpy(), came)
        states.append(_designated(counts, first - DESIGNATION_REACH, first + months, rng))
    table = pd.concat(states, ignore_index=True)
    place_of = {district.district_id: place for place, district in enumerate(DISTRICTS)}
    table["shop_area_m2"] = shop_area[table["district_id"].map(place_of).to_numpy()].round()
    return delivered(table[list(TOLD)], last_day)


def _counts(district: District, years: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """One row a January."""
    homes = HOUSEHOLDS[district.district_id]
    since = years - COUNTED_IN
    known_on = first_days((years - 1970) * 12) + rng.integers(8, 25, years.size)
    residents = district.residents * (1 + homes.growth) ** since * np.exp(rng.normal(0, 0.003, years.size))
    drift = rng.normal(0, 0.002, (2, years.size)) + 0.004 * since
    return pd.DataFrame(
        {
            "district_id": district.district_id,
            "name": district.name,
            "name_en": district.name_en,
            "residents": residents.round(-1),
            "area_km2": district.area_km2,
            "lon": district.lon,
            "lat": district.lat,
            "income": (homes.income * (1 + INCOME_GROWTH) ** since).round(-5),
            "single_share": np.clip(homes.single_share + drift[0], 0.05, 0.9).round(3),
            "over_60_share": np.clip(homes.over_60_share + drift[1], 0.03, 0.9).round(3),
            "designated_on": pd.Series(pd.NaT, index=range(years.size), dtype="datetime64[s]"),
            "known_on": known_on.astype("datetime64[s]"),
        }
    )


def _jobs(workers: int, known_on: np.ndarray, came: np.ndarray) -> np.ndarray:
    """Workers as counted each January, with the offices that had come or gone by then."""
    jobs = np.full(known_on.size, float(workers))
    for day, share in came:
        jobs[known_on > day] *= 1 + share
    return jobs.round(-1)


def _designated(counts: pd.DataFrame, first: int, end: int, rng: np.random.Generator) -> pd.DataFrame:
    """The counts, and one more state from the day on which a designation was published."""
    chosen = rng.random() < DESIGNATED
    day = first_days(np.array([rng.integers(first, end)]))[0] + rng.integers(0, 28)
    published = day + rng.integers(1, 15)
    if not chosen:
        return counts
    before = counts["known_on"] < pd.Timestamp(published)
    told = counts.assign(designated_on=counts["designated_on"].where(before, pd.Timestamp(day)))
    latest = counts.loc[before].tail(1)
    fresh = latest.assign(designated_on=pd.Timestamp(day), known_on=pd.Timestamp(published))
    states = pd.concat([told, fresh], ignore_index=True).sort_values("known_on", ignore_index=True)
    days = ("designated_on", "known_on")
    return states.astype(dict.fromkeys(days, "datetime64[s]"))
