"""The districts of the simulated city: Sejong's dong with their size, offices and empty premises."""

from __future__ import annotations

from typing import NamedTuple


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
