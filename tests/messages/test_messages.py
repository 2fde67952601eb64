"""Words and numbers in both languages."""

import re
import string
import tomllib

import pytest

from sbwarn.errors import CatalogueError, SettingError
from sbwarn.messages import HERE, LANGUAGES, catalogue, knows, language, number, say, speaking

PAGES = sorted({page.name for tongue in LANGUAGES for page in (HERE / tongue).glob("*.toml")})


def sentences(tongue: str, page: str) -> dict[str, str]:
    """The sentences of one page by key."""
    stem = page.removesuffix(".toml") + "."
    return {key: text for key, text in catalogue(tongue).items() if key.startswith(stem)}


def gaps(sentence: str) -> set[str]:
    """The names of the gaps of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_the_same_keys_in_both_languages(page):
    ko, en = (set(sentences(tongue, page)) for tongue in ("ko", "en"))

    assert ko == en
    assert ko


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_the_same_gaps_in_both_languages(page):
    ko, en = (sentences(tongue, page) for tongue in ("ko", "en"))

    assert {key: gaps(text) for key, text in ko.items()} == {key: gaps(text) for key, text in en.items()}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("tongue", LANGUAGES)
def test_no_sentence_is_empty_and_no_gap_is_without_a_name(tongue, page):
    for key, text in sentences(tongue, page).items():
        assert text.strip(), key
        assert "" not in gaps(text), key


@pytest.mark.parametrize("page", PAGES)
def test_english_pages_hold_no_korean_but_where_both_languages_stand_side_by_side(page):
    alone = {key: text for key, text in sentences("en", page).items() if not key.endswith("_ko")}

    assert [key for key, text in alone.items() if re.search("[가-힣]", text)] == []


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_every_page_can_be_read_as_toml(tongue):
    for page in (HERE / tongue).glob("*.toml"):
        assert tomllib.loads(page.read_text("utf-8")), page


NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("value", "unit", "ko", "en"),
    [
        (NAN, "money", "–", "–"),
        (INF, "share", "–", "–"),
        (None, "count", "–", "–"),
        (0.1234, "share", "12.3%", "12.3%"),
        (-0.31, "change", "-31.0%", "-31.0%"),
        (0.05, "change", "+5.0%", "+5.0%"),
        (1234.6, "count", "1,235", "1,235"),
        (1, "months", "1개월", "1 month"),
        (0, "months", "0개월", "0 months"),
        (14, "months", "14개월", "14 months"),
        (5200, "people", "5,200명", "5,200 people"),
        (33.06, "area", "33.1㎡", "33.1 m²"),
        (1.5, "km", "1.50km", "1.50 km"),
        (0.8, "ratio", "0.80", "0.80"),
        (1234.5, "number", "1,234.50", "1,234.50"),
        (1, "flag", "예", "yes"),
        (0, "flag", "아니오", "no"),
        (9_999, "money", "9,999원", "KRW 9,999"),
        (10_000, "money", "1만원", "KRW 10,000"),
        (12_300_000, "money", "1,230만원", "KRW 12,300,000"),
        (-12_300_000, "money", "-1,230만원", "KRW -12,300,000"),
        (123_000_000, "money", "1.23억원", "KRW 123,000,000"),
        (20_000, "money_per_area", "㎡당 2만원", "KRW 20,000 a square metre"),
        (14_900, "money_per_area", "㎡당 1.49만원", "KRW 14,900 a square metre"),
        (356_000, "money", "35.6만원", "KRW 356,000"),
        (999_999, "money", "100만원", "KRW 999,999"),
    ],
)
def test_a_number_is_told_as_people_write_it(value, unit, ko, en):
    assert number(value, unit, into="ko") == ko
    assert number(value, unit, into="en") == en


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_another_currency_is_told_by_its_code(tongue):
    assert number(12_300_000, "money", into=tongue, currency="USD") == "USD 12,300,000"


def test_a_sum_just_below_a_hundred_million_won_is_not_told_as_ten_thousand_times_ten_thousand():
    assert number(99_999_999, "money", into="ko") == "1.00억원"


def test_a_sum_just_below_ten_thousand_won_is_told_as_ten_thousand():
    assert number(9_999.7, "money", into="ko") == "1만원"


@pytest.mark.parametrize(("unit", "shown"), [("change", "+0.0%"), ("ratio", "0.00"), ("money", "KRW 0")])
def test_a_tiny_negative_number_is_not_told_as_minus_nothing(unit, shown):
    assert number(-1e-9, unit, into="en") == shown


def test_everything_inside_the_block_is_said_in_its_language():
    with speaking("ko"):
        inside = (language(), say("levels.caution"))

    assert inside == ("ko", "주의")


def test_after_the_block_the_language_before_it_is_back():
    with speaking("ko"):
        with speaking("en"):
            pass

        assert language() == "ko"


def test_after_an_error_in_the_block_the_language_before_it_is_back():
    with speaking("en"):
        with pytest.raises(ZeroDivisionError), speaking("ko"):
            raise ZeroDivisionError

        assert language() == "en"


def test_the_language_of_one_sentence_goes_before_that_of_the_block():
    with speaking("ko"):
        assert say("levels.severe", into="en") == "severe"


def test_the_environment_chooses_the_language(monkeypatch):
    monkeypatch.setenv("SBWARN_LANGUAGE", "ko")

    assert language() == "ko"


def test_without_a_choice_the_language_is_english(monkeypatch):
    monkeypatch.delenv("SBWARN_LANGUAGE", raising=False)

    assert language() == "en"


def test_a_language_of_the_environment_that_is_not_known_is_refused(monkeypatch):
    monkeypatch.setenv("SBWARN_LANGUAGE", "fr")

    with pytest.raises(SettingError, match="'fr'"):
        language()


@pytest.mark.parametrize("name", ["fr", "KO", "", "english"])
def test_a_language_that_is_not_known_is_refused(name):
    with pytest.raises(SettingError, match="'ko' or 'en'"), speaking(name):
        pass


def test_a_key_that_there_is_not_is_refused():
    with pytest.raises(CatalogueError, match=r"levels\.joyful"):
        say("levels.joyful")


def test_a_gap_that_is_not_filled_is_refused():
    with pytest.raises(CatalogueError, match="'n'"):
        say("units.months")


def test_a_fact_with_braces_is_told_as_it_is():
    assert say("units.months", into="en", n="{x}") == "{x} months"


def test_a_key_of_both_languages_is_known():
    assert knows("indicators.sales_level.label")


def test_a_key_of_no_language_is_not_known():
    assert not knows("indicators.moon_phase.label")


def test_a_page_is_not_a_sentence():
    assert not knows("levels")
