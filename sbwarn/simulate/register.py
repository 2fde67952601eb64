"""The register of the simulated city: the table `shops`, one row for each state of a shop as it became known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sbwarn.simulate.delivery import delivered
from sbwarn.simulate.districts import DISTRICTS
from sbwarn.simulate.industries import INDUSTRIES
from sbwarn.simulate.premises import Premises

# Rivers, hills, weather and fruit: no word is a person's name.
WORDS = (
    "금강 달빛 한뜰 세모 푸른들 돌담 느티 호수 구름 바람개비 새벽 너른 솔잎 도토리 물안개 은행잎 징검다리 빛고을 모퉁이 오솔길 "
    "햇살 반달 감나무 소쿠리 가온 누리 두레 마루 여울 나들목 첫눈 들꽃 은하수 조약돌 무지개 파도 별밭 초록 청포도 함지박"
)
NAMES = tuple(WORDS.split())
WITHOUT_AREA = 0.12
LATE_CLOSURES = 0.04


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
    entries: Entries, premises: Premises, last_day: np.datetime64, *, rng: np.random.Generator
) -> pd.DataFrame:
    """The table `shops`: a row when a shop opens, a second one when its closure becomes public."""
    size = entries.ids.size
    told = entries.opened_on + rng.integers(3, 29, size)
    wait = np.where(rng.random(size) < LATE_CLOSURES, rng.integers(60, 181, size), rng.integers(5, 46, size))
    closing = np.flatnonzero(~np.isnat(entries.closed_on))
    # A closure cannot be public before the shop itself is.
    known_closed = np.maximum(entries.closed_on + wait, told + 1)[closing]
    area = np.where(rng.random(size) < WITHOUT_AREA, np.nan, premises.area[entries.site])
    row = np.concatenate([np.arange(size), closing])
    still_open = np.full(size, np.datetime64("NaT", "D"))
    site = entries.site[row]
    table = pd.DataFrame(
        {
            "shop_id": pd.array(entries.ids[row], dtype="str"),
            "industry_code": np.array([kind.code for kind in INDUSTRIES])[entries.industry[row]],
            "district_id": np.array([place.district_id for place in DISTRICTS])[premises.district[site]],
            "opened_on": entries.opened_on[row].astype("datetime64[s]"),
            "closed_on": np.concatenate([still_open, entries.closed_on[closing]]).astype("datetime64[s]"),
            "name": entries.name[row],
            "site_id": np.char.mod("P%05d", site),
            "floor_area_m2": area[row],
            "lon": premises.lon[site],
            "lat": premises.lat[site],
            "known_on": np.concatenate([told, known_closed]).astype("datetime64[s]"),
        }
    )
    return delivered(table, last_day).sort_values(["shop_id", "known_on"], ignore_index=True)


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
