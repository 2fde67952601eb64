"""What people decided after a score: kept, never changed, and never without a person."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from sbwarn.errors import InputError, SettingError
from sbwarn.messages import LANGUAGES, knows
from sbwarn.replay.archive import keep
from sbwarn.replay.decision import (
    CHOICES,
    OUTCOMES,
    REASON_CODES,
    Decision,
    decide,
    decisions_of,
    object_to,
)
from tests import recorded_city

DAY = date(2026, 10, 1)


@pytest.fixture(scope="module")
def record():
    return recorded_city.recorded(recorded_city.EARLIER)[0]


@pytest.fixture
def kept(tmp_path, record):
    return tmp_path, keep(record, tmp_path)


def decided(kept, **changes):
    said = {"decision": "visit", "by": "team 2", "reason_code": "sales", "on": DAY, **changes}
    return decide(*kept, **said)


def file_of(kept):
    folder, name = kept
    return folder / "decisions" / f"{name}.jsonl"


def test_what_was_decided_is_found_in_the_order_in_which_it_was_kept(kept):
    entries = (
        decided(kept, note="owner agrees, seen 2026-09-30"),
        object_to(*kept, on=date(2026, 10, 5)),
        object_to(*kept, on=date(2026, 10, 9), outcome="changed", by="team 3"),
        decided(kept, decision="no_action", reason_code="owner_declined"),
    )

    assert decisions_of(*kept) == entries
    assert entries[0].score_was_one_ground is True


def test_nothing_was_decided_after_a_new_score(kept):
    assert decisions_of(*kept) == ()


@pytest.mark.parametrize(
    "by", ["", "  ", "2", "-", "sbwarn", "System", "AI", "automatic", "자동", "자동화", "시스템", "모형"]
)
def test_a_decision_without_a_person_is_refused(kept, by):
    with pytest.raises(InputError, match="a person has to decide"):
        decided(kept, by=by)
    assert not file_of(kept).exists()


@pytest.mark.parametrize("by", ["team 2", "상담 2팀", "KC", "자동차상담팀", "programme_office"])
def test_a_role_or_initials_are_a_person(kept, by):
    assert decided(kept, by=by).by == by


@pytest.mark.parametrize(
    "text",
    [
        "010-1234-5678",
        "01012345678",
        "call 010 1234 5678",
        "०१० 010．1234．5678",
        "０１０１２３４５６７８",
        "850101-1234567",
        "(044) 123-4567",
        "123-45-67890",
        "a.b@c.kr",
        "seen 2026-09-30, 010-1234-5678",
    ],
)
@pytest.mark.parametrize("argument", ["by", "note"])
def test_a_text_with_personal_data_is_refused_and_not_repeated(kept, argument, text):
    with pytest.raises(InputError, match=f"{argument}: holds what looks like") as refusal:
        decided(kept, **{argument: text})

    assert text not in str(refusal.value)
    assert not file_of(kept).exists()


@pytest.mark.parametrize("argument", ["decision", "reason_code"])
@pytest.mark.parametrize("code", ["exclude", "reject", "", "VISIT"])
def test_what_is_not_registered_cannot_be_decided(kept, argument, code):
    with pytest.raises(SettingError, match=f"{argument}: got"):
        decided(kept, **{argument: code})


def test_an_answer_needs_an_objection_and_a_person(kept):
    with pytest.raises(InputError, match="no objection is waiting"):
        object_to(*kept, on=DAY, outcome="upheld", by="team 3")
    object_to(*kept, on=DAY)
    with pytest.raises(InputError, match="a person has to decide"):
        object_to(*kept, on=DAY, outcome="upheld")
    object_to(*kept, on=DAY, outcome="upheld", by="team 3")
    with pytest.raises(InputError, match="no objection is waiting"):
        object_to(*kept, on=DAY, outcome="changed", by="team 3")


def test_no_decision_is_kept_without_its_score(tmp_path):
    with pytest.raises(InputError, match="no score 'aaaa-bbbb-cccc'"):
        decided((tmp_path, "aaaa-bbbb-cccc"))


def test_only_the_owner_can_read_what_was_decided(kept):
    decided(kept)

    assert stat.S_IMODE(file_of(kept).stat().st_mode) == 0o600


def test_lines_are_only_added(kept):
    decided(kept)
    first = file_of(kept).read_bytes()
    decided(kept, decision="refer")

    assert file_of(kept).read_bytes().startswith(first)
    assert file_of(kept).read_bytes().count(b"\n") == 2


@pytest.mark.parametrize(
    ("was", "now"), [("visit", "refer"), ("team 2", "team 3"), ("2026-10-01", "2026-09-01"), ("{", "")]
)
def test_a_changed_line_is_refused(kept, was, now):
    decided(kept)
    file_of(kept).write_text(file_of(kept).read_text().replace(was, now, 1))

    with pytest.raises(InputError, match="line 1: not what was written"):
        decisions_of(*kept)


def test_many_writers_at_once_lose_no_line(kept):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: decided(kept, note=f"no {number}"), range(40)))

    assert {each.note for each in decisions_of(*kept)} == {f"no {number}" for number in range(40)}


def test_every_code_has_words_in_both_languages():
    keys = [f"decision.choices.{name}" for name in CHOICES]
    keys += [f"decision.reasons.{name}" for name in REASON_CODES]
    keys += [f"decision.outcomes.{name}" for name in OUTCOMES]

    assert [key for key in keys if not knows(key)] == []


def test_a_decision_is_a_sentence_in_each_language():
    entry = Decision(score_id="a", on="2026-10-01", decision="visit", reason_code="rent", by="2팀", note="x")

    told = [entry.text(tongue) for tongue in LANGUAGES]

    assert told == [
        "2026-10-01, 2팀: 점포 방문, 주된 사유: 임대료 (x)",
        "2026-10-01, 2팀: visit the shop; main reason: rent (x)",
    ]
