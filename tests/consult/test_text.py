"""A score as it is read: printed, in a notebook, as a table."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from sbwarn.errors import SettingError
from sbwarn.scoring.month import SCORE_COLUMNS
from tests.consult.one_shop import falling, young


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_printed_score_tells_the_risk_with_its_interval_the_groups_and_what_is_unknown(language):
    score = falling(language=language)
    told = str(score)

    assert f"{score.risk[6]:.1%}" in told
    assert re.search(r"\d%\s*–\s*\d", told)
    for heading in {"ko": ("점포 내부", "모형이 보는 것의"), "en": ("the shop itself", "Known is")}[language]:
        assert heading in told
    assert told.count("\n    + ") == len(score.reasons) > 0
    assert told.count("\n    − ") == len(score.strengths)
    assert "nan" not in told.lower()


def test_a_score_speaks_the_language_that_was_asked_for_though_the_messages_speak_another():
    assert "점포 A17" in str(falling(language="ko"))
    assert "Shop A17" in str(falling(language="en"))


def test_the_horizon_is_the_one_of_the_headline():
    assert "within 12 months" in str(falling(language="en", horizon=12)).splitlines()[0]


def test_an_abstention_says_why_and_gives_no_number():
    told = str(young(language="en"))

    assert "not scored" in told
    assert "Risk of a crisis" not in told


def test_a_notebook_shows_the_same_escaped():
    score = falling(language="en")
    page = replace(score, shop_id="<b>A17</b>")._repr_html_()

    assert "&lt;b&gt;A17&lt;/b&gt;" in page
    assert "<b>" not in page
    assert page.count("<li>") == len(score.reasons) + len(score.strengths)
    assert "<script" not in page
    assert young()._repr_html_().count("<table>") == 0


def test_a_score_is_a_row_of_the_month_s_table():
    table = pd.concat([falling().to_frame(), young().to_frame()])

    assert tuple(table.columns) == SCORE_COLUMNS
    assert table["industry_code"].tolist() == ["I56-coffee", "I56-coffee"]
    assert table["risk_6m"].iloc[0] == falling().risk[6]
    assert table["status"].tolist() == ["scored", "too_little"]


def test_a_score_that_came_from_a_file_says_that_it_no_longer_knows_its_shop():
    with pytest.raises(SettingError, match="A17 was read from a file"):
        replace(falling(), origin=None).to_frame()
