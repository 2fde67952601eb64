"""Programmes: dated rules against facts."""

import json
import re
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import sbwarn
from sbwarn.advice.facts import Condition, Way
from sbwarn.advice.programmes import (
    AUDIENCES,
    LEVELS,
    Programme,
    Programmes,
    Rule,
    fitting,
    read_programmes,
    shipped_programmes,
)
from sbwarn.assets import folder
from sbwarn.errors import SettingError
from sbwarn.messages import LANGUAGES, speaking

TODAY = date(2026, 11, 23)
FILE = folder("data_schemas") / "programmes.toml"
BOTH = {"ko": "가나", "en": "abc"}


def rule(**told) -> Rule:
    """A rule for rented premises that holds from 2026 on."""
    return Rule(
        **{
            "since": date(2026, 1, 1), "until": None, "opens": None, "closes": None, "gives": BOTH,
            "conditions": (Condition(ways=(Way(fact="tenant", bound="is", value=True),)),), "source": "a notice",
            "confirm": {}, "checked_on": date(2026, 11, 1), **told,
        }
    )  # fmt: skip


def programmes(*rules: Rule) -> Programmes:
    """One programme with these rules."""
    one = Programme(
        id="one", name=BOTH, provider=BOTH, serves=("stay",), prompts=("alert",), rules=rules or (rule(),)
    )
    return Programmes(programmes=(one,), recheck_after_days=180)


def fit(facts, *rules, on=TODAY, level="not_scored"):
    (found,) = fitting(facts, on=on, level=level, programmes=programmes(*rules))
    return found


@pytest.mark.parametrize(
    ("facts", "answer", "missing"),
    [({"tenant": True}, "yes", ()), ({"tenant": False}, "no", ()), ({}, "unknown", ("tenant",))],
)
def test_eligibility_is_known_only_if_the_facts_are(facts, answer, missing):
    found = fit(facts)

    assert (found.eligibility, found.missing) == (answer, missing)
    assert found.dated == date(2026, 1, 1)


def test_a_programme_is_told_even_if_its_conditions_are_not_met():
    assert [each.eligibility for each in fitting({"tenant": False}, on=TODAY, programmes=programmes())] == [
        "no"
    ]


def test_the_rule_of_the_day_answers_and_not_a_later_one():
    later = rule(since=date(2026, 7, 1), conditions=())

    assert fit({"tenant": False}, rule(), later, on=date(2026, 6, 30)).eligibility == "no"
    assert fit({"tenant": False}, rule(), later, on=date(2026, 7, 1)).eligibility == "yes"
    assert fitting({}, on=date(2025, 12, 31), programmes=programmes()) == []


def test_a_rule_that_is_over_answers_nothing_and_says_so():
    found = fit({"tenant": True}, rule(until=date(2026, 10, 31)))

    assert (found.eligibility, found.lapsed) == ("unknown", True)
    assert "ended on 2026-10-31" in found.text(language="en")


@pytest.mark.parametrize(
    ("opens", "closes", "window"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), "open"),
        (None, date(2026, 11, 22), "closed"),
        (date(2026, 11, 24), None, "ahead"),
        (None, None, "untold"),
    ],
)
def test_days_of_application_are_told_beside_the_eligibility(opens, closes, window):
    found = fit({"tenant": True}, rule(opens=opens, closes=closes))

    assert (found.eligibility, found.window) == ("yes", window)


def test_a_rule_that_nobody_looked_up_for_half_a_year_is_told_with_a_warning():
    assert not fit({}, rule(checked_on=date(2026, 5, 27))).stale
    assert fit({}, rule(checked_on=date(2026, 5, 26))).stale


@pytest.mark.parametrize("level", LEVELS)
def test_the_class_of_risk_changes_the_order_and_never_an_answer(level):
    facts = {"small_merchant": True, "in_sejong": True, "tenant": True}

    def answers(found):
        return {each.programme.id: (each.eligibility, each.missing, each.window) for each in found}

    found = fitting(facts, on=TODAY, level=level)

    assert answers(found) == answers(fitting(facts, on=TODAY))
    ranks = [(each.eligibility == "no", not each.prompted) for each in found]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_programme_can_be_told_to_everybody_with_the_day_of_its_rule(audience, language):
    for known in (
        {},
        {"small_merchant": False, "tenant": False},
        {"small_merchant": True, "in_sejong": True},
    ):
        for found in fitting(known, on=TODAY, level="severe"):
            text = found.text(audience, language)

            assert found.programme.name[language] in text
            assert "{" not in text
            assert audience == "owner" or str(found.rule.checked_on) in text


def test_a_plan_dictionary_speaks_the_language_in_force():
    with speaking("ko"):
        found = fit({}).to_dict()

    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["name"] == "가나"
    assert found["missing"] == ["tenant"]


def test_an_owner_is_never_told_in_figures_of_the_file_what_is_not_met():
    told = fit({"tenant": False}).text("owner", "en")

    assert "Not met" not in told
    assert "The office (abc) can tell you for certain" in told


def test_every_shipped_rule_names_its_source_and_the_day_it_was_looked_up():
    for programme in shipped_programmes().programmes:
        for each in programme.rules:
            assert re.search(r"[a-z]+\.[a-z]{2,}|Act|Ordinance|domain\.md|newsis", each.source), programme.id
            assert date(2026, 1, 1) <= each.checked_on <= date(2027, 12, 31), programme.id


def test_the_programmes_that_the_city_speaks_of_are_all_there():
    names = " ".join(each.name["ko"] for each in shipped_programmes().programmes)

    for wanted in ("초저금리 특별자금", "희망리턴패키지", "새출발기금", "골목형상점가", "컨설팅", "소상공인정책자금",
                   "노란우산", "점포철거지원", "재기사업화"):  # fmt: skip
        assert wanted in names


def test_what_no_source_settles_is_to_be_asked_of_the_office_whatever_else_is_met():
    unsettled = rule(confirm={"ko": "신용평점", "en": "the credit score"})

    assert fit({"tenant": True}, unsettled).eligibility == "unknown"
    assert fit({"tenant": False}, unsettled).eligibility == "no"
    for audience in AUDIENCES:
        assert "the credit score" in fit({"tenant": True}, unsettled).text(audience, "en")
        assert "신용평점" in fit({}, unsettled).text(audience, "ko")


def test_a_yes_or_a_no_leaves_the_decision_to_the_office():
    for facts, language in [({"tenant": told}, into) for told in (True, False) for into in LANGUAGES]:
        for audience in AUDIENCES:
            assert {"ko": "기관", "en": "office"}[language] in fit(facts).text(audience, language)


def test_no_bound_of_which_sources_disagree_is_answered():
    uncertain = {"ultra_low_rate_fund", "credit_weak_fund", "legal_aid", "shop_demolition", "second_chance"}

    rules = {each.id: each.rules[-1] for each in shipped_programmes().programmes}

    assert all(rules[name].confirm for name in uncertain)


def test_nothing_that_makes_a_model_or_a_score_can_read_a_programme_or_a_fact():
    rooms = ("tables", "indicators", "labels", "given", "releases", "reasons", "scoring", "figures", "gates",
             "training", "backtest", "engines")  # fmt: skip
    home = Path(sbwarn.__file__).parent
    guilty = [
        str(page)
        for room in rooms
        for page in (home / room).rglob("*.py")
        if re.search(r"^\s*(from|import) sbwarn\.advice", page.read_text("utf-8"), re.MULTILINE)
    ]

    assert guilty == []


def test_a_closed_shop_is_told_that_help_to_stay_is_not_for_it():
    for found in fitting({"is_closed": True}, on=TODAY):
        only_to_stay = found.programme.serves == ("stay",)
        assert not only_to_stay or found.lapsed or found.eligibility == "no", found.programme.id


def broken(tmp_path, old, new):
    """The shipped file with one thing changed."""
    text = FILE.read_text("utf-8")
    assert old in text
    path = tmp_path / "programmes.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("since = 2025-02-11", "since = 2025-02-11\nuntil = 2025-02-10", "until"),
        ("since = 2025-02-11", "sinse = 2025-02-11", "sinse"),
        ('fact = "in_sejong"', 'fact = "in_seoul"', "in_seoul"),
        ('id = "sejong_fund"', 'id = "support_centre"', "twice"),
        ("checked_on = 2026-11-23", 'checked_on = "2026-11-23"', "checked_on"),
        ('prompts = ["severe"]', 'prompts = ["grave"]', "prompts"),
        ('name = { ko = "새출발기금", en = ', 'name = { ko = "새출발기금", fr = ', "name"),
        ("recheck_after_days = 180", "recheck_after_days = true", "recheck_after_days"),
        ("[[programme]]", "[[programme", "cannot be read"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_place(tmp_path, old, new, says):
    with pytest.raises(SettingError, match=says):
        read_programmes(broken(tmp_path, old, new))


def test_a_city_can_bring_its_own_programmes(tmp_path):
    page = FILE.read_text("utf-8").replace('id = "sejong_fund"', 'id = "our_own"')
    path = tmp_path / "ours.toml"
    path.write_text(page, "utf-8")

    found = fitting({}, on=TODAY, programmes=read_programmes(path))

    assert "our_own" in [each.programme.id for each in found]
    assert len(found) == len(tomllib.loads(page)["programme"])


def test_two_rules_of_one_programme_stand_in_the_order_of_their_days(tmp_path):
    twice = broken(
        tmp_path, "[[programme.rule]]\nsince = 2025-02-11", "[[programme.rule]]\nsince = 2025-02-11"
    )
    text = twice.read_text("utf-8")
    start = text.index("\n[[programme.rule]]")
    block = text[start : text.index("[[programme]]", start)]
    twice.write_text(text.replace(block, block + block.replace("2025-02-11", "2024-01-01"), 1), "utf-8")

    with pytest.raises(SettingError, match="since"):
        read_programmes(twice)


def test_a_fit_is_a_frozen_record():
    with pytest.raises(AttributeError):
        replace(fit({})).eligibility = "yes"  # type: ignore[misc]
