"""The diagnosis sheet: one page, both languages, what is unknown said, nothing promised; the same input, the same bytes."""

from __future__ import annotations

import re
import sys
from dataclasses import replace

import numpy as np
import pytest

from sbwarn.errors import SettingError
from sbwarn.messages import LANGUAGES
from sbwarn.reports.sheet import pdf, sheet, unbroken, write_sheet
from sbwarn.reports.sheetfit import ROOM, SIZES, best_fit, height
from sbwarn.reports.sheetwords import READERS, sheet_words
from tests.reports.sheetcases import facts, facts_of, panel, place, scores, worst


def test_the_worst_case_fits_by_the_reckoning_in_both_languages_for_both_readers():
    for language in LANGUAGES:
        for reader in READERS:
            words, fit = best_fit(worst(), language, reader)

            assert height(words, worst(), fit.size) <= ROOM
            assert fit.size > SIZES[-1]


def test_the_worst_case_is_one_page_of_pdf():
    pytest.importorskip("weasyprint")

    made = pdf(worst(), "ko")

    assert made.startswith(b"%PDF")
    assert (
        len(re.findall(rb"/Type\s*/Page\b", made)) <= 1
    )  # none where objects are compressed: `pdf` itself counts


def test_the_same_input_gives_the_same_bytes():
    assert sheet(facts(), "ko") == sheet(facts(), "ko")


def test_the_page_tells_risk_interval_class_and_of_a_hundred_shops_how_many():
    score = facts().score
    page = sheet(facts(), "en")

    low, high = (f"{100 * end:.1f}%" for end in score.interval[6])
    assert f"{100 * score.risk[6]:.1f}%" in page
    assert f"{low}–{high}" in page
    assert f"“{score.level}”" in page
    assert f"<b>{round(100 * score.observed_rate)}</b> ran into trouble" in page
    assert f"{score.observed_n:,}" in page


def test_a_simulated_shop_is_told_as_one_in_red_before_anything_else():
    page = sheet(facts(), "en")

    assert page.index("SYNTHETIC") < page.index("<h1>")
    assert "SYNTHETIC" not in sheet(
        replace(facts(), score=replace(facts().score, demonstration=False, synthetic=False)), "en"
    )


def test_an_unscored_shop_gets_no_gauge_no_reasons_and_no_counterfactual():
    unscored = replace(
        facts("no_recent_sales" if "no_recent_sales" in {s.status for s in scores()} else "closed")
    )
    helped = replace(unscored, search=replace(worst().search, nothing=""))

    for page in (sheet(unscored, "en"), sheet(helped, "en")):
        assert "No risk was computed" in page
        assert "Risk of a crisis:" not in page
        assert "of 100:" not in page
        assert "What might make it better" not in page


def test_what_is_unknown_takes_one_line_and_no_chart():
    one = panel().only([place("scored")])
    blank = {
        name: np.full_like(rows, np.nan) if name in ("rent", "footfall_weekday") else rows
        for name, rows in one.quantities.items()
    }
    lacking = facts_of(
        replace(one, quantities=blank, shops=replace(one.shops, lease_ends=np.array([np.nan])))
    )

    page = sheet(lacking, "en")

    assert "Rent: not known" in page
    assert "Footfall: nothing is known" in page
    assert page.count("<svg") == sheet(facts(), "en").count("<svg") - (2 if facts().rent.known else 1)


def test_every_drawing_has_an_alternative_text_and_every_section_its_heading():
    page = sheet(facts(), "ko")

    assert page.count("<svg") == len(re.findall(r'role="img" aria-label="[^"]+"', page))
    assert page.count("<h1>") == 1
    assert page.count("<h2") >= 9


def test_a_name_with_markup_stays_a_name():
    page = sheet(replace(facts(), name="<b>A&B</b>", contact="<i>desk</i>"), "en")

    assert "&lt;b&gt;A&amp;B&lt;/b&gt;" in page
    assert "<i>desk</i>" not in page


def test_owner_and_consultant_read_different_words_of_the_same_figures():
    owner, consultant = (sheet(facts(), "en", reader) for reader in READERS)

    assert "How your shop is doing" in owner
    assert "Shop diagnosis" in consultant
    assert "AUC" in consultant


def test_programmes_give_way_before_letters_get_too_small_and_the_rest_is_counted():
    words, _ = best_fit(worst(), "en", "owner")

    dropped = 5 - len(words.fits)
    assert dropped > 0
    assert f"Another {worst().more_fits + dropped} may fit" in words.fits_note


def test_no_sentence_of_the_sheet_is_missing_in_any_case():
    for status in {score.status for score in scores()}:
        for language in LANGUAGES:
            for reader in READERS:
                words = sheet_words(facts(status), language, reader)

                assert words.title
                assert words.rights[0]


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"audience": "boss"}, "audience"),
        ({"path": "sheet.docx"}, "suffix"),
        ({"origin": None}, "read from a file"),
    ],
)
def test_a_wrong_call_is_told_before_anything_is_written(tmp_path, how, told):
    score = scores()[place("scored")]
    score = replace(score, origin=None, language="en") if "origin" in how else replace(score, language="en")

    with pytest.raises(SettingError, match=told):
        write_sheet(score, tmp_path / how.get("path", "sheet.html"), audience=how.get("audience", "owner"))

    assert not list(tmp_path.iterdir())


def test_without_weasyprint_the_remedy_is_told(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)

    with pytest.raises(SettingError, match=r"sbwarn\[pdf\]"):
        pdf(facts(), "en")


def test_korean_words_stay_whole_in_pdf_and_drawings_are_left_alone():
    page = "<head><title>가 나</title></head><p>매출 <b>39곳</b>이</p><svg><text>동종</text></svg>"

    assert unbroken(page) == (
        '<head><title>가 나</title></head><p><span class="w">매출</span> <span class="w"><b>39곳</b>이</span></p>'
        "<svg><text>동종</text></svg>"
    )
