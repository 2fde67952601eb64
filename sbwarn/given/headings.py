"""Which column of somebody's table is which: names of our schemas, their Korean titles and what people write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from sbwarn.errors import InputError
from sbwarn.given.plain import plain
from sbwarn.given.shown import LONGEST, named
from sbwarn.messages import say
from sbwarn.tables.schema import TABLES, table_schema

MONTHS = (
    "month", "기준월", "월", "년월", "연월", "기준년월", "기준연월", "매출월", "거래월", "정산월", "해당월", "yearmonth", "ym",
    "기간", "date", "날짜", "일자", "기준일", "거래일",
)  # fmt: skip
YEARS = ("year", "연도", "년도", "년", "기준연도", "기준년도")
OTHER_NAMES = {
    ("sales", "amount"): ("sales", "매출", "금액", "월매출", "월매출액", "총매출", "총매출액", "매출금액", "매출합계"),
    ("sales", "transactions"): ("거래건수", "건수", "결제건수", "매출건수", "receipts"),
    ("sales", "cancelled"): ("취소금액", "취소액", "취소매출"),
    ("sales", "delivery"): ("배달매출", "배달"),
    ("rent", "monthly_rent"): ("rent", "임대료", "월세", "차임", "월차임", "amount", "금액"),
    ("rent", "deposit"): ("보증금", "임대보증금"),
    ("rent", "maintenance"): ("maintenance_fee", "관리비", "월관리비"),
    ("rent", "lease_ends_on"): (
        "ends_on", "lease_end", "계약종료일", "임대차종료일", "임대차만료일", "만료일", "종료일", "계약만료일",
    ),
    ("footfall", "weekday"): ("footfall", "유동인구", "유동인구수", "평일", "amount"),
    ("footfall", "weekend"): ("주말", "주말유동인구"),
    ("costs", "labour"): ("labor", "wages", "급여"),
    ("shops", "shop_id"): ("id", "점포코드", "가맹점번호"),
    ("shops", "industry_code"): ("industry", "업종"),
    ("shops", "district_id"): ("district", "상권"),
    ("shops", "opened_on"): ("opened", "개업일자", "개점일", "영업개시일"),
    ("shops", "closed_on"): ("closed", "폐업일자"),
    ("shops", "name"): ("점포명", "가게이름", "상호명"),
    ("shops", "floor_area_m2"): ("floor_area", "전용면적", "영업면적", "매장면적"),
    ("shops", "brand"): ("브랜드", "가맹브랜드"),
    ("shops", "operator_since"): ("대표자변경일자",),
    ("shops", "voucher_since"): ("상품권가맹일",),
}  # fmt: skip
ORDINARY = frozenset({
    "구분", "비고", "주소", "성명", "이름", "지역", "지점", "원가", "전월", "전년", "현금", "연번", "순번", "전화번호", "연락처", "공급가액",
    "부가세", "이익", "임차료", "지출", "지출액", "수수료", "정산금", "정산액", "차액", "전월대비", "전년대비", "유형",
})  # fmt: skip
"""Headings that look like names and are none."""
_UNIT = re.compile(r"(.*?)\s*[(\[]\s*(?:단위\s*:?)?\s*([^()\[\]]*?)\s*[)\]]\s*")
_JOINTS = re.compile(r"[\s_\-·]+")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in two parts."""

    name: str
    """In small letters, without spaces and what stands in brackets."""
    unit: str | None
    """What stands in brackets at its end; a unit or a remark."""


@lru_cache(maxsize=1024)
def heading_of(text: str) -> Heading:
    """A heading as it is compared.

    >>> heading_of("매출액 (단위: 천원)"), heading_of("Monthly_Rent")
    (Heading(name='매출액', unit='천원'), Heading(name='monthlyrent', unit=None))
    """
    meant = plain(text)
    parted = _UNIT.fullmatch(meant)
    name, unit = (parted[1], parted[2]) if parted and parted[1] else (meant, None)
    return Heading(_JOINTS.sub("", name).lower(), unit)


@cache
def names_of(table: str, column: str) -> tuple[str, ...]:
    """What a column may be called, the surest name first.

    >>> names_of("sales", "amount")[:4]
    ('amount', '매출액', 'sales', '매출')
    """
    field = table_schema(table).field(column)
    wanted = (column, field.title_ko, *OTHER_NAMES.get((table, column), ()))
    return tuple(dict.fromkeys(heading_of(name).name for name in wanted))


def headings_in_a_row(headings: Iterable[object]) -> str:
    """Headings as a message may show them: known words as they are, others masked where they may be personal.

    >>> headings_in_a_row(["기준월", "임대료(만원)", "김철수"])
    '기준월, 임대료(만원), text of 3 characters'
    """
    known = _vocabulary()
    return ", ".join(
        text if heading_of(text).name in known and len(text) <= LONGEST else named([text])
        for text in map(str, headings)
    )


@cache
def _vocabulary() -> frozenset[str]:
    words = {*MONTHS, *YEARS, *ORDINARY}
    for table in TABLES:
        for field in table_schema(table).fields:
            words.update(names_of(table, field.name))
    return frozenset(heading_of(word).name for word in words)


def place_of(headings: Sequence[str], names: Sequence[str], *, argument: str) -> int | None:
    """The place of the column that bears the surest of the names; None if none does.

    Raises:
        InputError: two columns bear that name, as "매출액(원)" and "매출액(천원)" do.
    """
    present = [heading_of(heading).name for heading in headings]
    for name in names:
        found = [place for place, heading in enumerate(present) if heading == heading_of(name).name]
        if len(found) > 1:
            columns = headings_in_a_row(headings[place] for place in found)
            raise InputError(say("given.columns_alike", argument=argument, columns=columns))
        if found:
            return found[0]
    return None
