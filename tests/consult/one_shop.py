"""One shop as a consultant has it, scored with the release that is shipped."""

from __future__ import annotations

from sbwarn import score_business
from sbwarn.scoring.record import Score
from sbwarn.tables.month import month_range

MONTHS = [str(month) for month in month_range("2024-09", "2026-08")]
SHOP = {"shop_id": "A17", "industry_code": "I56-coffee", "district_id": "SJ01", "opened_on": "2022-04-01"}


def falling(**more: object) -> Score:
    """A shop whose sales have fallen for two years."""
    sales = {month: 12e6 - 4e5 * place for place, month in enumerate(MONTHS)}
    return score_business(SHOP, sales, 1_500_000, **more)  # type: ignore[arg-type]


def young(**more: object) -> Score:
    """A shop of which too little is known."""
    return score_business(SHOP, {"2026-07": 5e6, "2026-08": 4e6}, **more)  # type: ignore[arg-type]
