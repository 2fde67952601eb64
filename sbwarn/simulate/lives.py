"""The lives of the simulated shops, month by month: opening, leases, stress that heals or ends, closing."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sbwarn.simulate.districts import DISTRICTS
from sbwarn.simulate.industries import INDUSTRIES
from sbwarn.simulate.premises import Premises
from sbwarn.simulate.programme import CHOICE, HEALS, IN_TIME, LEAST_AGE, choose_helped

NOBODY = -1
NEVER = np.iinfo(np.int32).max

# About 3,000 closures a year among some 20,000 shops; stress reaches shops so often that the two kinds add up to it.
MONTHLY_STRESS = 0.0160
MONTHLY_SUDDEN = 0.00095
SUDDEN_AT_LEASE_END = 10.0
HEALING = 0.20
STRESS_MONTHS = (4, 14)
WAITS_FOR_LEASE_END = 0.5
HANDOVER = 0.05
CITY_GROWTH = 0.02  # openings outnumber closures: vacancy fell from 36.8 % (2020) to 30.3 % (2023)
LEASE_YEARS = (2, 5)
LEGAL_RENT_STEP = 0.05  # ceiling of the commercial lease act for the same tenant
CONTAGION_MONTHS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Lives:
    """What happened; months count from the start of the simulation, `NEVER` stands for not yet."""

    shops: dict[str, np.ndarray]
    """One entry a shop: site, industry, opened, level (log of usual sales), successor_of, closed, is_sudden."""
    episodes: dict[str, np.ndarray]
    """One entry a time of stress: shop, onset, ends (month of closing or healing), heals, saved (heals by help alone)."""
    leases: dict[str, np.ndarray]
    """One entry a lease: shop, start, ends (its last month), rent (KRW a month)."""
    helps: dict[str, np.ndarray]
    """One entry a shop that was helped: shop, month, programme."""


def live(
    premises: Premises,
    tide: np.ndarray,
    *,
    middle: int,
    helped_from: int,
    rng: np.random.Generator,
    help_rng: np.random.Generator,
) -> Lives:
    """Every shop's life, month by month.

    Args:
        premises: Where shops can be.
        tide: Log of the footfall against its usual number, shape (districts, months).
        middle: The month in which each district has as many empty premises as its table says.
        helped_from: The first month of the programmes of help.
        rng: Source of all chance.
        help_rng: Source of all chance of help.
    """
    town = _Town(premises=premises, tide=tide, middle=middle, rng=rng)
    town.found()
    for month in range(tide.shape[1]):
        town.open_shops(month)
        town.heal(month)
        town.close(month)
        town.renew_leases(month)
        town.begin_stress(month)
        if month >= helped_from:
            town.offer_help(month, help_rng)
    return town.history()


def up_to(lives: Lives, month: int) -> Lives:
    """The lives as they stood before this month began: nobody knows who will close, or come under stress."""
    begun = lives.shops["opened"] < month
    shops = {name: values[begun] for name, values in lives.shops.items()}
    has_closed = shops["closed"] < month
    ended = {
        "closed": np.where(has_closed, shops["closed"], NEVER),
        "is_sudden": shops["is_sudden"] & has_closed,
        "is_handed_over": shops["is_handed_over"] & has_closed,
    }
    onset, start, helped = lives.episodes["onset"], lives.leases["start"], lives.helps["month"]
    return Lives(
        shops=shops | ended,
        episodes={name: values[onset < month] for name, values in lives.episodes.items()},
        leases={name: values[start < month] for name, values in lives.leases.items()},
        helps={name: values[helped < month] for name, values in lives.helps.items()},
    )


@dataclass(slots=True)
class _Log:
    """Rows of equal columns, gathered month by month."""

    batches: list[dict[str, np.ndarray]] = field(default_factory=list)

    def add(self, **columns: np.ndarray | int | bool) -> None:
        size = max(np.size(values) for values in columns.values() if isinstance(values, np.ndarray))
        self.batches.append({name: np.broadcast_to(values, size).copy() for name, values in columns.items()})

    def columns(self) -> dict[str, np.ndarray]:
        return {name: np.concatenate([batch[name] for batch in self.batches]) for name in self.batches[0]}


class _Town:
    """The state of every site; only the loop above changes it."""

    def __init__(
        self, *, premises: Premises, tide: np.ndarray, middle: int, rng: np.random.Generator
    ) -> None:
        sites = premises.district.size
        self.premises, self.tide, self.middle, self.rng = premises, tide, middle, rng
        self.shop = np.full(sites, NOBODY)
        self.industry = np.zeros(sites, dtype=np.int64)
        self.opened = np.zeros(sites, dtype=np.int64)
        self.level = np.zeros(sites)
        self.rent = premises.asking_rent.copy()
        self.lease_ends = np.zeros(sites, dtype=np.int64)
        self.frailty = np.zeros(sites)
        self.stressed = np.zeros(sites, dtype=bool)
        self.heals = np.zeros(sites, dtype=bool)
        self.ends = np.full(sites, NEVER, dtype=np.int64)
        self.onset, self.episode = np.zeros(sites, dtype=np.int64), np.full(sites, NOBODY)
        self.helped = np.zeros(sites, dtype=bool)
        self.handed_over_by = np.full(sites, NOBODY)
        self.street_closures = np.zeros((premises.street.max() + 1, CONTAGION_MONTHS))
        self.street_sites = np.bincount(premises.street)
        self.vacancy = np.array([place.vacancy for place in DISTRICTS])[premises.district]
        self.shop_log, self.closing_log, self.episode_log, self.lease_log = _Log(), _Log(), _Log(), _Log()
        nobody = np.zeros(0, dtype=np.int64)
        self.help_log = _Log([dict.fromkeys(("shop", "month", "programme", "saved"), nobody)])
        self.count = self.episodes = 0

    @property
    def trading(self) -> np.ndarray:
        is_trading: np.ndarray = self.shop != NOBODY
        return is_trading

    def found(self) -> None:
        """The shops that trade before the first month; each is somewhere in its lease."""
        occupied = self.rng.random(self.shop.size) > self._target_vacancy(0)
        sites = np.flatnonzero(occupied)
        age = np.minimum(self.rng.geometric(1 / 55, sites.size), 240)
        self._move_in(sites, opened=-age)

    def open_shops(self, month: int) -> None:
        """Handed-over shops go on; some of the empty premises find a tenant."""
        wanted = self._target_vacancy(month)
        # Where vacancy stands at its target, as many move in as close.
        moves_in = 0.0145 * (1 - wanted) / wanted
        lucky = self.rng.random(self.shop.size) < np.minimum(moves_in, 0.5)
        empty = ~self.trading
        sites = np.flatnonzero(empty & (lucky | (self.handed_over_by != NOBODY)))
        if sites.size:
            self._move_in(sites, opened=np.full(sites.size, month))
        self.handed_over_by[:] = NOBODY

    def _target_vacancy(self, month: int) -> np.ndarray:
        occupied = (1 - self.vacancy) * (1 + CITY_GROWTH * (month - self.middle) / 12)
        target: np.ndarray = np.clip(1 - occupied, 0.03, 0.9)
        return target

    def _move_in(self, sites: np.ndarray, *, opened: np.ndarray) -> None:
        rng, size = self.rng, sites.size
        before = self.handed_over_by[sites]
        goes_on = before != NOBODY
        fresh = rng.choice(len(INDUSTRIES), size, p=_industry_shares())
        industry = np.where(goes_on, self.industry[sites], fresh)
        usual = np.log([kind.monthly_sales for kind in INDUSTRIES])[industry]
        spot = 0.45 * np.log(self.premises.area[sites] / 50) + 0.22 * self.premises.quality[sites]
        drawn = usual + spot + rng.normal(0, 0.42, size)
        self.level[sites] = np.where(goes_on, self.level[sites] + rng.normal(0, 0.08, size), drawn)
        self.shop[sites] = self.count + np.arange(size)
        self.industry[sites], self.opened[sites] = industry, opened
        self.frailty[sites] = rng.normal(0, 0.35, size)
        self.stressed[sites], self.heals[sites], self.ends[sites] = False, False, NEVER
        self.helped[sites] = False
        self.count += size
        self.shop_log.add(
            site=sites, industry=industry, opened=opened, level=self.level[sites].copy(), successor_of=before
        )
        asked = self.premises.asking_rent[sites] * np.exp(rng.normal(0, 0.06, size))
        self._sign(sites, start=opened, rent=asked)
        # A shop of long standing has signed several times; only the lease in force matters.
        while (self.lease_ends[sites] < 0).any():
            old = sites[self.lease_ends[sites] < 0]
            self._sign(old, start=self.lease_ends[old] + 1, rent=self.rent[old])

    def _sign(self, sites: np.ndarray, *, start: np.ndarray, rent: np.ndarray) -> None:
        years = self.rng.choice(
            np.arange(LEASE_YEARS[0], LEASE_YEARS[1] + 1), sites.size, p=(0.5, 0.25, 0.05, 0.2)
        )
        self.rent[sites] = rent
        self.lease_ends[sites] = start + 12 * years - 1
        self.lease_log.add(shop=self.shop[sites], start=start, ends=self.lease_ends[sites].copy(), rent=rent)

    def heal(self, month: int) -> None:
        """Stress that was to heal is over."""
        over = self.stressed & self.heals & (self.ends == month)
        self.stressed[over], self.ends[over] = False, NEVER

    def close(self, month: int) -> None:
        """Stress ends in closing; a few healthy shops close as well, mostly when the lease runs out."""
        worn_out = self.trading & self.stressed & ~self.heals & (self.ends == month)
        chance = MONTHLY_SUDDEN * np.where(self.lease_ends == month, SUDDEN_AT_LEASE_END, 1.0)
        sudden = (
            self.trading & ~self.stressed & (self.rng.random(self.shop.size) < chance) & (self.opened < month)
        )
        sites = np.flatnonzero(worn_out | sudden)
        streets = np.bincount(self.premises.street[sites], minlength=self.street_sites.size)
        self.street_closures[:, month % CONTAGION_MONTHS] = streets
        if not sites.size:
            return
        goes_on = self.rng.random(sites.size) < HANDOVER
        self.handed_over_by[sites] = np.where(goes_on, self.shop[sites], NOBODY)
        self.closing_log.add(
            shop=self.shop[sites], closed=month, is_sudden=sudden[sites], is_handed_over=goes_on
        )
        self.shop[sites], self.stressed[sites] = NOBODY, False

    def renew_leases(self, month: int) -> None:
        """Leases that ran out are signed again, with a rent step within the legal ceiling."""
        sites = np.flatnonzero(self.trading & (self.lease_ends < month))
        if not sites.size:
            return
        asked = self.rng.normal(0.025, 0.05, sites.size) - 0.08 * (self.vacancy[sites] - 0.25)
        step = np.clip(asked, -0.10, LEGAL_RENT_STEP)
        self._sign(sites, start=np.full(sites.size, month), rent=self.rent[sites] * (1 + step))

    def begin_stress(self, month: int) -> None:
        """Hard-pressed shops come under stress more often; how it ends is already settled, though nobody knows."""
        at_risk = self.trading & ~self.stressed
        pressure = np.exp(self._pressure(month))
        chance = MONTHLY_STRESS * pressure / pressure[at_risk].mean()
        sites = np.flatnonzero(at_risk & (self.rng.random(self.shop.size) < chance))
        if not sites.size:
            return
        heals = self.rng.random(sites.size) < HEALING
        # The longer of two draws: most shops hold out for the better part of a year.
        lasts = self.rng.integers(STRESS_MONTHS[0], STRESS_MONTHS[1] + 1, (2, sites.size)).max(axis=0)
        ends = month + lasts
        lease = self.lease_ends[sites]
        waits = ~heals & (abs(lease - ends) <= 2) & (lease >= month + STRESS_MONTHS[0])
        waits &= lease <= month + STRESS_MONTHS[1]
        waits &= self.rng.random(sites.size) < WAITS_FOR_LEASE_END
        ends = np.where(waits, lease, ends)
        self.stressed[sites], self.heals[sites], self.ends[sites] = True, heals, ends
        self.onset[sites], self.episode[sites] = month, self.episodes + np.arange(sites.size)
        self.episodes += sites.size
        self.episode_log.add(shop=self.shop[sites], onset=month, ends=ends, heals=heals)

    def offer_help(self, month: int, rng: np.random.Generator) -> None:
        """A programme takes some shops in, each of them once; stress that was to end in closing may heal instead.

        It heals in the month in which the shop would have closed: until then nothing tells it from any other.
        """
        may = np.flatnonzero(self.trading & ~self.helped & (month - self.opened >= LEAST_AGE))
        stressed_for = np.where(self.stressed[may], month - self.onset[may], 0)
        sites = may[choose_helped(stressed_for, rng=rng)]
        closes = self.stressed[sites] & ~self.heals[sites] & (self.ends[sites] - month >= IN_TIME)
        saved = closes & (rng.random(sites.size) < HEALS)
        self.heals[sites] |= saved
        self.helped[sites] = True
        self.help_log.add(
            shop=self.shop[sites],
            month=month,
            programme=rng.choice(len(CHOICE), sites.size, p=CHOICE),
            saved=np.where(saved, self.episode[sites], NOBODY),
        )

    def _pressure(self, month: int) -> np.ndarray:
        age = month - self.opened
        youth = np.select([age < 3, age < 12, age < 36, age < 72], [-1.2, 0.15, 0.35, 0.0], -0.3)
        burden = np.log(self.rent) - self.level - np.log(0.10)
        tide = (
            self.tide[self.premises.district, month] - self.tide[self.premises.district, max(month - 12, 0)]
        )
        recent = (self.street_closures.sum(axis=1) / self.street_sites)[self.premises.street]
        hardship = np.array([kind.hardship for kind in INDUSTRIES])[self.industry]
        place = 1.4 * (self.vacancy - 0.25)
        pressed: np.ndarray = (
            youth + 0.5 * np.clip(burden, -2, 2) - 2.0 * tide + 2.0 * recent + hardship + place + self.frailty
        )
        return pressed

    def history(self) -> Lives:
        shops, closings = self.shop_log.columns(), self.closing_log.columns()
        closed = np.full(self.count, NEVER, dtype=np.int64)
        is_sudden, is_handed_over = np.zeros(self.count, dtype=bool), np.zeros(self.count, dtype=bool)
        closed[closings["shop"]] = closings["closed"]
        is_sudden[closings["shop"]] = closings["is_sudden"]
        is_handed_over[closings["shop"]] = closings["is_handed_over"]
        ended = {"closed": closed, "is_sudden": is_sudden, "is_handed_over": is_handed_over}
        episodes, helps = self.episode_log.columns(), self.help_log.columns()
        saved = np.isin(np.arange(self.episodes), helps.pop("saved"))
        episodes |= {"heals": episodes["heals"] | saved, "saved": saved}
        return Lives(shops=shops | ended, episodes=episodes, leases=self.lease_log.columns(), helps=helps)


def _industry_shares() -> np.ndarray:
    shares = np.array([kind.share for kind in INDUSTRIES])
    chances: np.ndarray = shares / shares.sum()
    return chances
