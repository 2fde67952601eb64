"""The command that computes a past score again."""

import re

import pytest
from click.testing import CliRunner

from sbwarn.cli.replay import replay_command
from sbwarn.errors import InputError, ReleaseError
from sbwarn.replay.archive import keep
from tests import recorded_city, small_city


@pytest.fixture
def kept(tmp_path):
    """A folder with two scores of one shop by the same release."""
    later = {each.shop_id: each for each in recorded_city.recorded(recorded_city.LATER)}
    before, _ = recorded_city.pairs()[0]
    return tmp_path, keep(before, tmp_path), keep(later[before.shop_id], tmp_path)


def run(*arguments, code=0):
    found = CliRunner().invoke(replay_command, [*map(str, arguments)], catch_exceptions=False)
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
    assert "점포 자체의 새 자료" in told
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
