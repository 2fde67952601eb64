"""Which release is in force: gates, the way back, a crash between two writes, and a page that forgets nothing."""

import json
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from sbwarn.errors import ReleaseError, StoreError
from sbwarn.releases.load import current_name, load_release
from sbwarn.releases.registry import (
    HISTORY,
    PREVIOUS,
    held,
    history,
    previous_name,
    promote,
    refuse_candidate,
    rollback,
)
from sbwarn.releases.save import CURRENT, publish
from tests.tracking.stores import ROOT, released, training, verdict

WHEN = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A folder with three releases that pass, one that fails, and one without gates; with their names."""
    home = tmp_path_factory.mktemp("shelf")
    passing = [released(home, verdict("auc"), verdict(f"try {number}")) for number in range(3)]
    failing = released(home, verdict("auc"), verdict("lead", passed=False), verdict("seeds", passed=None))
    return home, passing, failing, released(home)


@pytest.fixture
def models(shelf, tmp_path):
    """A copy of the folder; nothing is in force."""
    return Path(shutil.copytree(shelf[0], tmp_path / "models"))


@pytest.fixture
def names(shelf):
    return shelf[1]


def pointers(models: Path) -> tuple[str | None, str | None]:
    return current_name(models), previous_name(models)


def test_a_release_that_passed_every_gate_becomes_the_current_one(models, names):
    change = promote(names[0], models, reason="first", when=WHEN)

    assert pointers(models) == (names[0], None)
    assert (change.what, change.left, change.to, change.reason) == ("promote", None, names[0], "first")
    assert change.when == "2026-10-01T09:30:00+00:00"


def test_the_one_before_stays_at_hand(models, names):
    promote(names[0], models)

    promote(names[1], models)

    assert pointers(models) == (names[1], names[0])


def test_a_rollback_exchanges_the_two_and_another_exchanges_them_again(models, names):
    promote(names[0], models)
    promote(names[1], models)

    first = rollback(models, reason="alerts doubled")
    assert pointers(models) == (names[0], names[1])
    rollback(models)

    assert (first.what, first.left, first.to) == ("rollback", names[1], names[0])
    assert pointers(models) == (names[1], names[0])


def test_the_history_tells_every_change_in_order_and_no_person(models, names):
    promote(names[0], models, reason="first\nof  two lines", when=WHEN)
    promote(names[1], models, when=WHEN)
    rollback(models, reason="되돌림", when=WHEN)

    lines = [json.loads(line) for line in (models / HISTORY).read_text("utf-8").splitlines()]

    assert [(line["what"], line["left"], line["to"], line["reason"]) for line in lines] == [
        ("promote", None, names[0], "first of two lines"),
        ("promote", names[0], names[1], ""),
        ("rollback", names[1], names[0], "되돌림"),
    ]
    assert {name for line in lines for name in line} == {"when", "what", "left", "to", "reason"}


def test_a_candidate_that_fails_stays_one_and_the_text_names_each_criterion(models, shelf, names):
    promote(names[0], models)

    with pytest.raises(ReleaseError) as refusal:
        promote(shelf[2], models)

    said = str(refusal.value)
    assert "2 of 3 criteria" in said
    assert "lead (low >= 0.65): 0.700 (0.600–0.800), n=2,000, crises=90" in said
    assert "seeds (low >= 0.65): not measured" in said
    assert "auc (" not in said
    assert pointers(models) == (names[0], None)
    assert len(history(models)) == 1


def test_a_criterion_that_may_stay_unmeasured_holds_nothing_up_but_a_failed_one_does():
    optional = verdict("champion", passed=None, optional=True)

    refuse_candidate(release_with(verdict(), optional))
    with pytest.raises(ReleaseError, match="champion"):
        refuse_candidate(release_with(verdict(), verdict("champion", passed=False, optional=True)))


def release_with(*gates):
    return training(*gates).release


def test_a_failed_criterion_without_a_figure_is_told_with_a_dash():
    unknown = replace(verdict("auc", passed=False), value=np.nan, low=np.nan, high=np.nan)

    with pytest.raises(ReleaseError, match=r"auc \(low >= 0.65\): – \(–––\)"):
        refuse_candidate(release_with(unknown))


def test_a_release_without_gates_cannot_be_promoted_but_can_be_gone_back_to(models, shelf, names):
    old = shelf[3]
    with pytest.raises(ReleaseError, match="without gates"):
        promote(old, models)
    publish(old, models)

    promote(names[0], models)
    rollback(models)

    assert pointers(models) == (old, names[0])


def test_a_damaged_release_is_not_promoted(models, names):
    (models / names[0] / "booster.txt").write_text("tree")

    with pytest.raises(ReleaseError, match=r"booster\.txt"):
        promote(names[0], models)

    assert pointers(models) == (None, None)
    assert history(models) == []


def test_a_damaged_previous_release_is_not_gone_back_to(models, names):
    promote(names[0], models)
    promote(names[1], models)
    (models / names[0] / "booster.txt").write_text("tree")

    with pytest.raises(ReleaseError, match=r"booster\.txt"):
        rollback(models)

    assert pointers(models) == (names[1], names[0])
    assert len(history(models)) == 2


@pytest.mark.parametrize("name", ["../city", "CON", "", "nowhere"])
def test_a_name_that_is_no_release_is_refused(models, name):
    with pytest.raises(ReleaseError):
        promote(name, models)


@pytest.mark.parametrize("name", ["../elsewhere", "nowhere", "한글", ""])
def test_a_previous_pointer_written_by_hand_cannot_lead_elsewhere(models, names, name):
    promote(names[0], models)
    (models / PREVIOUS).write_text(name)

    with pytest.raises(ReleaseError):
        rollback(models)

    assert current_name(models) == names[0]


def test_without_a_previous_release_there_is_no_way_back(models, names):
    with pytest.raises(ReleaseError, match="no previous release"):
        rollback(models)
    promote(names[0], models)

    with pytest.raises(ReleaseError, match="no previous release"):
        rollback(models)


def test_the_current_release_is_not_promoted_again(models, names):
    promote(names[0], models)
    promote(names[1], models)

    with pytest.raises(ReleaseError, match="already"):
        promote(names[1], models)

    assert pointers(models) == (names[1], names[0])


class PowerCut(BaseException):
    """Nothing in the code may catch this, as nothing catches a power cut."""


def cut_after(writes: int, monkeypatch) -> None:
    """The power fails before the write of a pointer after so many."""
    rename, count = Path.replace, iter(range(99))

    def failing(self, target):
        if Path(target).name in (CURRENT, PREVIOUS) and next(count) >= writes:
            raise PowerCut
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", failing)


@pytest.mark.parametrize("writes", [0, 1])
def test_a_power_cut_in_a_promotion_leaves_the_old_release_in_force(models, names, monkeypatch, writes):
    promote(names[0], models)
    promote(names[1], models)
    with monkeypatch.context() as dark:
        cut_after(writes, dark)
        with pytest.raises(PowerCut):
            promote(names[2], models)

    assert current_name(models) == names[1]
    assert load_release(models=models).id == names[1]
    promote(names[2], models)

    assert pointers(models) == (names[2], names[1])


@pytest.mark.parametrize(("writes", "after"), [(0, 1), (1, 0)])
def test_a_power_cut_in_a_rollback_leaves_one_of_the_two_in_force(models, names, monkeypatch, writes, after):
    promote(names[0], models)
    promote(names[1], models)
    with monkeypatch.context() as dark:
        cut_after(writes, dark)
        with pytest.raises(PowerCut):
            rollback(models)

    assert load_release(models=models).id == names[after]
    assert previous_name(models) in (names[0], None)


def test_the_history_tells_what_a_power_cut_left_undone(models, names, monkeypatch):
    promote(names[0], models)
    with monkeypatch.context() as dark:
        cut_after(0, dark)
        with pytest.raises(PowerCut):
            promote(names[1], models)

    promote(names[2], models)

    assert [(line.what, line.left, line.to) for line in history(models)] == [
        ("promote", None, names[0]),
        ("promote", names[0], names[1]),
        ("found", names[1], names[0]),
        ("promote", names[0], names[2]),
    ]


def test_a_torn_last_line_of_the_history_is_left_out_and_joined_to_nothing(models, names):
    promote(names[0], models)
    with (models / HISTORY).open("a") as page:
        page.write('{"when": "2026-')

    promote(names[1], models)

    assert [line.to for line in history(models)] == names[:2]


def test_two_changes_at_once_are_one_change(models, names):
    promote(names[0], models)

    with held(models), pytest.raises(StoreError, match="another process"):
        promote(names[1], models)

    assert pointers(models) == (names[0], None)


def test_the_lock_of_a_process_that_was_killed_binds_nobody(models, names):
    holding = (
        "import sys; from pathlib import Path; from sbwarn.releases.registry import held\n"
        f"with held(Path({str(models)!r})): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match="another process"):
            promote(names[0], models)
        other.kill()
    assert other.returncode == -signal.SIGKILL

    promote(names[0], models)

    assert current_name(models) == names[0]


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(StoreError, match="nowhere"):
        rollback(tmp_path / "nowhere")


def test_a_disk_that_refuses_changes_nothing(models, names, monkeypatch):
    promote(names[0], models)

    def full(self, target):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(Path, "replace", full)
        with pytest.raises(StoreError, match="No space left"):
            promote(names[1], models)

    assert pointers(models) == (names[0], None)
