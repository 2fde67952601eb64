"""A small data set with all thirteen tables, unevenly published: late rows, corrections, versions, announcements.

Sixty-four shops in three trades and three districts over four and a half years. Two trades have more than ten shops in
two districts; the third is so scattered that only the trade as a whole may speak. Nothing is rounded or tidy: each row
becomes public on a day of its own, and each correction says something else in each cell.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from sbwarn.tables.check import check_table
from sbwarn.tables.dataset import DataSet, dataset_of
from sbwarn.tables.schema import TABLES, table_schema

Tables = dict[str, pd.DataFrame]

FIRST, LAST = "2022-01", "2026-06"
MONTHS = pd.period_range(FIRST, LAST, freq="M")
AS_OF = ("2025-05", "2025-07", "2025-08", "2025-12")
"""Not quarter ends alone: joins that take the nearest row look right there."""
CENTRES = {"D0": (126.980, 37.560), "D1": (127.030, 37.500), "D2": (126.900, 37.530)}
TRADES = ("bar", "cafe", "hair")
CELLS = {("cafe", "D0"): 14, ("cafe", "D1"): 13, ("hair", "D0"): 12, ("hair", "D1"): 12, ("bar", "D0"): 5,
         ("bar", "D1"): 4, ("bar", "D2"): 4}  # fmt: skip
SHOPS = sum(CELLS.values())
AGES = tuple(f"{sex}_{age}0s_share" for sex in ("men", "women") for age in range(2, 7))
STREET_M = 0.0025
"""Degrees: most shops of a district lie within a walk of each other."""


@cache
def dataset() -> DataSet:
    """The data set, checked: nobody may write to it."""
    return through_the_door(raw())


def through_the_door(tables: Tables) -> DataSet:
    """The tables, checked as files are."""
    checked = {name: check_table(rows, table_schema(name), where=name) for name, rows in tables.items()}
    return dataset_of(checked, name="small", currency="KRW", synthetic=True)


@cache
def raw() -> Tables:
    """The tables as an agency would hand them over."""
    rng = np.random.default_rng(23)
    shops = _shops(rng)
    return {
        "shops": shops,
        **_by_shop(shops, rng),
        "footfall": _footfall(rng),
        "districts": _districts(rng),
        "market": _market(rng),
        "premises": _premises(rng),
        "industries": pd.DataFrame(
            {
                "industry_code": TRADES,
                "name": TRADES,
                "gross_margin": [0.6, 0.65, 0.7],
                "usual_rent_share": [0.1, 0.12, 0.09],
            }
        ),
        "events": _events(rng),
        "support": _support(shops, rng),
    }


def is_complete() -> bool:
    """True if no table of the schemas is missing."""
    return set(raw()) == set(TABLES)


# Shops


def _shops(rng: np.random.Generator) -> pd.DataFrame:
    trade, home = zip(*[cell for cell, count in CELLS.items() for _ in range(count)], strict=True)
    mixed = rng.permutation(SHOPS)
    opened = _days(rng, "2014-01-01", "2022-06-30", SHOPS)
    opened[5], opened[20], opened[33] = (
        np.datetime64(day) for day in ("2025-03-10", "2024-11-02", "2025-10-20")
    )
    first = pd.DataFrame(
        {
            "shop_id": [f"S{number:02d}" for number in range(SHOPS)],
            "industry_code": np.array(trade, dtype=object)[mixed],
            "district_id": np.array(home, dtype=object)[mixed],
            "opened_on": opened,
            "closed_on": np.full(SHOPS, np.datetime64("NaT", "s")),
            "name": [f"Shop {number % 50}" for number in range(SHOPS)],
            "site_id": [f"U{number:03d}" for number in range(SHOPS)],
            "floor_area_m2": gaps(rng, rng.uniform(20, 90, SHOPS), share=0.1),
            "brand": np.where(
                rng.random(SHOPS) < 0.3, "Paik", np.where(rng.random(SHOPS) < 0.8, "none", None)
            ),
            "voucher_since": _some(rng, _days(rng, "2022-01-01", "2026-06-01", SHOPS), 0.7),
            "transit_m": gaps(rng, rng.uniform(50, 900, SHOPS), share=0.1),
            "moved_on": _some(rng, _days(rng, "2022-01-01", "2026-06-01", SHOPS), 0.4),
            "operator_since": _some(rng, _days(rng, "2021-01-01", "2026-06-01", SHOPS), 0.5),
            "known_on": pd.Timestamp("2021-12-31"),
        }
    )
    lon, lat = _around(first["district_id"], rng)
    first = first.assign(lon=gaps(rng, lon, share=0.08), lat=lat)
    # Later states: one shop in five moves to another trade and house, one in six closes; some say so late, some early.
    moving = first.iloc[3::5].copy()
    moving["industry_code"] = moving["industry_code"].map({"cafe": "hair", "hair": "cafe", "bar": "bar"})
    moving["floor_area_m2"] = rng.uniform(20, 90, len(moving))
    moving["brand"] = "none"
    moving["known_on"] = _days(rng, "2025-04-01", "2026-03-01", len(moving))
    closing = first.iloc[1::6].copy()
    closing["closed_on"] = _days(rng, "2025-02-01", "2026-03-01", len(closing))
    delay = pd.to_timedelta(rng.choice([-60, -10, 15, 70, 160], len(closing)), unit="D")
    closing["known_on"] = closing["closed_on"] + delay
    # Two shops of a register that keeps no history: a closing day, and nobody knows since when it was known.
    undated = first.iloc[[8, 40]].assign(closed_on=_days(rng, "2025-06-15", "2025-10-15", 2), known_on=pd.NaT)
    first = first.drop(index=[8, 40])
    return pd.concat(
        [first, moving[~moving["shop_id"].isin(undated["shop_id"])], closing, undated], ignore_index=True
    )


def _around(
    districts: pd.Series, rng: np.random.Generator, *, spread: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    centre = np.array([CENTRES[name] for name in districts])
    lon, lat = (centre + rng.normal(0.0, spread * STREET_M, centre.shape)).T
    return lon, lat


# Tables by shop and month


def _by_shop(shops: pd.DataFrame, rng: np.random.Generator) -> Tables:
    told = pd.DataFrame(
        [(shop, month) for shop in sorted(shops["shop_id"].unique()) for month in MONTHS],
        columns=["shop_id", "month"],
    )
    life = shops.groupby("shop_id").agg(opened=("opened_on", "min"), closed=("closed_on", "min"))
    started = told["month"].dt.end_time >= told["shop_id"].map(life["opened"])
    ended = told["month"].dt.start_time > told["shop_id"].map(life["closed"]).fillna(
        pd.Timestamp("2099-01-01")
    )
    told = told[started & ~ended].reset_index(drop=True)
    n = len(told)
    size = (
        told["shop_id"].map(dict(zip(life.index, rng.lognormal(0.0, 0.5, len(life)), strict=True))).to_numpy()
    )
    amount = (size * rng.lognormal(15.0, 0.3, n)).round()
    amount[rng.random(n) < 0.03] = 0.0
    lease = told["month"].dt.to_timestamp() + pd.to_timedelta(rng.integers(0, 900, n), unit="D")
    mix = rng.dirichlet(np.ones(len(AGES)), n)
    return {
        "sales": published(
            told.assign(
                amount=amount,
                transactions=gaps(rng, rng.integers(50, 900, n).astype(float), share=0.08),
                cancelled=gaps(rng, (amount * rng.uniform(0.0, 0.1, n)).round(), share=0.08),
                delivery=gaps(rng, (amount * rng.uniform(0.0, 0.6, n)).round(), share=0.08),
            ),
            rng, delay=(1, 28),
        ),
        # Rent is billed at the beginning of its month; one row in three repeats when the lease ends.
        "rent": published(
            told.assign(
                monthly_rent=(size * rng.uniform(1e6, 3e6, n)).round(),
                deposit=gaps(rng, rng.uniform(1e7, 3e7, n).round(), share=0.3),
                maintenance=gaps(rng, rng.uniform(1e5, 3e5, n).round(), share=0.3),
                lease_ends_on=lease.dt.normalize().where(rng.random(n) < 0.3),
            ),
            rng, delay=(-26, 3),
        ),
        "customers": published(
            told.assign(
                customers=rng.integers(50, 900, n).astype(float),
                **{name: gaps(rng, rng.uniform(0.0, 1.0, n), share=0.05) for name in
                   ("returning_share", "new_share", "resident_share", "worker_share", "walk_in_share")},
                **dict(zip(AGES, mix.T, strict=True)),
            ),
            rng, delay=(1, 28),
        ),
        # Nobody says when costs became known: they count when their month is closed.
        "costs": told.assign(
            month=told["month"].astype(str),
            labour=(size * rng.uniform(1e6, 4e6, n)).round(),
            utilities=gaps(rng, rng.uniform(1e5, 4e5, n).round(), share=0.1),
            energy_kwh=gaps(rng, rng.uniform(300, 900, n), share=0.1),
            rent_days_late=rng.choice([0.0, 0.0, 0.0, 3.0, 12.0], n),
        ),
        "profile": published(
            told.assign(
                reviews=rng.integers(0, 40, n).astype(float),
                rating=rng.uniform(1.0, 5.0, n),
                loans=rng.uniform(0.0, 9e7, n).round(),
                days_past_due=rng.choice([0.0, 0.0, 5.0, 40.0], n),
                public_arrears=rng.choice([0.0, 0.0, 1.0], n),
            ),
            rng, delay=(1, 28), dated=0.7,
        ),
    }  # fmt: skip


def published(
    rows: pd.DataFrame, rng: np.random.Generator, *, delay: tuple[int, int], dated: float = 1.0
) -> pd.DataFrame:
    """Each row some days after the end of its month, one in ten much later; one in six is corrected months after.

    Args:
        rows: One row for each owner and month; the month as a period.
        rng: Of the delays and the corrections.
        delay: Shortest and longest usual delay in days, counted from the end of the month.
        dated: Share of the rows that say when they became public; only these are corrected.
    """
    ends = rows["month"].dt.to_timestamp(how="end").dt.normalize()
    known = ends + pd.to_timedelta(rng.integers(*delay, len(rows)), unit="D")
    known = known.where(rng.random(len(rows)) >= 0.1, known + pd.to_timedelta(90, unit="D"))
    if "lease_ends_on" in rows:
        # Every sixth shop sends its rents in batches: several months become public on one day.
        in_batches = pd.factorize(rows["shop_id"])[0] % 6 == 0
        known = known.mask(
            in_batches, known + pd.offsets.DateOffset(days=30) + pd.offsets.QuarterEnd(startingMonth=6)
        )
    rows = rows.assign(month=rows["month"].astype(str), known_on=known)
    again = other_words(rows[rng.random(len(rows)) < 1 / 6], rng)
    again["known_on"] += pd.to_timedelta(rng.integers(30, 200, len(again)), unit="D")
    undated = rng.random(len(rows)) >= dated
    keys = ["shop_id" if "shop_id" in rows else "district_id", "month"]
    silent = pd.MultiIndex.from_frame(rows.loc[undated, keys])
    again = again[~pd.MultiIndex.from_frame(again[keys]).isin(silent)]
    rows["known_on"] = rows["known_on"].where(~undated)
    return pd.concat([again, rows], ignore_index=True)


def other_words(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The same rows with other numbers, each within what its column allows."""
    new = rows.copy()
    for name in rows.select_dtypes("number").columns:
        factor = rng.uniform(0.3, 3.0, len(rows))
        if name.endswith(("_share", "_rate", "margin")) or name == "survival_3y":
            new[name] = (rows[name] * factor) % 1.0
        elif name in ("vacant", "is_anchor", "public_arrears"):
            new[name] = 1.0 - rows[name]
        elif name == "rating":
            new[name] = 1.0 + (rows[name] * factor) % 4.0
        elif name in ("lon", "lat"):
            new[name] = rows[name] + rng.normal(0.0, STREET_M, len(rows))
        else:
            new[name] = rows[name] * factor
    return new


# Places


def _footfall(rng: np.random.Generator) -> pd.DataFrame:
    rows = pd.DataFrame(
        [(home, month) for home in CENTRES for month in MONTHS], columns=["district_id", "month"]
    )
    n = len(rows)
    return published(
        rows.assign(
            weekday=rng.uniform(5e3, 9e3, n),
            weekend=gaps(rng, rng.uniform(3e3, 6e3, n), share=0.05),
            lunch_share=rng.uniform(0.2, 0.5, n),
            dinner_share=rng.uniform(0.2, 0.5, n),
        ),
        rng, delay=(1, 28),
    )  # fmt: skip


def _districts(rng: np.random.Generator) -> pd.DataFrame:
    days = pd.to_datetime(
        ["2021-12-31", "2023-02-10", "2024-03-05", "2025-06-12", "2025-07-20", "2025-10-02", "2026-02-11"]
    )
    rows = pd.DataFrame(
        [(home, day) for home in CENTRES for day in days], columns=["district_id", "known_on"]
    )
    n = len(rows)
    return rows.assign(
        name="Quarter " + rows["district_id"],
        residents=rng.uniform(5e3, 4e4, n).round(),
        workers=rng.uniform(5e3, 4e4, n).round(),
        area_km2=1.5,
        income=rng.uniform(2e6, 6e6, n).round(),
        single_share=rng.uniform(0.2, 0.6, n),
        over_60_share=rng.uniform(0.1, 0.4, n),
        shop_area_m2=rng.uniform(1e4, 9e4, n),
        designated_on=_some(rng, _days(rng, "2020-01-01", "2026-06-01", n), 0.8),
    )


def _market(rng: np.random.Generator) -> pd.DataFrame:
    quarters = [month for month in MONTHS if month.month % 3 == 0]
    rows = pd.DataFrame(
        [(home, month) for home in CENTRES for month in quarters], columns=["district_id", "month"]
    )
    n = len(rows)
    return published(
        rows.assign(
            vacancy_rate=rng.uniform(0.02, 0.3, n),
            rent_index=rng.uniform(90, 110, n),
            rent_per_m2=rng.uniform(2e4, 6e4, n).round(),
            months_open=rng.uniform(30, 90, n),
            months_at_closure=rng.uniform(15, 50, n),
            survival_3y=rng.uniform(0.3, 0.8, n),
        ),
        rng, delay=(35, 85),
    )  # fmt: skip


def _premises(rng: np.random.Generator) -> pd.DataFrame:
    """Ninety units, surveyed every five months or so; one in ten is an anchor; some surveys are corrected."""
    n = 90
    home = rng.choice(list(CENTRES), n, p=[0.45, 0.45, 0.1])
    lon, lat = _around(pd.Series(home), rng, spread=2.0)
    units = pd.DataFrame(
        {
            "site_id": [f"U{number:03d}" for number in range(n)],
            "district_id": home,
            "area_m2": rng.uniform(20, 200, n),
            "is_anchor": (rng.random(n) < 1 / 10).astype(float),
            "lon": gaps(rng, lon, share=0.05),
            "lat": lat,
        }
    )
    surveys = []
    for start in range(5):
        few = units.iloc[start::5]
        surveys += [
            few.assign(month=month, vacant=(rng.random(len(few)) < 0.25) * 1.0) for month in MONTHS[start::5]
        ]
    rows = pd.concat(surveys, ignore_index=True)
    ends = rows["month"].dt.to_timestamp(how="end").dt.normalize()
    rows["known_on"] = ends + pd.to_timedelta(rng.integers(5, 120, len(rows)), unit="D")
    rows["month"] = rows["month"].astype(str)
    again = rows[rng.random(len(rows)) < 1 / 4].copy()
    again["vacant"] = (again["vacant"] + (rng.random(len(again)) < 0.5)) % 2.0
    # One survey in twelve takes a shop for an anchor that it is not, and says so a little later.
    slips = again["is_anchor"].lt(1.0) & (rng.random(len(again)) < 1 / 3)
    rows.loc[again.index[slips], "is_anchor"] = 1.0
    again["known_on"] += pd.to_timedelta(rng.integers(20, 200, len(again)), unit="D")
    return pd.concat([again, rows], ignore_index=True)


def _events(rng: np.random.Generator) -> pd.DataFrame:
    """Announced before or after they start, here or everywhere; some say neither when they end nor when they were told."""
    n = 40
    starts = _days(rng, "2022-06-01", "2026-06-01", n)
    ends, told = starts + rng.integers(0, 30, n), starts + rng.integers(-150, 150, n)
    return pd.DataFrame(
        {
            "event_id": [f"E{number:03d}" for number in range(n)],
            "district_id": rng.choice([*CENTRES, None], n),
            "kind": rng.choice(["festival", "voucher", "works"], n),
            "starts_on": starts,
            "ends_on": _some(rng, ends, 0.8),
            "known_on": _some(rng, told, 0.8),
        }
    )


def _support(shops: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Help for some shops: no indicator reads it."""
    helped = shops["shop_id"].drop_duplicates().to_numpy()[::5]
    began = _days(rng, "2024-01-01", "2025-12-01", len(helped))
    return pd.DataFrame(
        {
            "shop_id": helped,
            "began_on": began,
            "programme": "희망리턴패키지",
            "known_on": _some(rng, began + rng.integers(0, 60, len(helped)), 0.8),
        }
    )


# Small helpers


def gaps(rng: np.random.Generator, values: np.ndarray, *, share: float) -> np.ndarray:
    """The values with some of them unknown."""
    return np.where(rng.random(values.shape) < share, np.nan, values)


def _days(rng: np.random.Generator, first: str, last: str, count: int) -> np.ndarray:
    span = (pd.Timestamp(last) - pd.Timestamp(first)).days
    return np.datetime64(first, "D") + rng.integers(0, span, count)


def _some(rng: np.random.Generator, days: np.ndarray, share: float) -> np.ndarray:
    return np.where(rng.random(len(days)) < share, days, np.datetime64("NaT"))
