"""The premises of the simulated city: where they lie, how large and how good they are, what the landlord asks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sbwarn.simulate.districts import DISTRICTS

SITES_A_STREET = 22
RENT_A_SQUARE_METRE = 27_000.0  # KRW a month; near the complex 33 m2 cost about 1 M in May 2025
KM_A_DEGREE_LAT = 111.0
KM_A_DEGREE_LON = 89.0  # at 36.5 degrees north


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """Every unit that can hold a shop; all arrays have the shape (sites,)."""

    district: np.ndarray
    """Position in the table of districts."""
    street: np.ndarray
    """Sites of one street are neighbours and feel each other's closures."""
    quality: np.ndarray
    """Standard normal: how good the spot is. It lifts sales, and half as much the rent."""
    area: np.ndarray
    """Floor area in square metres."""
    asking_rent: np.ndarray
    """KRW a month for a first lease."""
    lon: np.ndarray
    lat: np.ndarray


def build_premises(shops: int, *, rng: np.random.Generator) -> Premises:
    """Enough premises for this many trading shops, with each district's share of empty ones on top."""
    size = np.array([place.residents + 1.5 * place.workers for place in DISTRICTS])
    vacancy = np.array([place.vacancy for place in DISTRICTS])
    sites = np.maximum(3, np.rint(shops * size / size.sum() / (1 - vacancy))).astype(np.int64)
    district = np.repeat(np.arange(len(DISTRICTS)), sites)
    position = np.concatenate([np.arange(count) for count in sites])
    street = np.unique(district * 10_000 + position // SITES_A_STREET, return_inverse=True)[1]
    street_quality = rng.normal(0, 0.6, street.max() + 1)
    quality = street_quality[street] + rng.normal(0, 0.8, street.size)
    area = np.exp(rng.normal(np.log(50), 0.45, street.size))
    level = np.array([place.rent_level for place in DISTRICTS])[district]
    asking = (
        RENT_A_SQUARE_METRE
        * area**0.9
        * 50**0.1
        * level
        * np.exp(0.12 * quality + rng.normal(0, 0.2, street.size))
    )
    lon, lat = _places(district, street, rng)
    return Premises(
        district=district,
        street=street,
        quality=quality,
        area=area.round(1),
        asking_rent=asking,
        lon=lon,
        lat=lat,
    )


def _places(
    district: np.ndarray, street: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Streets spread over their district, sites within some tens of metres of their street's middle."""
    streets = street.max() + 1
    of_street = np.zeros(streets, dtype=np.int64)
    of_street[street] = district
    radius = np.sqrt([place.area_km2 for place in DISTRICTS])[of_street] / 3
    middle = rng.normal(0, 1, (2, streets)) * radius * 0.6
    away = middle[:, street] + rng.normal(0, 0.04, (2, street.size))
    lon = np.array([place.lon for place in DISTRICTS])[district] + away[0] / KM_A_DEGREE_LON
    lat = np.array([place.lat for place in DISTRICTS])[district] + away[1] / KM_A_DEGREE_LAT
    return lon.round(6), lat.round(6)


def site_ids(site: np.ndarray) -> np.ndarray:
    """The key of each of the premises."""
    return np.char.mod("P%05d", site)
