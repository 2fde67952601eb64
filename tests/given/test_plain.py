"""Text as somebody meant it."""

import unicodedata

import pytest

from sbwarn.given.plain import plain


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("１２，３００", "12,300"),
        ("12\u00a0300 ", "12 300"),
        ("\ufeff월\u200b", "월"),
        ("\uffe6500", "₩500"),
        (unicodedata.normalize("NFD", "매출액"), "매출액"),
        ("（500）", "(500)"),
    ],
)
def test_what_keyboards_macs_and_copied_cells_add_is_gone(typed, meant):
    assert plain(typed) == meant


def test_a_superscript_does_not_become_a_digit():
    assert plain("매출1200²") == "매출1200²"
