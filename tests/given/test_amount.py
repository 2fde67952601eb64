"""One amount as people write it."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies

from sbwarn.given.amount import read_amount


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12300000", 12_300_000), ("12,300,000", 12_300_000), ("12 300 000", 12_300_000), ("１２，３００", 12_300),
        ("12,300,000원", 12_300_000), ("₩12,300,000", 12_300_000), ("\\12,300", 12_300), ("₩ 12,300", 12_300),
        ("12,300 KRW", 12_300), ("KRW 12,300", 12_300), ("1,230만원", 12_300_000), ("1,230만 원", 12_300_000),
        ("1230.5만", 12_305_000), ("1억 2,300만원", 123_000_000), ("1.2억", 120_000_000), ("1억2천3백만원", 123_000_000),
        ("3천만원", 30_000_000), ("500천원", 500_000), ("12백만원", 12_000_000), ("2천5백원", 2_500), ("1만 5천원", 15_000),
        ("15만2300원", 152_300), ("1.23E+07", 12_300_000), ("+500", 500), ("0", 0), ("1,234.5", 1_234.5), ("5.", 5),
    ],
)  # fmt: skip
def test_an_amount_is_understood(text, value):
    assert read_amount(text).value == Decimal(str(value))


@pytest.mark.parametrize(
    "text", ["(500)", "△500", "-500", "−500", "–500", "(₩500)", "-₩500", "₩-500", "△ 500원", "- 500"]
)
def test_a_negative_amount_is_understood(text):
    assert read_amount(text).value == -500


@pytest.mark.parametrize(
    "text",
    ["1,23,4", "12,3", "1.230.000", "many", "휴업", "만원", "백만원", "천", "원", "", "₩", "12-34", "1 2", "1_000", "inf", "nan", "0x10",
     "▲500", "(-500)", "--5", "5만3억", "1,2만", "500-", "$500", "약 500만", "500만~600만", "1e400", "010-1234-5678", "9" * 60 + "원"],
)  # fmt: skip
def test_what_is_no_amount_or_may_be_two_is_none(text):
    assert read_amount(text) is None


@pytest.mark.parametrize(
    ("text", "own_unit", "mark"),
    [("1,230", False, None), ("1,230만", True, None), ("1,230만원", True, "KRW"), ("1,230원", True, "KRW"),
     ("₩1,230", False, "KRW"), ("USD 50", False, "USD"), ("50 USD", True, "USD"), ("50 won", True, "KRW")],
)  # fmt: skip
def test_a_text_that_names_its_unit_says_so(text, own_unit, mark):
    found = read_amount(text)

    assert (found.own_unit, found.mark) == (own_unit, mark)


def test_a_percentage_is_told_apart():
    assert read_amount("12.5%").percent
    assert not read_amount("12.5").percent


def test_bare_digits_are_not_worth_a_note():
    assert not read_amount("12300000").dressed
    assert read_amount("12,300,000").dressed


@given(strategies.integers(min_value=0, max_value=10**12))
def test_however_a_number_is_grouped_it_is_the_same(number):
    man, rest = divmod(number, 10_000)
    eok, man = divmod(man, 10_000)
    korean = f"{eok:,}억 {man:,}만 {rest:,}원" if eok else f"{number:,}원"

    found = {
        read_amount(text).value
        for text in (str(number), f"{number:,}", f"₩{number:,}", f"{number:,}원", korean)
    }

    assert found == {Decimal(number)}


@given(strategies.text(alphabet="0123456789,. 억만천백십원₩-()△%eEK", max_size=16))
def test_no_text_breaks_the_reader_and_all_it_finds_is_finite(text):
    found = read_amount(text)

    assert found is None or found.value.is_finite()
