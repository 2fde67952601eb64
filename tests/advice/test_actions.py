"""The registered actions and what they can never change."""

from dataclasses import fields

import pytest

from sbwarn.advice.actions import CHANGEABLE, CHANGEABLE_FACTS, Change, Step, read_actions, shipped_actions
from sbwarn.advice.programmes import shipped_programmes
from sbwarn.assets import folder
from sbwarn.errors import SettingError
from sbwarn.messages import LANGUAGES, knows
from sbwarn.tables.panel import QUANTITIES, Shops

FILE = folder("data_schemas") / "actions.toml"
PROTECTED = {
    "ids", "industry", "district", "name", "site", "opened", "closed", "floor_area", "lon", "lat", "is_chain",
    "transit_m", "voucher_since", "moved", "operator_since",
}  # fmt: skip
NOT_OURS = {
    "new_share", "resident_share", "worker_share", "walk_in_share", "customer_mix", "energy", "deposit",
    "footfall_weekday", "footfall_weekend", "footfall_lunch", "footfall_dinner", "reviews", "rating", "loans",
    "days_past_due", "public_arrears",
}  # fmt: skip


def changed(tmp_path, old, new):
    """The shipped file with one thing changed."""
    text = FILE.read_text("utf-8")
    assert old in text
    path = tmp_path / "actions.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


def test_every_input_is_either_changeable_or_known_to_be_fixed():
    assert set(CHANGEABLE) | NOT_OURS == set(QUANTITIES)
    assert set(CHANGEABLE_FACTS) | PROTECTED == {each.name for each in fields(Shops)}
    assert not set(CHANGEABLE) & NOT_OURS
    assert not set(CHANGEABLE_FACTS) & PROTECTED


@pytest.mark.parametrize("name", sorted(PROTECTED | NOT_OURS | {"owner_age", "peer_trend"}))
def test_an_action_that_would_change_what_is_fixed_is_refused(tmp_path, name):
    path = changed(tmp_path, '{ input = "rent", times = -1.0 }', f'{{ input = "{name}", times = -1.0 }}')

    with pytest.raises(SettingError, match=f"{name} is fixed or protected"):
        read_actions(path)


@pytest.mark.parametrize("name", sorted(PROTECTED | NOT_OURS))
def test_no_change_of_what_is_fixed_can_be_made_in_code_either(name):
    for told in (
        {"input": name, "times": 1.0},
        {"input": name, "plus": 1.0},
        {"input": "delivery", "times": 1.0, "plus_of": name},
    ):
        with pytest.raises(SettingError, match=f"{name} is fixed or protected"):
            Change(**told)


@pytest.mark.parametrize(
    ("name", "way"),
    [(name, way) for name, way in {**CHANGEABLE, **CHANGEABLE_FACTS}.items() if way != "either"],
)
def test_no_input_can_be_made_to_move_the_wrong_way(name, way):
    wrong = -1.0 if way == "up" else 1.0

    assert Change(input=name, plus=-wrong).plus == -wrong
    with pytest.raises(SettingError, match={"up": "only raise", "down": "only lower"}[way]):
        Change(input=name, plus=wrong)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("steps = [0.05, 0.10, 0.15, 0.20]", "steps = [0.05, 0.05]", "steps"),
        ("steps = [0.05, 0.10, 0.15, 0.20]", "steps = [0.10, -0.05]", "steps"),
        ("steps = [0.05, 0.10, 0.15, 0.20]", "steps = []", "steps"),
        ('cost = "none"', 'cost = "free"', "cost"),
        ('unit = "share"', 'unit = "won"', "unit"),
        ('["rent_reduction_claim", ', '["no_such_help", ', "no_such_help"),
        ("least_fall = 0.01", "least_fall = 0.0", "least_fall"),
        ("months = 3 ", "months = 99 ", "months"),
        ('beyond_help = ["alert", "severe"]', 'beyond_help = ["hopeless"]', "beyond_help"),
        ("high = 4.0", "", "cost"),
        (
            '{ input = "rent", times = -1.0 }',
            '{ input = "rent", times = -1.0, plus = -1.0 }',
            "rent_renegotiation: rent: write one",
        ),
        ('{ input = "rent", times = -1.0 }', '{ input = "rent", times = 1.0 }', "only lower rent"),
        (
            '{ input = "lease_ends", plus = 1.0 }',
            '{ input = "lease_ends", times = 1.0 }',
            "lease_ends: write one",
        ),
        ('basis = "Assumption: up', 'bases = "Assumption: up', "bases"),
        ("ending = true", "ending = true\nsteps = [0.1]", "steps"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_place(tmp_path, old, new, says):
    with pytest.raises(SettingError, match=says):
        read_actions(changed(tmp_path, old, new))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_has_its_words_and_its_programmes(language):
    catalogue = shipped_actions()
    known = {programme.id for programme in shipped_programmes().programmes}

    for action in catalogue.actions:
        assert set(action.programmes) <= known, action.id
        assert action.name[language], action.id
    for action in catalogue.tried:
        assert knows(f"advice.actions.{action.id}.title"), action.id
        for plain in (False, True):
            title = catalogue.title(
                Step(action=action.id, size=action.steps[0]), plain=plain, language=language
            )
            assert "{" not in title, action.id


def test_orderly_closure_and_a_second_chance_are_in_the_catalogue_and_change_nothing():
    endings = {action.id: action for action in shipped_actions().endings}

    assert set(endings) == {"orderly_closure", "second_chance"}
    assert all(not action.changes and not action.steps for action in endings.values())
    assert "orderly_closure" in endings["orderly_closure"].programmes


@pytest.mark.parametrize(
    ("step", "ko", "en"),
    [
        (Step(action="rent_renegotiation", size=0.15), "임대료 15% 인하", "rent 15% lower"),
        (Step(action="lease_renewal", size=12.0), "임대차 기간 12개월 연장", "lease extended by 12 months"),
        (Step(action="returning_customers", size=0.02), "재방문 고객 비중 2%p 증가", "share of returning customers up by 2 points"),
    ],
)  # fmt: skip
def test_a_step_is_told_in_words_of_both_languages(step, ko, en):
    assert shipped_actions().title(step, language="ko") == ko
    assert shipped_actions().title(step, language="en") == en


def test_a_citys_own_action_is_told_by_its_name_and_size(tmp_path):
    own = read_actions(changed(tmp_path, 'id = "staffing"', 'id = "shift_swaps"'))

    assert own.title(Step(action="shift_swaps", size=0.05), language="ko") == "근무 편성 조정 5%"


def test_an_action_that_nobody_registered_is_refused_by_name():
    with pytest.raises(SettingError, match="there is no action raise_the_rent"):
        shipped_actions().named("raise_the_rent")
