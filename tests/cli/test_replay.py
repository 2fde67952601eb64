"""The command that computes a past score again."""

import re

import pytest
from click.testing import CliRunner

from sbwarn.cli.group import sbwarn
from sbwarn.errors import InputError, ReleaseError
from sbwarn.replay.archive import keep
from sbwarn.tables.dataset import write_dataset
from tests import recorded_city, small_city


@pytest.fixture
def kept(tmp_path):
    """A folder with two scores of one shop by the same release."""
    later = {each.shop_id: each for each in recorded_city.recorded(recorded_city.LATER)}
    before, _ = recorded_city.pairs()[0]
    return tmp_path, keep(before, tmp_path), keep(later[before.shop_id], tmp_path)


def run(*arguments, code=0, command="replay"):
    found = CliRunner().invoke(sbwarn, [command, *map(str, arguments)], catch_exceptions=False)
    assert found.exit_code == code, found.output
    return found.stdout


def test_a_replayed_score_is_told_to_be_the_same(kept):
    folder, first, _ = kept
    told = run(first, "--in", folder, "--models", small_city.models())

    assert f"Score {first}" in told
    assert "the same to the last bit" in told


def test_two_scores_are_bridged(kept):
    folder, first, last = kept
    told = run(first, "--in", folder, "--against", last, "--models", small_city.models())

    assert "the shop's own new figures" in told
    assert "(as of 2026-04)" in told
    assert "(as of 2026-09)" in told


def test_the_answer_comes_in_the_language_that_was_asked_for(kept):
    folder, first, last = kept
    told = run(first, "--in", folder, "--against", last, "--models", small_city.models(), "--language", "ko")

    assert "마지막 비트까지 같습니다" in told
    assert "점포의 새 자료" in told
    assert not re.search("the same to", told)


def test_a_score_that_comes_out_differently_is_told_and_ends_with_an_error_code(kept, monkeypatch):
    folder, first, _ = kept
    monkeypatch.setattr("sbwarn.reasons.explain.MOST", 0)

    told = run(first, "--in", folder, "--models", small_city.models(), code=1)

    assert "differs in" in told
    assert "strengths." in told or "reasons." in told


def test_an_unknown_score_is_refused(kept):
    folder, *_ = kept

    with pytest.raises(InputError, match="no score 'nope'"):
        run("nope", "--in", folder)


def test_a_missing_release_is_refused(kept, tmp_path_factory):
    folder, first, _ = kept

    with pytest.raises(ReleaseError, match="which cannot be used here"):
        run(first, "--in", folder, "--models", tmp_path_factory.mktemp("empty"))


def test_without_another_score_the_newest_of_the_shop_is_bridged_to(kept):
    folder, first, last = kept
    told = run(first, "--in", folder, "--models", small_city.models())

    assert told == run(first, "--in", folder, "--against", last, "--models", small_city.models())


def test_the_newest_score_is_replayed_without_a_bridge(kept):
    folder, _, last = kept
    told = run(last, "--in", folder, "--models", small_city.models())

    assert "the same to the last bit" in told
    assert "the shop's own new figures" not in told


def test_what_was_decided_is_told_with_the_score(kept):
    folder, first, _ = kept
    assert "Nothing has been decided" in run(first, "--in", folder, "--models", small_city.models())

    run(
        first, "--in", folder, "--decision", "visit", "--by", "team 2", "--reason", "sales", "--on", "2026-10-01",
        command="decide",
    )  # fmt: skip
    run(first, "--in", folder, "--on", "2026-10-05", command="object")
    told = run(first, "--in", folder, "--models", small_city.models())

    assert "2026-10-01, team 2: visit the shop; main reason: sales" in told
    assert "2026-10-05: objection raised; an answer is due by 2026-11-04" in told


def test_a_decision_needs_a_person(kept):
    folder, first, _ = kept

    with pytest.raises(InputError, match="a person has to decide"):
        run(
            first, "--in", folder, "--decision", "visit", "--by", "sbwarn", "--reason", "sales", "--on",
            "2026-10-01", command="decide",
        )  # fmt: skip


def test_a_month_without_a_data_set_is_refused(kept):
    folder, first, _ = kept

    assert (
        "go together"
        in CliRunner().invoke(sbwarn, ["replay", first, "--in", str(folder), "--as-of", "2026-09"]).output
    )


def test_a_score_is_bridged_to_what_a_data_set_says_now(kept, tmp_path):
    folder, first, last = kept
    write_dataset(small_city.dataset(), tmp_path / "data")

    told = run(
        first, "--in", folder, "--models", small_city.models(), "--data", tmp_path / "data", "--as-of",
        recorded_city.LATER, "--release", small_city.release().id,
    )  # fmt: skip

    kept_bridge = run(first, "--in", folder, "--against", last, "--models", small_city.models())
    assert told.splitlines()[-8:] == kept_bridge.splitlines()[-8:]
