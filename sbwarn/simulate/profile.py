"""What is held of the simulated businesses themselves: reviews, loans and arrears, for about half of the shops."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sbwarn.simulate.reports import Senders, draw_senders, report_table
from sbwarn.simulate.strain import strain
from sbwarn.simulate.takings import Takings, Trade

KNOWN = 0.50
WITHOUT_REVIEWS = 0.10
REVIEWS_A_VISIT = 0.008
HAS_LOANS = 0.65
REPAID_A_MONTH = 0.008
BORROWS_BY_CHANCE = 0.008
LATE_BY_CHANCE = 0.01
MOST_DAYS_DUE = 80
ARREARS_BY_CHANCE = 0.015


def profile_table(
    takings: Takings,
    trade: Trade,
    stress: dict[str, np.ndarray],
    ids: np.ndarray,
    first: int,
    last_day: np.datetime64,
    *,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The table `profile`; loans and arrears rise under stress, months after sales have begun to fall."""
    shape = takings.amount.shape
    senders = draw_senders(takings.amount, KNOWN, rng=rng)
    loans = _loans(trade, stress, shape, rng)
    columns = {
        **_reviews(senders, takings.visits, stress, rng),
        "loans": senders.of(loans),
        "days_past_due": senders.of(_days_past_due(loans, stress, rng)),
        "public_arrears": senders.of(_arrears(stress, shape, rng)),
    }
    return report_table(senders, columns, ids, first, last_day, rng=rng)


def _reviews(
    senders: Senders, visits: np.ndarray, stress: dict[str, np.ndarray], rng: np.random.Generator
) -> dict[str, np.ndarray]:
    shops = len(visits)
    eager = REVIEWS_A_VISIT * np.exp(rng.normal(0, 0.6, shops))
    silent = rng.random(shops) < WITHOUT_REVIEWS
    liked = np.clip(rng.normal(4.35, 0.25, shops), 2.5, 4.9)[senders.shop]
    number = rng.poisson(senders.of(visits) * eager[senders.shop]).astype(np.float64)
    worse = 0.15 * senders.of(strain(stress, visits.shape, after=(-1, 3), rise=4, rng=rng))
    mean = liked - worse + rng.normal(0, 0.7, number.size) / np.sqrt(np.maximum(number, 1))
    hidden = np.where(silent[senders.shop], np.nan, 0.0)
    rating = np.where(number > 0, np.clip(mean, 1, 5).round(2), np.nan)
    return {"reviews": number + hidden, "rating": rating + hidden}


def _loans(
    trade: Trade, stress: dict[str, np.ndarray], shape: tuple[int, int], rng: np.random.Generator
) -> np.ndarray:
    """Repaid month by month, topped up now and then; a shop under stress borrows some months of sales."""
    usual = np.exp(trade.level)[:, None]
    has_loans = rng.random((shape[0], 1)) < HAS_LOANS
    topped_up = np.where(rng.random(shape) < BORROWS_BY_CHANCE, rng.uniform(0.1, 0.6, shape), 0.0)
    path = np.exp((topped_up - REPAID_A_MONTH).cumsum(axis=1))
    borrowed = 1.5 * strain(stress, shape, after=(0, 4), rise=6, rng=rng)
    old = np.where(has_loans, usual * rng.uniform(0.5, 5, (shape[0], 1)) * path, 0.0)
    loans: np.ndarray = ((old + usual * np.where(has_loans, borrowed, 0.0)) / 1e5).round() * 1e5
    return loans


def _days_past_due(loans: np.ndarray, stress: dict[str, np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Nobody is late with a loan that there is not."""
    pressed = strain(stress, loans.shape, after=(3, 7), rise=5, rng=rng)
    by_chance = np.where(rng.random(loans.shape) < LATE_BY_CHANCE, rng.integers(1, 15, loans.shape), 0)
    drawn = pressed * rng.uniform(5, MOST_DAYS_DUE, loans.shape)
    late = np.maximum(by_chance, np.where(rng.random(loans.shape) < pressed, drawn, 0.0)).round()
    days: np.ndarray = np.where(loans > 0, late, 0.0)
    return days


def _arrears(stress: dict[str, np.ndarray], shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    pressed = strain(stress, shape, after=(2, 7), rise=4, rng=rng)
    limit = rng.uniform(0.3, 1.4, (shape[0], 1))
    always = rng.random((shape[0], 1)) < ARREARS_BY_CHANCE
    arrears: np.ndarray = ((pressed > limit) | always).astype(np.float64)
    return arrears
