"""Cases of the diagnosis sheet: a few drawn shops, and one with as many and as long texts as there can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from sbwarn.advice.actions import Step
from sbwarn.advice.advise import advise
from sbwarn.advice.counterfactual import Counterfactual
from sbwarn.reasons.record import Reason
from sbwarn.releases.load import find_release, load_release
from sbwarn.releases.record import Release
from sbwarn.reports.sheetfacts import SheetFacts, sheet_facts
from sbwarn.scoring.panel import score_panel
from sbwarn.scoring.record import Score
from sbwarn.tables.panel import DEPTH, NEVER, QUANTITIES, Panel
from tests.few_shops import few_shops

ON = date(2026, 11, 23)
AS_OF = pd.Period("2026-09", "M")
SHOPS = 40
LONG_NAME = "아주 오래된 골목의 정성 가득한 손칼국수 본점"


@cache
def release() -> Release:
    return load_release(find_release(None))


@cache
def panel() -> Panel:
    """Coffee shops, the later the faster they lose sales; the first five cannot be scored."""
    rng = np.random.default_rng(5)
    fall = np.linspace(0.01, -0.12, SHOPS)
    sales = 1e7 * np.exp(fall * np.arange(DEPTH)[:, None] + rng.normal(0, 0.08, (DEPTH, SHOPS)))
    sales[:, 0] = np.nan
    sales[-4:, 1] = np.nan
    sales[:-1, 2] = np.nan
    told = {name: np.full((DEPTH, SHOPS), np.nan) for name in QUANTITIES}
    told |= {
        "sales": sales,
        "rent": np.full((DEPTH, SHOPS), 1.5e6),
        "footfall_weekday": rng.uniform(5e3, 6e3, (DEPTH, SHOPS)),
        "returning_share": rng.uniform(0.2, 0.4, (DEPTH, SHOPS)),
        "delivery": sales * 0.3,
        "rent_days_late": rng.uniform(0, 20, (DEPTH, SHOPS)),
    }
    told["rent"][:, 3:5] = np.nan
    shops = few_shops(
        SHOPS,
        industry=np.full(SHOPS, "I56-coffee", dtype=object),
        district=np.full(SHOPS, "SJ03", dtype=object),
        opened=np.full(SHOPS, AS_OF.ordinal - 60),
        closed=np.where(np.arange(SHOPS) == 0, AS_OF.ordinal - 1, NEVER),
        lease_ends=np.full(SHOPS, AS_OF.ordinal + 5.0),
    )
    lags = {quantity: release().lags[table] for quantity, (table, _) in QUANTITIES.items()}
    return Panel(as_of=AS_OF, shops=shops, quantities=told, lags=lags)


@cache
def scores() -> tuple[Score, ...]:
    return tuple(score_panel(panel(), release().peers, release(), synthetic=True))


@cache
def place(status: str) -> int:
    """The shop of this status; if scored, the one with the highest risk."""
    fit = [at for at, score in enumerate(scores()) if score.status == status]
    return max(fit, key=lambda at: scores()[at].risk[6] if status == "scored" else 0.0)


def facts_of(one: Panel) -> SheetFacts:
    peers, model = release().peers, release()
    score = score_panel(one, peers, model, synthetic=True)[0]
    advice = advise(one, peers, model, on=ON)[0]
    return sheet_facts(
        score, one, peers, model, advice, score_id="4xkq-7ab2-m3fz", industry="커피점", district="나성동"
    )


@cache
def facts(status: str = "scored") -> SheetFacts:
    return facts_of(panel().only([place(status)]))


@cache
def worst() -> SheetFacts:
    """As many and as long texts as a sheet can get."""
    known = facts()
    double = Counterfactual(
        actions=(Step(action="returning_customers", size=0.06), Step(action="opening_hours", size=0.06)),
        risk_before=0.57, risk_after=0.41, changed={}, horizon=6, months=3, level_after="alert", weight=4.0,
        to_check=("lease_act_applies", "small_merchant"), programmes=(),
    )  # fmt: skip
    long = sorted(known.fits, key=lambda fit: -len(fit.rule.gives["ko"]))
    told = [each for score in scores() for each in (*score.reasons, *score.strengths)]
    return replace(
        known,
        name=LONG_NAME,
        score=replace(known.score, reasons=_longest(told), strengths=_longest(told)),
        search=replace(
            known.search, found=(double,) * 3, endings=("orderly_closure", "second_chance"), nothing=""
        ),
        fits=tuple((long * 5)[:5]),
    )


def _longest(reasons: list[Reason]) -> tuple[Reason, ...]:
    by_length = sorted(reasons, key=lambda each: -len(each.text("ko", "owner")))
    return tuple({each.indicator: each for each in reversed(by_length)}.values())[-4:]
