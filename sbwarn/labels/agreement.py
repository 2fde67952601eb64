"""What label rules say about the same shops: how often there is a crisis, since when that is known, how far they agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sbwarn.tables.month import from_ordinal
from sbwarn.tables.wilson import wilson

if TYPE_CHECKING:
    from sbwarn.labels.events import Events
    from sbwarn.labels.rules import LabelRule

DRAWS = 1000
"""Of the bootstrap over shops."""
SEED = 1
EDGES = (0.025, 0.975)
RATES = ("rule", "version", "digest", "horizon", "as_of", "n", "crises", "rate", "low", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What one rule says of each shop and month, within one horizon; arrays of one length."""

    month: np.ndarray
    """As-of month (ordinal)."""
    shop: np.ndarray
    told: np.ndarray
    """True where the answer is known for good."""
    waits: np.ndarray
    """True where it is not yet, and will be."""
    happened: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Maturity:
    """How far the answers of a rule reach."""

    horizon: int
    last: str | None
    """Last as-of month that has an answer, "YYYY-MM"; None if there is none."""
    waiting: int
    """Rows whose answer is still to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kappa:
    """How far two rules agree on the same shop-months: 1 in all of them, 0 no more than chance would."""

    one: str
    other: str
    n: int
    both: int
    one_alone: int
    other_alone: int
    value: float
    """NaN where either rule gives one answer alone."""
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything about some rules on one data set, as known on one day."""

    dataset: str
    synthetic: bool
    as_of: str
    rules: tuple[LabelRule, ...]
    events: Mapping[str, int]
    """By rule: crises of all shops, whenever they came."""
    excluded: Mapping[str, Mapping[str, int]]
    """By rule and exclusion: events that are none."""
    maturities: Mapping[str, tuple[Maturity, ...]]
    rates: pd.DataFrame
    """`RATES`: one line a rule, horizon and as-of month; 95 % interval by Wilson."""
    horizon: int
    """Months within which the rules were compared."""
    kappas: tuple[Kappa, ...]
    shops: int
    rows: int
    """Shop-months that were looked at."""


def overview(
    found: Mapping[str, Events],
    rules: Sequence[LabelRule],
    asked: Mapping[int, np.ndarray],
    *,
    dataset: str,
    synthetic: bool,
    as_of: pd.Period,
    horizon: int,
) -> Overview:
    """Base rates, maturity, exclusions and agreement of some rules.

    Args:
        found: By name of the rule: its events as known by `as_of`.
        rules: In the order in which they are told.
        asked: By as-of month (ordinal): the shops that could be scored then.
        dataset: Name of the data set.
        synthetic: True if it is simulated.
        as_of: The month at whose end one stands.
        horizon: Months within which the rules are compared.
    """
    said = {
        rule.name: {
            each: answers(found[rule.name], asked, each) for each in sorted({*rule.horizons, horizon})
        }
        for rule in rules
    }
    rates = [
        base_rates(each).assign(rule=rule.name, version=rule.version, digest=rule.digest, horizon=ahead)
        for rule in rules
        for ahead, each in said[rule.name].items()
    ]
    names = [rule.name for rule in rules]
    shops = [ids for ids in asked.values() if len(ids)]
    return Overview(
        dataset=dataset,
        synthetic=synthetic,
        as_of=str(as_of),
        rules=tuple(rules),
        events={name: found[name].count for name in names},
        excluded={name: found[name].excluded for name in names},
        maturities={
            name: tuple(maturity(each, ahead) for ahead, each in said[name].items()) for name in names
        },
        rates=pd.concat(rates, ignore_index=True)[list(RATES)],
        horizon=horizon,
        kappas=tuple(
            kappa(said[one][horizon], said[other][horizon], one=one, other=other)
            for one, other in combinations(names, 2)
        ),
        shops=len(np.unique(np.concatenate(shops))) if shops else 0,
        rows=sum(map(len, shops)),
    )


def answers(events: Events, asked: Mapping[int, np.ndarray], horizon: int) -> Answers:
    """What a rule says of each shop and as-of month: whether the crisis came within the horizon, where that is known.

    Args:
        events: As known on the day.
        asked: By as-of month (ordinal): shops.
        horizon: Months ahead.
    """
    parts = []
    for month, shop_ids in asked.items():
        ahead, until = events.ahead(shop_ids, month), month + horizon
        seen = ahead.at_risk & (ahead.left > until)
        parts.append(
            Answers(
                month=np.full(len(shop_ids), month),
                shop=shop_ids,
                told=seen & (until <= events.mature),
                waits=seen & (until > events.mature),
                happened=ahead.event <= until,
            )
        )
    return Answers(
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in Answers.__dataclass_fields__
        }
    )


def base_rates(said: Answers) -> pd.DataFrame:
    """Shops, crises, rate and its 95 % interval by as-of month: `as_of, n, crises, rate, low, high`."""
    month, place = np.unique(said.month[said.told], return_inverse=True)
    n = np.bincount(place, minlength=len(month))
    crises = np.bincount(place, weights=said.happened[said.told], minlength=len(month)).astype(int)
    low, high = wilson(crises, n)
    as_of = [str(from_ordinal(each)) for each in month]
    return pd.DataFrame(
        {
            "as_of": as_of,
            "n": n,
            "crises": crises,
            "rate": crises / np.maximum(n, 1),
            "low": low,
            "high": high,
        }
    )


def maturity(said: Answers, horizon: int) -> Maturity:
    """How far the answers within a horizon reach, and how many are still to come."""
    told = said.month[said.told]
    last = str(from_ordinal(int(told.max()))) if len(told) else None
    return Maturity(horizon=horizon, last=last, waiting=int(said.waits.sum()))


def kappa(one_said: Answers, other_said: Answers, *, one: str, other: str, draws: int = DRAWS) -> Kappa:
    """Cohen's kappa of two rules on the shop-months of which both have an answer, 95 % interval over shops.

    A shop is drawn with all its months, because they are alike.

    Args:
        one_said: Of the first rule.
        other_said: Of the other one, on the same shops and months in the same order.
        one: Name of the first rule.
        other: Name of the other one.
        draws: Of the bootstrap.

    Source: Cohen (1960), Educational and Psychological Measurement 20:37-46.
    """
    both_told = one_said.told & other_said.told
    cell = 2 * one_said.happened[both_told] + other_said.happened[both_told]
    _, shop = np.unique(one_said.shop[both_told], return_inverse=True)
    by_shop = np.bincount(4 * shop + cell, minlength=4 * (int(shop.max(initial=-1)) + 1)).reshape(-1, 4)
    total = by_shop.sum(axis=0)
    drawn = kappa_of(_drawn(by_shop, draws))
    low, high = np.quantile(drawn[~np.isnan(drawn)], EDGES) if (~np.isnan(drawn)).any() else (np.nan, np.nan)
    return Kappa(
        one=one, other=other, n=int(total.sum()), both=int(total[3]), one_alone=int(total[2]),
        other_alone=int(total[1]), value=float(kappa_of(total)), low=float(low), high=float(high),
    )  # fmt: skip


def _drawn(by_shop: np.ndarray, draws: int) -> np.ndarray:
    """Counts of as many shops as there are, drawn with replacement; draws × 4.

    Shops with the same counts are one kind, drawn by its share: the same lottery, with fewer tickets.
    """
    if not len(by_shop):
        return np.zeros((draws, 4))
    kinds, shops = np.unique(by_shop, axis=0, return_counts=True)
    drawn = np.random.default_rng(SEED).multinomial(len(by_shop), shops / len(by_shop), size=draws)
    return np.asarray(drawn @ kinds)


def kappa_of(counts: np.ndarray) -> np.ndarray:
    """Cohen's kappa: agreement beyond chance, as a share of what chance leaves; NaN where a rule gives one answer alone.

    Args:
        counts: Neither, the other alone, the one alone, both; along the last axis.

    >>> float(kappa_of(np.array([40, 10, 10, 40])).round(2))
    0.6
    """
    share = np.asarray(counts, dtype=float)
    n = share.sum(axis=-1, keepdims=True)
    share = np.divide(share, n, out=np.full(share.shape, np.nan), where=n > 0)
    one, other = share[..., 2] + share[..., 3], share[..., 1] + share[..., 3]
    by_chance = one * other + (1 - one) * (1 - other)
    differ = (one > 0) & (one < 1) & (other > 0) & (other < 1)
    agreed = share[..., 0] + share[..., 3]
    nothing = np.full(np.shape(agreed), np.nan)
    return np.asarray(np.divide(agreed - by_chance, 1.0 - by_chance, out=nothing, where=differ))
