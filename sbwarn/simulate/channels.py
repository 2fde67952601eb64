"""Parts of the simulated sales: what was cancelled, and what went out by delivery where a trade delivers at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sbwarn.simulate.industries import INDUSTRIES
from sbwarn.simulate.takings import Takings, persistent

USUAL_CANCELLED = 0.012
WITHOUT_CANCELLED = 0.15
A_BAD_MONTH = 0.01
DELIVERS = 0.8
MOST_DELIVERED = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """Parts of the sales in KRW, shape (shops, months); NaN where nobody tells."""

    cancelled: np.ndarray
    delivery: np.ndarray
    """NaN, and not zero, for a shop that does not deliver."""


def split_channels(takings: Takings, industry: np.ndarray, *, rng: np.random.Generator) -> Channels:
    """What was cancelled and what was delivered of the sales of every shop and month."""
    return Channels(
        cancelled=_cancelled(takings.amount, rng),
        delivery=_delivery(takings.amount, industry, rng),
    )


def _cancelled(amount: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    usual = USUAL_CANCELLED * np.exp(rng.normal(0, 0.5, (len(amount), 1)))
    bad = np.where(rng.random(amount.shape) < A_BAD_MONTH, 4.0, 1.0)
    share = np.minimum(usual * bad * np.exp(rng.normal(0, 0.4, amount.shape)), 0.4)
    share[rng.random(len(amount)) < WITHOUT_CANCELLED] = np.nan
    cancelled: np.ndarray = (share * amount / 1_000).round() * 1_000
    return cancelled


def _delivery(amount: np.ndarray, industry: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    of_trade = np.array([kind.delivered for kind in INDUSTRIES])[industry]
    delivers = (of_trade > 0) & (rng.random(industry.size) < DELIVERS)
    usual = np.log(np.where(delivers, of_trade, np.nan)) + rng.normal(0, 0.4, industry.size)
    drift = persistent(amount.shape, 0.95, 0.04, rng) + rng.normal(0, 0.08, amount.shape)
    share = np.minimum(np.exp(usual[:, None] + drift), MOST_DELIVERED)
    delivery: np.ndarray = (share * amount / 1_000).round() * 1_000
    return delivery
