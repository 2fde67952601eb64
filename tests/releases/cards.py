"""Releases to make cards of: one of the first protocol, and the same with everything that a training tells today."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

from sbwarn.releases.load import load_release
from sbwarn.releases.record import Figure, Release, Verdict

GOLDEN = Path(__file__).parents[1] / "golden" / "protocol-1"
NAN = float("nan")


@cache
def old_release() -> Release:
    """A demonstration release that knows neither measures nor gates nor facts."""
    return load_release(next(path.parent for path in GOLDEN.glob("*/release.json")))


def figure(value: float, n: int = 900, events: int = 80) -> Figure:
    """A figure with an interval of a hundredth on each side."""
    return Figure(value=value, low=value - 0.01, high=value + 0.01, n=n, events=events)


def full_release(*, demonstration: bool = False) -> Release:
    """A release with every part of a card, of a real city unless it is a demonstration."""
    models = {
        name: {"auc": figure(0.7), "brier_skill": figure(0.1)} for name in ("ours", "lags", "scorecard")
    }
    models["momentum"] = {"auc": figure(0.65)}
    return replace(
        old_release(),
        demonstration=demonstration,
        metrics={"6": {"all": models, "trading": models, "unhelped": models}},
        measures={
            "segment/industry/I56|2 <b>/auc": figure(0.71),
            "segment/size/small/auc": figure(0.66, 300, 41),
            "segment/size/small/observed_to_expected": figure(1.25),
            "segment/worst/auc": figure(0.66, 300, 41),
            "fairness/district/adverse_impact": figure(0.85),
            "lead/median": figure(5.0),
            "lead/never": figure(0.31),
            "lead/observable_6/median": figure(6.0),
            "burden/precision": figure(0.42),
            "lacking/rent/auc": figure(0.69),
            "lacking/rent/lost": figure(0.012),
            "seeds/spread": figure(0.011),
            "champion/auc_gap": figure(0.004),
            "later/made_up": figure(0.5),
        },
        gates=(
            _verdict("discrimination_trading", "6/trading/ours/auc", "low >= 0.65", 0.7, passed=True),
            _verdict(
                "seed_spread", "seeds/spread", "value <= 0.01", 0.011, passed=False, reason="one <hard> year"
            ),
            _verdict("lead_median", "lead/median", "value >= 3.0", NAN, passed=None),
            _verdict("champion_drift", "champion/score_psi", "low <= 0.25", NAN, passed=None, optional=True),
            _verdict("our_own", "burden/precision", "value >= 0.4", 0.42, passed=True),
        ),
        facts=facts(),
        parameters={
            "trees": 300,
            "dropout": 0.1,
            "monotone": {"rent_share_of_sales": 1},
            "label_digest": "ab12",
        },
    )


def facts() -> dict[str, object]:
    """What a training tells beside the figures."""
    return {
        "standing": {"ko": "사다리를 앞섭니다.", "en": "It beats the ladder."},
        "label": {
            "title": "closed v1", "reads": ["shops", "sales"], "maturity": 2, "horizons": [3, 6, 12],
            "exclusions": ["transfer", "relocation"], "digest": "ab12", "excluded": {"transfer": 17, "relocation": 3},
        },
        "made": {"rows": 41234, "events": 2345, "shops": 1234, "first": "2024-01", "last": "2025-06"},
        "search": {
            "better": False, "log_loss": 0.15, "default_log_loss": 0.151, "gain": asdict(figure(0.001)),
            "rows": [20000, 30000], "settings": {}, "trials": [{}, {}, {}],
        },
        "monotone": {"held": {"rent_share_of_sales": 1}, "declared": 7, "cost": asdict(figure(0.0004)), "tried": []},
        "calibration": {
            "kind": "platt", "log_loss": {"none": 0.16, "platt": 0.15}, "gain": {}, "n": 4321, "events": 321,
        },
        "helped": {"way": "censor", "rows": 77, "told": True},
        "data": {
            "dataset": "sejong", "country": "KR", "currency": "KRW", "synthetic": False, "as_of": "2026-03",
            "trading": 1111,
            "tables": {
                "shops": {"rows": 2000, "of": "shop", "owners": 1500, "first": None, "last": None, "revised": 9},
                "sales": {"rows": 54321, "of": "shop", "owners": 1499, "first": "2022-10", "last": "2026-02", "revised": 8},
            },
            "unknown": {"sales": 0.0123, "transactions": 0.25},
        },
        "gates": {"digest": "cd34", "why": {"our_own": "the office can visit *ten* a month"}},
        "champion": {
            "champion": "city-2025-12-00000000", "way": "recipe", "champion_label": "closed v1", "months": {},
            "psi_critical": 0.031,
        },
        "contact": "Sejong office for small shops | data team",
    }  # fmt: skip


def _verdict(name: str, measure: str, rule: str, value: float, **more: object) -> Verdict:
    told = {"optional": False, "reason": "", **more}
    return Verdict(
        name=name, measure=measure, rule=rule, value=value, low=value - 0.01, high=value + 0.01, n=900, events=80,
        **told,
    )  # fmt: skip
