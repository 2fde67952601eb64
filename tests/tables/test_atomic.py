"""Folders and files that appear whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sbwarn.errors import StoreError
from sbwarn.tables.atomic import PUBLIC, whole_file, whole_folder

MARKER = "marker.toml"


class PowerCutError(Exception):
    """What happens in the middle of a write."""


def write(out: Path, word: str) -> None:
    with whole_folder(out, marker=MARKER) as folder:
        (folder / MARKER).write_text(word)


def dead_process() -> int:
    """Number of a process that has come and gone."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_finished_folder_stands_alone(tmp_path: Path):
    write(tmp_path / "out", "new")

    assert names(tmp_path) == ["out"]


def test_a_missing_parent_is_made(tmp_path: Path):
    write(tmp_path / "a" / "b" / "out", "new")

    assert (tmp_path / "a" / "b" / "out" / MARKER).read_text() == "new"


def test_a_new_folder_takes_the_place_of_the_old_one(tmp_path: Path):
    write(tmp_path / "out", "old")

    write(tmp_path / "out", "new")

    assert (tmp_path / "out" / MARKER).read_text() == "new"


def test_nothing_of_the_old_folder_is_left_in_the_new_one(tmp_path: Path):
    write(tmp_path / "out", "old")
    (tmp_path / "out" / "more").write_text("old")

    write(tmp_path / "out", "new")

    assert names(tmp_path / "out") == [MARKER]


def test_an_empty_folder_may_be_filled(tmp_path: Path):
    (tmp_path / "out").mkdir()

    write(tmp_path / "out", "new")

    assert (tmp_path / "out" / MARKER).read_text() == "new"


def test_the_old_folder_stands_untouched_while_the_new_one_is_filled(tmp_path: Path):
    write(tmp_path / "out", "old")

    with whole_folder(tmp_path / "out", marker=MARKER) as folder:
        (folder / MARKER).write_text("new")
        seen = (tmp_path / "out" / MARKER).read_text()

    assert seen == "old"


def break_off(out: Path) -> None:
    with whole_folder(out, marker=MARKER) as folder:
        (folder / MARKER).write_text("half")
        raise PowerCutError


def fail_to_write(out: Path) -> None:
    with pytest.raises(PowerCutError):
        break_off(out)


def break_off_file(out: Path) -> None:
    with whole_file(out) as fresh:
        fresh.write_text("half")
        raise PowerCutError


def test_a_failure_leaves_the_old_folder(tmp_path: Path):
    write(tmp_path / "out", "old")

    fail_to_write(tmp_path / "out")

    assert (tmp_path / "out" / MARKER).read_text() == "old"


def test_a_failure_leaves_no_temporary_folder_and_no_lock(tmp_path: Path):
    write(tmp_path / "out", "old")

    fail_to_write(tmp_path / "out")

    assert names(tmp_path) == ["out"]


def test_a_failure_of_the_first_write_leaves_nothing(tmp_path: Path):
    fail_to_write(tmp_path / "out")

    assert names(tmp_path) == []


def test_a_folder_of_another_kind_is_refused(tmp_path: Path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")

    with pytest.raises(StoreError, match=r"not a folder of this kind \(no marker\.toml in it\)"):
        write(tmp_path / "out", "new")


def test_a_folder_of_another_kind_is_left_as_it_was(tmp_path: Path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")

    with pytest.raises(StoreError):
        write(tmp_path / "out", "new")

    assert names(tmp_path / "out") == ["thesis.txt"]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path):
    (tmp_path / "out").write_text("a file")

    with pytest.raises(StoreError, match="not a folder of this kind"):
        write(tmp_path / "out", "new")


def test_the_lock_of_a_living_process_is_respected(tmp_path: Path):
    (tmp_path / ".out.lock").write_text(str(os.getpid()))

    with pytest.raises(StoreError, match=f"being written by process {os.getpid()}"):
        write(tmp_path / "out", "new")


def test_the_lock_of_another_writer_is_not_taken_away(tmp_path: Path):
    (tmp_path / ".out.lock").write_text(str(os.getpid()))

    with pytest.raises(StoreError):
        write(tmp_path / "out", "new")

    assert names(tmp_path) == [".out.lock"]


def test_a_second_writer_is_refused_while_the_first_one_writes(tmp_path: Path):
    with whole_folder(tmp_path / "out", marker=MARKER), pytest.raises(StoreError, match="being written"):
        write(tmp_path / "out", "second")


@pytest.mark.parametrize("content", [None, "", "no number"])
def test_the_lock_of_a_dead_process_is_taken_over(tmp_path: Path, content: str | None):
    (tmp_path / ".out.lock").write_text(str(dead_process()) if content is None else content)

    write(tmp_path / "out", "new")

    assert names(tmp_path) == ["out"]


def test_a_folder_below_a_file_cannot_be_written(tmp_path: Path):
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match="cannot be written"):
        write(tmp_path / "file" / "out", "new")


def test_a_full_disk_inside_the_block_is_told_as_a_store_error(tmp_path: Path):
    with (
        pytest.raises(StoreError, match="No space left"),
        whole_folder(tmp_path / "out", marker=MARKER),
    ):
        raise OSError(28, "No space left on device")


def test_a_file_takes_the_place_of_the_old_one(tmp_path: Path):
    out = tmp_path / "page.txt"
    out.write_text("old")

    with whole_file(out) as fresh:
        fresh.write_text("new")

    assert (out.read_text(), names(tmp_path)) == ("new", ["page.txt"])


def test_a_failure_leaves_the_old_file_alone(tmp_path: Path):
    out = tmp_path / "page.txt"
    out.write_text("old")

    with pytest.raises(PowerCutError):
        break_off_file(out)

    assert (out.read_text(), names(tmp_path)) == ("old", ["page.txt"])


def test_a_file_is_its_owners_alone(tmp_path: Path):
    with whole_file(tmp_path / "page.txt") as fresh:
        fresh.write_text("new")

    assert (tmp_path / "page.txt").stat().st_mode & 0o777 == 0o600


def test_a_file_may_be_declared_public(tmp_path: Path):
    with whole_file(tmp_path / "page.txt", mode=PUBLIC) as fresh:
        fresh.write_text("new")

    assert (tmp_path / "page.txt").stat().st_mode & 0o777 == 0o644


def test_a_file_below_a_file_cannot_be_written(tmp_path: Path):
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match="cannot be written"), whole_file(tmp_path / "file" / "page.txt"):
        pass


def test_a_folder_in_the_place_of_the_file_cannot_be_replaced(tmp_path: Path):
    (tmp_path / "page.txt").mkdir()

    with pytest.raises(StoreError, match="cannot be written"), whole_file(tmp_path / "page.txt") as fresh:
        fresh.write_text("new")
