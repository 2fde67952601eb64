"""The register of the simulated city: the table `shops`, one row for each state of a shop as it became known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sbwarn.simulate.delivery import delivered
from sbwarn.simulate.districts import DISTRICTS
from sbwarn.simulate.industries import INDUSTRIES
from sbwarn.simulate.premises import Premises, site_ids
from sbwarn.simulate.traits import Traits, day_known

# Rivers, hills, weather and fruit: no word is a person's name.
WORDS = (
    "금강 달빛 한뜰 세모 푸른들 돌담 느티 호수 구름 바람개비 새벽 너른 솔잎 도토리 물안개 은행잎 징검다리 빛고을 모퉁이 오솔길 "
    "햇살 반달 감나무 소쿠리 가온 누리 두레 마루 여울 나들목 첫눈 들꽃 은하수 조약돌 무지개 파도 별밭 초록 청포도 함지박"
)
NAMES = tuple(WORDS.split())
WITHOUT_AREA = 0.12
LATE_CLOSURES = 0.04
CHANGES = ("voucher_since", "operator_since", "moved_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What the register would say on the day itself; all arrays have the shape (shops,)."""

    ids: np.ndarray
    industry: np.ndarray
    site: np.ndarray
    opened_on: np.ndarray
    closed_on: np.ndarray
    """NaT while the shop trades."""
    name: np.ndarray


def shops_table(
    entries: Entries,
    traits: Traits,
    premises: Premises,
    last_day: np.datetime64,
    *,
    rng: np.random.Generator,
    change_rng: np.random.Generator,
) -> pd.DataFrame:
    """The table `shops`: a row when a shop opens, one for each change, one when its closure becomes public."""
    size = entries.ids.size
    told = entries.opened_on + rng.integers(3, 29, size)
    wait = np.where(rng.random(size) < LATE_CLOSURES, rng.integers(60, 181, size), rng.integers(5, 46, size))
    has_area = rng.random(size) >= WITHOUT_AREA
    days = {name: getattr(traits, name) for name in CHANGES}
    known = {name: day_known(day, told, change_rng) for name, day in days.items()}
    # A closure cannot be public before the shop itself is.
    known["closed_on"] = np.maximum(entries.closed_on + wait, told + 1)
    shop, known_on = _versions(told, known)

    def so_far(name: str, day: np.ndarray) -> np.ndarray:
        return np.where(known[name][shop] <= known_on, day[shop], np.datetime64("NaT", "D"))

    site = np.where(known["moved_on"][shop] <= known_on, entries.site[shop], traits.first_site[shop])
    table = pd.DataFrame(
        {
            "shop_id": pd.array(entries.ids[shop], dtype="str"),
            "industry_code": np.array([kind.code for kind in INDUSTRIES])[entries.industry[shop]],
            "district_id": np.array([place.district_id for place in DISTRICTS])[premises.district[site]],
            "opened_on": entries.opened_on[shop].astype("datetime64[s]"),
            "closed_on": so_far("closed_on", entries.closed_on).astype("datetime64[s]"),
            "name": entries.name[shop],
            "site_id": site_ids(site),
            "floor_area_m2": np.where(has_area[shop], premises.area[site], np.nan),
            "lon": premises.lon[site],
            "lat": premises.lat[site],
            "brand": pd.array(traits.brand[shop], dtype="str"),
            "voucher_since": so_far("voucher_since", traits.voucher_since).astype("datetime64[s]"),
            "transit_m": traits.transit_m[site],
            "moved_on": so_far("moved_on", traits.moved_on).astype("datetime64[s]"),
            "operator_since": so_far("operator_since", traits.operator_since).astype("datetime64[s]"),
            "known_on": known_on.astype("datetime64[s]"),
        }
    )
    return delivered(table, last_day).sort_values(["shop_id", "known_on"], ignore_index=True)


def _versions(told: np.ndarray, known: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Shop and day of each row: one when the shop is told of, one a day on which more becomes known of it."""
    until = np.where(np.isnat(known["closed_on"]), np.datetime64("9999-01-01"), known["closed_on"])
    rows = [pd.DataFrame({"shop": np.arange(told.size), "known_on": told.astype("datetime64[s]")})]
    for days in known.values():
        # A change that is filed after the closure comes with nothing to change any more.
        shop = np.flatnonzero(~np.isnat(days) & (days <= until))
        rows.append(pd.DataFrame({"shop": shop, "known_on": days[shop].astype("datetime64[s]")}))
    versions = pd.concat(rows, ignore_index=True).drop_duplicates(ignore_index=True)
    return versions["shop"].to_numpy(), versions["known_on"].to_numpy().astype("datetime64[D]")


def trade_names(
    industry: np.ndarray, site: np.ndarray, successor_of: np.ndarray, *, rng: np.random.Generator
) -> np.ndarray:
    """A made-up Korean name for each shop, in order of opening; a shop that is handed over keeps its name."""
    first, sign = rng.integers(0, len(NAMES), industry.size), rng.random(industry.size)
    names: list[str] = []
    last_name_at: dict[int, str] = {}
    for shop, (kind, place, before) in enumerate(zip(industry, site, successor_of, strict=True)):
        signs = INDUSTRIES[kind].signs
        name = names[before] if before >= 0 else f"{NAMES[first[shop]]} {signs[int(sign[shop] * len(signs))]}"
        # A stranger under the old name would look like a handover.
        if before < 0 and last_name_at.get(place) == name:
            name = f"{NAMES[first[shop] - 1]} {name.split()[1]}"
        names.append(name)
        last_name_at[place] = name
    return np.array(names)
