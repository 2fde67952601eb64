"""Units of amounts."""

from decimal import Decimal

import pytest

from sbwarn.errors import SettingError
from sbwarn.given.unit import money_unit, unit_of


@pytest.mark.parametrize(
    ("word", "scale"),
    [("원", 1), ("천원", 1e3), ("만원", 1e4), ("십만원", 1e5), ("백만원", 1e6), ("천만원", 1e7), ("억원", 1e8), ("KRW", 1),
     ("krw", 1), ("₩", 1), ("won", 1), (" 만 원 ", 1e4)],
)  # fmt: skip
def test_a_unit_of_money_scales(word, scale):
    found = money_unit(word, "sales", currency="KRW")

    assert found.scale == Decimal(int(scale))


@pytest.mark.parametrize("word", ["천건", "%", "명", "만", "manwon", "", "천천원", 10_000, "VAT 포함"])
def test_what_is_no_unit_of_money_is_refused_with_what_is(word):
    with pytest.raises(
        SettingError, match=r"unit: .* for sales is no unit of money; wanted one of 원, 천원, 만원"
    ):
        money_unit(word, "sales", currency="KRW")


@pytest.mark.parametrize(("word", "currency"), [("USD", "KRW"), ("만원", "USD"), ("원", "USD")])
def test_a_unit_of_another_currency_is_refused(word, currency):
    with pytest.raises(SettingError, match=f"not in the release's currency; wanted {currency}"):
        money_unit(word, "sales", currency=currency)


def test_each_argument_may_have_its_own():
    said = {"sales": "천원", "rent": "만원"}

    assert money_unit(said, "sales", currency="KRW").scale == 1000
    assert money_unit(said, "rent", currency="KRW").scale == 10_000
    assert money_unit(said, "costs", currency="KRW") is None


def test_a_remark_in_brackets_is_no_unit():
    assert unit_of("VAT 포함") is None
    assert unit_of("") is None


@pytest.mark.parametrize(
    ("word", "kind", "fits"),
    [("천명", "people", True), ("천건", "count", True), ("%", "share", True), ("%", "money", False), ("천건", "money", False),
     ("만", "money", True), ("만", "count", True), ("원", "count", False)],
)  # fmt: skip
def test_a_unit_fits_what_it_counts(word, kind, fits):
    assert unit_of(word).fits(kind, "KRW") is fits
