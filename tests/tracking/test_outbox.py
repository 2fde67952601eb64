"""The outbox: plain files, in order, whole or not there."""

import json
import math
from datetime import UTC, datetime, timedelta

import pytest

from sbwarn.errors import StoreError
from sbwarn.tracking.outbox import Entry, put, read, remove, sweep, waiting


def entry(name="a", **more):
    return Entry(kind="run", name=name, experiment="sbwarn/closed/3-6-12", **more)


def test_what_was_put_is_read_back_with_its_files(tmp_path):
    told = entry(
        tags={"as_of": "2026-03"}, params={"seed": "1"}, metrics={"auc": 0.1 + 0.2}, model="sbwarn-a-closed"
    )

    waits = put(told, tmp_path / "outbox", lambda folder: (folder / "card.md").write_text("card"))

    assert read(waits.path).entry == told
    assert (read(waits.path).artifacts / "card.md").read_text() == "card"


def test_an_entry_is_plain_json_that_any_reader_reads(tmp_path):
    waits = put(entry(metrics={"auc": math.nan, "n": 5.0}), tmp_path)

    page = json.loads((waits.path / "run.json").read_text("utf-8"), parse_constant=pytest.fail)

    assert page["metrics"] == {"auc": None, "n": 5.0}
    assert math.isnan(read(waits.path).entry.metrics["auc"])


def test_entries_wait_in_the_order_in_which_they_came(tmp_path):
    put_in = [put(entry(name), tmp_path).path for name in "cab"]

    assert waiting(tmp_path) == put_in
    assert [read(path).entry.name for path in waiting(tmp_path)] == ["c", "a", "b"]


def test_an_entry_whose_files_cannot_be_written_does_not_wait(tmp_path):
    def refuse(folder):
        (folder / "half").write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(StoreError, match="No space left"):
        put(entry(), tmp_path, refuse)

    assert waiting(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_removed_entry_leaves_nothing(tmp_path):
    first, second = put(entry("a"), tmp_path), put(entry("b"), tmp_path)

    remove(first.path)

    assert waiting(tmp_path) == [second.path]
    assert list(tmp_path.iterdir()) == [second.path]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"kind": "run", "name": "a", "metrics": {"a": "x"}}', '{"metrics": {}, "who": 1}'],
)
def test_a_damaged_entry_is_told_with_its_place(tmp_path, text):
    waits = put(entry(), tmp_path)
    (waits.path / "run.json").write_text(text)

    with pytest.raises(StoreError, match=waits.id):
        read(waits.path)


def test_what_a_killed_writer_left_is_swept_away_after_a_day_and_what_waits_is_not(tmp_path):
    waits = put(entry(), tmp_path)
    (tmp_path / ".20260101T000000000000Z-ab.x1").mkdir()
    (tmp_path / ".20260101T000000000000Z-ab.lock").write_text("1")

    sweep(tmp_path)
    assert len(list(tmp_path.iterdir())) == 3
    sweep(tmp_path, now=datetime.now(UTC) + timedelta(hours=25))

    assert list(tmp_path.iterdir()) == [waits.path]


def test_an_outbox_that_does_not_exist_is_empty(tmp_path):
    assert waiting(tmp_path / "nowhere") == []
