"""The industries of the simulated city: what they sell in a month, when they sell it, and how hard their life is."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd


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
    delivered: float
    """Usual share of sales by delivery where a shop delivers; 0 if the trade does not."""
    chains: float
    """Share of shops that belong to a brand."""
    returning: float
    """Usual share of customers who came before."""
    gross_margin: float
    """Share of sales that is left after buying goods."""
    labour: float
    """Share of usual sales that wages take."""
    rent_share: float
    """Share of sales that rent usually takes."""
    name: str
    name_en: str


# Codes: division of the Korean standard industries, then a word.
# fmt: off
INDUSTRIES = (
    Industry(
        "I56-korean", ("식당", "밥상", "국밥"), 0.17, 21e6, 19_000, 0.15, 0.03, 12, 0.00, -0.07,
        0.18, 0.15, 0.42, 0.60, 0.22, 0.07, "한식 음식점", "Korean restaurants",
    ),
    Industry(
        "I56-snack", ("분식", "김밥", "떡볶이"), 0.07, 12e6, 9_000, 0.20, 0.05, 10, -0.02, -0.06,
        0.35, 0.40, 0.45, 0.60, 0.20, 0.10, "분식점", "Snack bars",
    ),
    Industry(
        "I56-chicken", ("치킨", "통닭", "호프"), 0.08, 16e6, 24_000, 0.20, 0.07, 7, -0.02, -0.02,
        0.50, 0.65, 0.38, 0.58, 0.14, 0.08, "치킨·호프", "Fried chicken and beer",
    ),
    Industry(
        "I56-coffee", ("커피", "카페", "다방"), 0.14, 11e6, 7_500, 0.25, 0.08, 7, 0.00, 0.02,
        0.15, 0.45, 0.55, 0.66, 0.26, 0.11, "커피 전문점", "Coffee shops",
    ),
    Industry(
        "C10-bakery", ("베이커리", "제과", "떡집"), 0.04, 15e6, 11_000, 0.05, 0.06, 12, 0.16, -0.04,
        0.08, 0.35, 0.50, 0.52, 0.22, 0.08, "제과·떡", "Bakeries",
    ),
    Industry(
        "G47-convenience", ("편의점", "마트24시", "스토어"), 0.10, 42e6, 8_000, -0.20, 0.07, 8, -0.01, -0.02,
        0.00, 0.95, 0.58, 0.27, 0.12, 0.03, "편의점", "Convenience stores",
    ),
    Industry(
        "G47-grocery", ("마트", "정육점", "청과"), 0.07, 36e6, 23_000, -0.10, 0.03, 9, 0.30, -0.05,
        0.10, 0.15, 0.55, 0.24, 0.10, 0.04, "식료품 소매", "Groceries",
    ),
    Industry(
        "G47-clothing", ("옷집", "의류", "패션"), 0.06, 10e6, 48_000, 0.25, 0.14, 11, 0.05, -0.03,
        0.00, 0.25, 0.30, 0.48, 0.14, 0.12, "의류 소매", "Clothing",
    ),
    Industry(
        "G47-pharmacy", ("약국", "건강약국"), 0.04, 38e6, 14_000, -0.80, 0.06, 12, 0.01, -0.09,
        0.00, 0.05, 0.52, 0.28, 0.10, 0.04, "약국", "Pharmacies",
    ),
    Industry(
        "S96-beauty", ("헤어", "미용실", "네일"), 0.12, 8.5e6, 34_000, 0.00, 0.05, 12, 0.07, -0.06,
        0.00, 0.12, 0.62, 0.82, 0.30, 0.15, "미용", "Hair and beauty",
    ),
    Industry(
        "P85-academy", ("학원", "교습소", "공부방"), 0.08, 17e6, 210_000, -0.15, 0.09, 1, 0.00, -0.03,
        0.00, 0.20, 0.80, 0.90, 0.40, 0.08, "학원", "Private academies",
    ),
    Industry(
        "R91-fitness", ("헬스", "필라테스", "짐"), 0.03, 18e6, 130_000, 0.15, 0.10, 1, -0.02, -0.03,
        0.00, 0.20, 0.75, 0.88, 0.30, 0.07, "체력단련", "Fitness",
    ),
)
# fmt: on
WIDER = {
    "I56": ("음식점·주점", "Food and drink"),
    "C10": ("식료품 제조", "Food making"),
    "G47": ("소매", "Retail"),
    "S96": ("개인 서비스", "Personal services"),
    "P85": ("교육", "Education"),
    "R91": ("스포츠·오락", "Sports and leisure"),
}
"""Divisions of the Korean standard industries, by code."""


def industries_table() -> pd.DataFrame:
    """The table `industries`: the wider industries first, then those that shops are told by."""
    wider = pd.DataFrame(
        {
            "industry_code": list(WIDER),
            "name": [name for name, _ in WIDER.values()],
            "name_en": [name_en for _, name_en in WIDER.values()],
        }
    )
    told = pd.DataFrame(
        {
            "industry_code": [kind.code for kind in INDUSTRIES],
            "name": [kind.name for kind in INDUSTRIES],
            "name_en": [kind.name_en for kind in INDUSTRIES],
            "parent_code": [kind.code.split("-")[0] for kind in INDUSTRIES],
            "gross_margin": [kind.gross_margin for kind in INDUSTRIES],
            "usual_rent_share": [kind.rent_share for kind in INDUSTRIES],
        }
    )
    return pd.concat([wider, told], ignore_index=True)
