"""A small city, written out: what the tests of the report read."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd

from sbwarn.releases.record import Figure, LevelFacts, Release
from sbwarn.scoring.month import SCORE_COLUMNS, ScoredMonth

MONTHS = [str(month) for month in pd.period_range("2014-09", "2016-08", freq="M")]
LOWER = {"normal": 0.0, "watch": 0.03, "caution": 0.06, "alert": 0.12, "severe": 0.25}
SENTENCES = {
    "reasons_ko": "최근 3개월 매출이 1년 전보다 31.0% 줄었습니다 (동종 −4.2%)\n임대료가 매출의 28.4%입니다 (동종 14.1%)\n"
    "유동인구가 1년 전보다 12.0% 줄었습니다",
    "reasons_en": "Sales of the last 3 months fell by 31.0% on a year earlier (peers: -4.2%)\n"
    "Rent takes 28.4% of sales (peers: 14.1%)\nFootfall fell by 12.0% on a year earlier",
    "strengths_ko": "개업한 지 62개월입니다",
    "strengths_en": "Open for 62 months",
}


def city(
    districts: dict[str, int],
    *,
    names: dict[int, str] | None = None,
    synthetic: bool = False,
    demonstration: bool = False,
    unscored: int = 0,
    seed: int = 1,
) -> ScoredMonth:
    """So many scored shops in each district, and some more that could not be scored."""
    rng = np.random.default_rng(seed)
    places = [code for code, n in districts.items() for _ in range(n)]
    n = len(places) + unscored
    risk = np.round(np.where(np.arange(n) < len(places), rng.beta(0.8, 9, n), np.nan), 6)
    levels = [_level(one) for one in risk]
    scores = pd.DataFrame({"shop_id": [f"{place:05d}" for place in range(n)], "as_of": "2016-09"})
    scores["name"] = [(names or {}).get(place, f"한솔분식 {place}호") for place in range(n)]
    scores["industry_code"] = [f"I56{place % 3}" for place in range(n)]
    scores["district_id"] = places + ([next(iter(districts), "D1")] * unscored)
    scores = scores.assign(
        risk_6m=risk, risk_3m=risk * 0.55, risk_12m=np.minimum(risk * 1.7, 1), level=levels
    )
    scores = scores.assign(low_6m=risk * 0.7, high_6m=np.minimum(risk * 1.4, 1), percentile=50.0, depth="B")
    scores = scores.assign(
        known_share=0.9, reasons="sales_change rent_share", strengths="months_open", **SENTENCES
    )
    scores["unknown"] = "footfall"
    scores["status"] = (
        ["scored"] * len(places) + ["closed", "too_short"] * (unscored // 2) + ["closed"] * (unscored % 2)
    )
    scores = scores.assign(release="2016-09", demonstration=demonstration)
    return ScoredMonth(
        as_of="2016-09",
        dataset="세종",
        currency="KRW",
        synthetic=synthetic,
        scores=scores[list(SCORE_COLUMNS)],
        sales=_sales(rng, scores["shop_id"].tolist()),
        districts=pd.DataFrame(
            {
                "district_id": list(districts),
                "name": [f"{code}동" for code in districts],
                "name_en": f"{'x'}-dong",
            }
        ).assign(name_en=[f"{code}-dong" for code in districts]),
        release=release(demonstration=demonstration),
        peers=cast("object", None),  # type: ignore[arg-type]
    )


def release(*, demonstration: bool = False) -> Release:
    """A release of which only the facts are read."""
    rates = {"normal": 0.008, "watch": 0.04, "caution": 0.083, "alert": 0.171, "severe": 0.39}
    levels = tuple(
        LevelFacts(level=level, lower=LOWER[level], observed_rate=rate, low=rate * 0.8, high=rate * 1.25, n=n)
        for (level, rate), n in zip(rates.items(), (5210, 812, 640, 402, 131), strict=True)
    )
    base = {"auc": 0.74, "average_precision": 0.21, "capture_5": 0.22, "capture_10": 0.37, "brier": 0.041,
            "brier_skill": 0.12, "calibration_slope": 0.98, "calibration_intercept": -0.03}  # fmt: skip
    figures = {
        name: Figure(value=value, low=value - 0.02, high=value + 0.02, n=7195, events=301)
        for name, value in base.items()
    }
    nothing = cast("object", None)
    return Release(
        id="2016-09",
        dataset="세종",
        currency="KRW",
        as_of="2016-03",
        demonstration=demonstration,
        label="silent_3 v1",
        seed=1,
        indicators=("sales_change", "rent_share"),
        versions={},
        weights=(0.7, 0.3),
        themes=(0, 1),
        lags={"sales": 1},
        country="KR",
        booster=nothing,  # type: ignore[arg-type]
        calibration=nothing,  # type: ignore[arg-type]
        peers=nothing,  # type: ignore[arg-type]
        levels=levels,
        reference=(),
        metrics={
            horizon: {
                who: dict.fromkeys(("ours", "lags", "scorecard", "momentum"), figures)
                for who in ("all", "trading")
            }
            for horizon in ("3", "6", "12")
        },
        measures={},
        gates=(),
        facts={},
        tested="2016-02 … 2016-04",
        data={},
        parameters={},
    )


def watch_of(month: ScoredMonth, n: int = 10) -> pd.DataFrame:
    """The riskiest shops, as a watch list."""
    scored = month.scores[month.scores["status"] == "scored"]
    listed = (
        scored.sort_values(["risk_6m", "shop_id"], ascending=[False, True]).head(n).reset_index(drop=True)
    )
    listed = listed.assign(
        rank=range(1, len(listed) + 1), quadrant="level_and_change", review_on="2016-10-14"
    )
    listed["change_3m"] = [0.062 - 0.01 * place if place % 4 else np.nan for place in range(len(listed))]
    return listed[["rank", "shop_id", "quadrant", "risk_6m", "change_3m", "level", "review_on"]]


def vacancy_of(sites: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """Premises and empty ones by district."""
    table = pd.DataFrame(
        {
            "district_id": list(sites),
            "sites": [n for n, _ in sites.values()],
            "vacant": [empty for _, empty in sites.values()],
        }
    ).astype({"sites": int, "vacant": int})
    return table.assign(share=table["vacant"] / table["sites"])


ACCOUNTING = pd.DataFrame(
    {
        "table": ["shops", "sales"],
        "rows_in": [120, 2400],
        "used": [118, 2390],
        "excluded": [1, 4],
        "rejected": [1, 6],
        "repaired": [0, 12],
    }
)


def _level(risk: float) -> str:
    if np.isnan(risk):
        return "not_scored"
    return [level for level, lower in LOWER.items() if risk >= lower][-1]


def _sales(rng: np.random.Generator, shops: list[str]) -> pd.DataFrame:
    n = len(shops)
    drift = rng.normal(-0.01, 0.02, (n, 1)) * np.arange(24)
    amounts = rng.lognormal(16.3, 0.5, (n, 1)) * np.exp(drift + rng.normal(0, 0.08, (n, 24)))
    amounts[rng.random((n, 24)) < 0.04] = np.nan
    return pd.DataFrame(np.round(amounts), index=pd.Index(shops, name="shop_id"), columns=MONTHS)
