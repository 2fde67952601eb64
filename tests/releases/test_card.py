"""The card of a release: everything that was measured stands in it, in both languages, and nothing is made up."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from sbwarn.messages import LANGUAGES
from sbwarn.releases.card import card, card_in
from sbwarn.releases.markdown import Side, code, escaped
from tests.releases.cards import figure, full_release, old_release

SECTIONS = 16
FIGURE = re.compile(r"\d \(?[-\d]*[\d.]+%?\u00a0–\u00a0")


def section(page: str, title: str) -> str:
    """The part of a page below a heading."""
    return page.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_the_first_line_says_where_the_release_stands(tongue):
    first = card_in(full_release(), tongue).partition("\n")[0]

    assert first == {"ko": "**사다리를 앞섭니다.**", "en": "**It beats the ladder.**"}[tongue]


def test_korean_stands_before_english_and_both_have_the_same_sections():
    korean, english = card(full_release()).split("\n---\n")

    assert re.search("[가-힣]", korean)
    assert not re.search("[가-힣]", english)
    for page in (korean, english):
        assert page.count("\n## ") == SECTIONS
        assert page.count("\n| ") == korean.count("\n| ")


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_a_release_of_the_first_protocol_has_a_card_that_says_what_is_not_known(tongue):
    release = replace(old_release(), metrics={})

    page = card_in(release, tongue)

    assert Side(tongue, synthetic=False).say("no_standing") in page
    assert Side(tongue, synthetic=False).say("note.no_gates") in page
    assert Side(tongue, synthetic=False).say("note.no_figures") in page
    assert Side(tongue, synthetic=False).say("contact.none") in page


def test_every_measure_stands_in_the_card_even_one_that_nobody_foresaw():
    release = full_release()
    odd = {name: figure(0.1 + place / 1000) for place, name in enumerate(release.measures)}

    page = card_in(replace(release, measures=odd), "en")

    for name, each in odd.items():
        short = f"{each.value:.3f}", f"{each.value:.1%}", f"{each.value:.1f}"
        assert any(f"| {value} (" in page for value in short), name
    assert "`later/made_up`" in section(page, "Checks")


@pytest.mark.parametrize("model", ["this model", "plain lags", "scorecard", "rule of thumb"])
def test_every_model_of_the_ladder_stands_beside_ours_in_every_population(model):
    rows = [
        line
        for line in section(card_in(full_release(), "en"), "How good it is").splitlines()
        if model in line
    ]

    assert [re.search("all|still trading|not helped", row).group() for row in rows] == [
        "all", "still trading", "not helped",
    ]  # fmt: skip
    assert all("900\u00a0/\u00a080" in row for row in rows)


def test_a_figure_that_was_not_measured_is_a_dash():
    (row, *_) = [
        line
        for line in section(card_in(full_release(), "en"), "How good it is").splitlines()
        if "rule of" in line
    ]

    assert row.count("| – ") == 5


def test_every_gate_stands_with_its_bound_value_outcome_and_reason():
    rows = section(card_in(full_release(), "en"), "Gates").splitlines()
    told = {line.split(" | ")[0].strip("| "): line for line in rows if line.startswith("| ")}

    assert "✔ passed" in told["discrimination, shops still trading"]
    assert (
        "`low >= 0.65` | 0.700 (0.690\u00a0–\u00a00.710) | 900\u00a0/\u00a080"
        in told["discrimination, shops still trading"]
    )
    assert "**✘ FAILED**" in told["spread of five seeds"]
    assert r"one \<hard\> year" in told["spread of five seeds"]
    assert "**– NOT MEASURED** | `lead/median` `value >= 3.0` | – | – |" in told["median lead time in months"]
    assert "| – not measured (allowed) |" in told["scores close to the champion's"]
    assert r"- our\_own: the office can visit \*ten\* a month" in rows


def test_a_card_tells_how_it_was_made_with_the_rows_behind_each_choice():
    made = section(card_in(full_release(), "en"), "How it was made")

    for told in (
        "41,234 rows", "1,234 shops", "2,345 of them", "3 settings tried", "20,000, 30,000 rows", "n 4,321, crises 321",
        "1 of 7 declared directions", "Rent's share of sales ↑", "10.0% of the shops", "rows were left out; 77 rows", "trees 300",
    ):  # fmt: skip
        assert told in made, told


def test_a_card_tells_what_a_crisis_is_and_what_is_none():
    told = section(card_in(full_release(), "en"), "What counts as a crisis")

    for part in (
        "`closed v1`",
        "3·6·12",
        "2 months later",
        "a handover to a successor in the same place 17",
        "`ab12`",
    ):
        assert part in told


def test_the_data_card_tells_tables_gaps_and_what_is_lacking():
    data = section(card_in(full_release(), "en"), "Data")

    assert "| sales | 54,321 | 1,499 shops | 2022-10 … 2026-02 | 8 |" in data
    assert "| register of shops | 2,000 | 1,500 shops | – | 9 |" in data
    assert "lacks: rent, footfall, districts" in data
    assert re.search(r"\| sales \| Receipts of the month \| 25\.0% \| `[0-9a-f]{12}` \|", data)
    assert "1,111 shops could be scored" in data


def test_what_an_import_kept_is_told_if_somebody_asks():
    account = {"rows_in": 265317, "used": 264712, "excluded": 598, "rejected": 7, "repaired": 7618}

    page = card_in(full_release(), "en", delivery={"sales": account})

    assert "| sales | 265,317 | 264,712 | 598 | 7 | 7,618 |" in section(page, "Data")
    assert "264,712" not in card(full_release())


def test_misuse_law_limits_and_contact_are_told():
    page = card_in(full_release(), "en")

    assert "call in a loan" in section(page, "Purpose and misuse")
    assert "art. 37-2" in section(page, "Law")
    assert "AI Basic Act" in section(page, "Law")
    assert "1 criteria failed and 1 were not measured" in section(page, "Limits")
    assert "No figures 3 months ahead" in section(page, "Limits")
    assert "not helped" in section(page, "Limits")
    assert section(page, "Contact").strip() == r"Sejong office for small shops \| data team"


def test_the_champion_is_named_with_the_way_in_which_it_was_tested():
    told = section(card_in(full_release(), "en"), "Against the release in use")

    assert "`city-2025-12-00000000`" in told
    assert "learnt anew" in told
    assert "0.004 (-0.006\u00a0–\u00a00.014)" in told
    assert "0.031" in told


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_synthetic_stands_on_the_line_of_every_figure_of_a_simulated_city(tongue):
    word = {"ko": "합성", "en": "synthetic"}[tongue]
    lines = card_in(full_release(demonstration=True), tongue).splitlines()
    figures = [line for line in lines if FIGURE.search(line) or line.startswith("| ")]
    # Heads and rules of tables hold no figure.
    figures = [
        line for line, after in zip(lines, [*lines[1:], ""], strict=True)
        if line in figures and not after.startswith("| ---") and not line.startswith("| ---")
    ]  # fmt: skip

    assert len(figures) > 40
    assert [line for line in figures if word not in line] == []


def test_nothing_of_a_real_city_is_called_synthetic():
    page = card(full_release())

    assert "synthetic" not in page
    assert "합성" not in page
    assert "DEMONSTRATION" not in page


def test_texts_of_the_data_and_of_people_are_shown_and_not_obeyed():
    page = card_in(full_release(), "en")

    assert r"I56\|2 \<b\>" in page
    assert escaped("a\n# b\r\n| *c* [d](e) `f` & <g>") == r"a \# b \| \*c\* \[d\](e) \`f\` \& \<g\>"
    assert code("a`b|c\nd") == "`ab¦c d`"


def test_the_same_release_has_the_same_card():
    assert card(full_release()) == card(full_release())
