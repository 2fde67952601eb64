"""The industries of the simulated city: what they sell in a month, when they sell it, and how hard their life is."""

from __future__ import annotations

from typing import NamedTuple


class Industry(NamedTuple):
    """One industry; effects are in logs, so 0.1 is about a tenth."""

    code: str
    signs: tuple[str, ...]
    """Words that a shop of this industry puts behind its made-up name."""
    share: float
    """Share of the city's shops."""
    monthly_sales: float
    """Median sales of a month in KRW, on fifty square metres."""
    ticket: float
    """Usual receipt in KRW."""
    hardship: float
    """How much more often its shops come under stress."""
    swing: float
    """Height of the yearly wave."""
    peak: int
    """Month of the year in which the wave is highest, 1-12."""
    before_feast: float
    """Gain of a month that holds the whole run-up to Seollal or Chuseok."""
    on_feast: float
    """Change of a month that holds all days of the feast, when families stay at home."""


# Codes: division of the Korean standard industries, then a word.
INDUSTRIES = (
    Industry("I56-korean", ("식당", "밥상", "국밥"), 0.17, 21e6, 19_000, 0.15, 0.03, 12, 0.00, -0.07),
    Industry("I56-snack", ("분식", "김밥", "떡볶이"), 0.07, 12e6, 9_000, 0.20, 0.05, 10, -0.02, -0.06),
    Industry("I56-chicken", ("치킨", "통닭", "호프"), 0.08, 16e6, 24_000, 0.20, 0.07, 7, -0.02, -0.02),
    Industry("I56-coffee", ("커피", "카페", "다방"), 0.14, 11e6, 7_500, 0.25, 0.08, 7, 0.00, 0.02),
    Industry("C10-bakery", ("베이커리", "제과", "떡집"), 0.04, 15e6, 11_000, 0.05, 0.06, 12, 0.16, -0.04),
    Industry(
        "G47-convenience", ("편의점", "마트24시", "스토어"), 0.10, 42e6, 8_000, -0.20, 0.07, 8, -0.01, -0.02
    ),
    Industry("G47-grocery", ("마트", "정육점", "청과"), 0.07, 36e6, 23_000, -0.10, 0.03, 9, 0.30, -0.05),
    Industry("G47-clothing", ("옷집", "의류", "패션"), 0.06, 10e6, 48_000, 0.25, 0.14, 11, 0.05, -0.03),
    Industry("G47-pharmacy", ("약국", "건강약국"), 0.04, 38e6, 14_000, -0.80, 0.06, 12, 0.01, -0.09),
    Industry("S96-beauty", ("헤어", "미용실", "네일"), 0.12, 8.5e6, 34_000, 0.00, 0.05, 12, 0.07, -0.06),
    Industry("P85-academy", ("학원", "교습소", "공부방"), 0.08, 17e6, 210_000, -0.15, 0.09, 1, 0.00, -0.03),
    Industry("R91-fitness", ("헬스", "필라테스", "짐"), 0.03, 18e6, 130_000, 0.15, 0.10, 1, -0.02, -0.03),
)
