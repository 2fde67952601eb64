"""Scored rows written by hand or drawn, and a backtest around them: nothing is trained."""

from __future__ import annotations

import numpy as np

from sbwarn.backtest.run import Backtest, Quarter
from sbwarn.backtest.scored import Came, Forecast, Scored
from sbwarn.labels.events import FAR
from sbwarn.training.fit import Settings
from sbwarn.training.rows import LAGS, About

START = 552
"""2016-01."""


def few_scored(count: int, **told: np.ndarray) -> Scored:
    """`count` rows of as many shops in one month, in the least class and without a crisis unless told otherwise."""
    month = told.get("month", np.full(count, START))
    facts = {
        "shop": np.array([f"S{shop:03d}" for shop in range(count)]),
        "origin": month,
        "risk": np.full((count, 3), 0.1),
        "level": np.zeros(count, dtype=int),
        "happened": np.zeros((count, 3)),
        "event": np.full(count, FAR),
        "trading": np.ones(count, dtype=bool),
        "helped": np.zeros((count, 3), dtype=bool),
        "industry": np.full(count, "cafe"),
        "district": np.full(count, "D0"),
        "months_open": np.full(count, np.nan),
        "depth": np.full(count, LAGS),
        "size": np.arange(count, dtype=float),
        "lags": np.ones((count, LAGS)),
        **told,
    }
    rungs = {name.removeprefix("rung_"): each for name, each in told.items() if name.startswith("rung_")}
    return Scored(
        month=month,
        shop=facts["shop"],
        forecast=Forecast(origin=facts["origin"], risk=facts["risk"], level=facts["level"], rungs=rungs),
        came=Came(**{name: facts[name] for name in ("happened", "event", "trading", "helped")}),
        about=About(
            **{name: facts[name] for name in ("industry", "district", "months_open", "depth", "size", "lags")}
        ),
    )


def drawn_scored(*, shops: int = 300, months: int = 6, seed: int = 1, skill: float = 2.0) -> Scored:
    """Shops with a lasting weakness; those that fall have a crisis somewhere in the year after the first month."""
    rng = np.random.default_rng(seed)
    weak = rng.normal(size=shops)
    falls = rng.random(shops) < 1 / (1 + np.exp(2.0 - skill * weak))
    event = np.where(falls, START + rng.integers(3, 15, shops), FAR)
    shop = np.repeat(np.array([f"SHOP-{each:04d}" for each in range(shops)]), months)
    month = np.tile(np.arange(START, START + months), shops)
    seen = np.repeat(weak, months) + rng.normal(scale=0.4, size=len(shop))
    odds = np.add.outer(skill * seen, np.array([-3.5, -2.7, -2.0]))
    when = np.repeat(event, months)
    keep = when >= month
    risk = 1 / (1 + np.exp(-odds))
    cuts = np.quantile(risk[:, 1], (0.5, 0.75, 0.9, 0.97))
    happened = (when[:, None] <= month[:, None] + np.array([3, 6, 12])).astype(float)
    whole = few_scored(
        len(shop),
        shop=shop,
        month=month,
        origin=START + (month - START) // 3 * 3,
        risk=risk,
        level=np.searchsorted(cuts, risk[:, 1], side="right"),
        event=when,
        happened=happened,
        industry=np.repeat(np.where(np.arange(shops) % 3 == 0, "cafe", "bakery"), months),
        district=np.repeat(np.where(np.arange(shops) % 2 == 0, "D0", "D1"), months),
        months_open=np.repeat(rng.uniform(1, 90, shops), months),
        size=np.repeat(rng.lognormal(size=shops), months),
        rung_momentum=np.repeat(rng.normal(size=len(shop))[:, None], 3, axis=1),
    )
    return whole.where(keep)


def few_backtest(scored: Scored, **told: object) -> Backtest:
    """A backtest that found these rows, of a real city unless told otherwise."""
    origins = sorted({int(each) for each in scored.forecast.origin})
    facts = {
        "dataset": "city",
        "synthetic": False,
        "first": "2016-01",
        "last": "2016-06",
        "known_as_of": "2017-10",
        "label": "closed v1",
        "seed": 1,
        "settings": Settings(trees=10),
        "indicators": ("sales_3m_vs_12m",),
        "supported": False,
        "districts": {"D0": ("한솔동", "Hansol")},
        "quarters": tuple(
            Quarter(
                origin=f"2016-{each - START + 1:02d}",
                months=(f"2016-{each - START + 1:02d}",),
                rows=1000,
                events=50,
                calibration="platt",
            )
            for each in origins
        ),
        "left_out": {},
        "scored": scored,
        **told,
    }
    return Backtest(**facts)
