"""Doubts about amounts: a wrong unit, a slip by powers of ten, a rent that cannot belong to the sales. Nothing is mended."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from sbwarn.given.notes import Notes
from sbwarn.given.unit import WON

LEAST_SALES, MOST_SALES = 100_000.0, 10_000_000_000.0
"""Won a month: a shop that is open sells more than the first, a small shop less than the second."""
SLIPS = (1_000.0, 10_000.0)
"""Between 원 and 천원, between 원 and 만원."""
NEAR = 4.0
"""A month this many times nearer or farther than a slip still looks like one."""
ENOUGH = 4
"""Months before one of them can be out of line."""
RENT_SHARES = (0.0005, 20.0)
"""Of a month's sales; rents lie between a fiftieth and all of them."""


def doubt(monthly: Mapping[str, Mapping[str, float]], notes: Notes, *, currency: str) -> None:
    """Note what looks wrong in sales and rent.

    Args:
        monthly: By quantity, month → amount.
        notes: Where it is noted.
        currency: Levels are known for won alone.
    """
    sales = monthly.get("sales", {})
    sold = [amount for amount in sales.values() if amount > 0]
    if not sold:
        return
    usual = median(sold)
    if currency == WON and not LEAST_SALES <= usual <= MOST_SALES:
        notes.tell(
            "doubt_level",
            "sales",
            usual=f"{usual:,.0f}",
            scale="10,000" if usual < LEAST_SALES else "1/10,000",
        )
    if len(sold) >= ENOUGH and (max(sold) > usual * SLIPS[0] / NEAR or min(sold) < usual / SLIPS[0] * NEAR):
        for month, amount in sales.items():
            if amount > 0 and _slipped(max(amount / usual, usual / amount)):
                notes.tell("doubt_month", "sales", month=month, value=f"{amount:,.0f}", usual=f"{usual:,.0f}")
    rent = monthly.get("rent", {})
    paid = [amount for amount in rent.values() if amount > 0]
    if paid and not RENT_SHARES[0] <= median(paid) / usual <= RENT_SHARES[1]:
        notes.tell("doubt_rent", "rent", rent=f"{median(paid):,.0f}", usual=f"{usual:,.0f}")


def _slipped(times: float) -> bool:
    return any(slip / NEAR <= times <= slip * NEAR for slip in SLIPS)
