"""Customers of the simulated shops: regulars stay away a month or two before the till tells of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sbwarn.simulate.districts import DISTRICTS
from sbwarn.simulate.industries import INDUSTRIES
from sbwarn.simulate.reports import Senders, draw_senders, report_table
from sbwarn.simulate.strain import strain
from sbwarn.simulate.takings import Takings, Trade, persistent

KNOWN = 0.70
EARLY = (-2, -1)  # months before the onset of stress in which regulars begin to stay away
REGULARS_LOST = 0.16
CELLS = tuple(f"{sex}_{age}s_share" for sex in ("men", "women") for age in (20, 30, 40, 50, 60))
FEW = 20  # with fewer customers the publisher hides who they are
# Log weights of the ten cells before a shop's own taste: the city is young, its cafes are women's.
USUAL_CELLS = (-0.2, 0.2, 0.2, -0.2, -0.5, 0.0, 0.5, 0.4, -0.1, -0.5)
DECIMALS = 4


def customers_table(
    takings: Takings,
    trade: Trade,
    stress: dict[str, np.ndarray],
    ids: np.ndarray,
    first: int,
    last_day: np.datetime64,
    *,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The table `customers`, for about seven of ten shops.

    Args:
        takings: Sales and receipts.
        trade: The shops.
        stress: Episodes that had begun by the last month, or begin in the two months that follow.
        ids: Keys of the shops.
        first: First month, as months since 1970-01.
        last_day: Last day of the data set.
        rng: Source of all chance.
    """
    senders = draw_senders(takings.amount, KNOWN, rng=rng)
    returning = senders.of(_returning(trade, stress, takings.amount.shape, rng))
    number = _number(senders, takings.visits, returning, rng)
    unseen = np.where(number > 0, 0.0, np.nan)
    hidden = np.where(number >= FEW, 0.0, np.nan)
    first_time = np.clip(rng.normal(0.75, 0.05, takings.amount.shape[0]), 0.5, 0.95)[senders.shop]
    shares = {
        "returning_share": (returning + unseen).round(DECIMALS),
        "new_share": ((1 - returning) * first_time * rng.uniform(0.94, 1.05, number.size) + unseen).round(
            DECIMALS
        ),
        **_by_origin(senders, trade, unseen, rng),
        **_by_cell(senders, trade, hidden, rng),
    }
    return report_table(senders, {"customers": number, **shares}, ids, first, last_day, rng=rng)


def _returning(
    trade: Trade, stress: dict[str, np.ndarray], shape: tuple[int, int], rng: np.random.Generator
) -> np.ndarray:
    usual = np.array([kind.returning for kind in INDUSTRIES])[trade.industry][:, None]
    own = rng.normal(0, 0.07, (shape[0], 1))
    age = np.maximum(np.arange(shape[1]) - trade.opened[:, None], 0)
    young = -0.25 * np.exp(-age / 5)
    luck = persistent(shape, 0.9, 0.014, rng) + rng.normal(0, 0.03, shape)
    lost = REGULARS_LOST * strain(stress, shape, after=EARLY, rise=3, rng=rng)
    returning: np.ndarray = np.clip(usual + own + young + luck - lost, 0.02, 0.95)
    return returning


def _number(
    senders: Senders, visits: np.ndarray, returning: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Fewer customers than receipts: who returns comes several times a month."""
    times = np.exp(rng.normal(0, 0.12, len(visits)))[senders.shop]
    visits_a_customer = 1 + times * returning * rng.normal(1, 0.04, returning.size)
    number: np.ndarray = (senders.of(visits) / np.maximum(visits_a_customer, 1)).round()
    return number


def _by_origin(
    senders: Senders, trade: Trade, unseen: np.ndarray, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    homes, desks = (
        np.log([getattr(place, name) for place in DISTRICTS])[trade.district]
        for name in ("residents", "workers")
    )
    passing = np.full(homes.size, np.log(6_000.0))
    usual = np.column_stack([homes, desks, passing]) + rng.normal(0, 0.35, (homes.size, 3))
    shares = _parts(usual[senders.shop] + rng.normal(0, 0.08, (senders.shop.size, 3)))
    names = ("resident_share", "worker_share", "walk_in_share")
    return {name: shares[:, place] + unseen for place, name in enumerate(names)}


def _by_cell(
    senders: Senders, trade: Trade, hidden: np.ndarray, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    of_trade = rng.normal(0, 0.4, (len(INDUSTRIES), len(CELLS)))
    usual = (
        np.array(USUAL_CELLS)
        + of_trade[trade.industry]
        + rng.normal(0, 0.3, (trade.industry.size, len(CELLS)))
    )
    shares = _parts(usual[senders.shop] + rng.normal(0, 0.12, (senders.shop.size, len(CELLS))))
    return {name: shares[:, place] + hidden for place, name in enumerate(CELLS)}


def _parts(log_weights: np.ndarray) -> np.ndarray:
    """Shares that sum to 1 in each row, rounded; the largest takes what rounding left over."""
    weights = np.exp(log_weights)
    shares: np.ndarray = (weights / weights.sum(axis=1, keepdims=True)).round(DECIMALS)
    row = np.arange(len(shares))
    largest = shares.argmax(axis=1)
    shares[row, largest] = (shares[row, largest] + 1 - shares.sum(axis=1)).round(DECIMALS)
    return shares
