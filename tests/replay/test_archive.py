"""A folder of recorded scores: whole files, read only if they are what was written."""

import json
import stat
from dataclasses import replace

import pytest

from sbwarn.errors import InputError
from sbwarn.messages import LANGUAGES, speaking
from sbwarn.replay.archive import keep, recorded_in, recorded_names
from sbwarn.replay.digests import canonical
from tests import recorded_city


@pytest.fixture(scope="module")
def records():
    return [record for pair in recorded_city.pairs()[:5] for record in pair]


@pytest.fixture
def kept(tmp_path, records):
    """A folder with one score, its id and its file."""
    name = keep(records[0], tmp_path)
    return tmp_path, name, tmp_path / "scores" / f"{name}.json"


def test_what_is_kept_is_what_is_found(tmp_path, records):
    names = [keep(record, tmp_path) for record in records]
    found = [recorded_in(tmp_path, name) for name in names]

    assert found == records
    assert [each.score_id for each in found] == names
    assert recorded_names(tmp_path) == sorted(names)


def test_peers_are_stored_once_for_all_scores_of_a_month(tmp_path, records):
    for record in records:
        keep(record, tmp_path)

    digests = {record.peers_digest for record in records}
    assert {path.stem for path in (tmp_path / "peers").iterdir()} == digests
    assert len(digests) == 2


def test_keeping_a_score_again_touches_no_file(kept, records):
    folder, name, _ = kept
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}

    assert keep(records[0], folder) == name
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_only_the_owner_can_read_what_is_kept(kept):
    folder, _, _ = kept

    for path in folder.rglob("*.*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_writer_that_fails_leaves_no_score_behind(tmp_path, records, monkeypatch):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sbwarn.replay.archive.write_peers", refuse)
    with pytest.raises(Exception, match="No space left"):
        keep(records[0], tmp_path)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_id_is_found_with_capitals_and_blanks(kept, records):
    folder, name, _ = kept

    assert recorded_in(folder, f" {name.upper()} ") == records[0]


@pytest.mark.parametrize("asked", ["aaaa-bbbb-cccc", "../../etc/passwd", "", "x" * 5000])
def test_an_unknown_id_is_told_with_the_folder_and_how_many_scores_there_are(kept, asked):
    folder, _, _ = kept

    with pytest.raises(InputError, match=r"no score .* \(1 scores are recorded there\)"):
        recorded_in(folder, asked)


def changed(page, path, value):
    """A page with one value changed."""
    *branches, leaf = path
    branch = page
    for name in branches:
        branch = branch[name]
    branch[leaf] = value
    return page


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("result", "risk", "6"), 0.01),
        (("input", "facts", "floor_area"), 1.0),
        (("input", "monthly", "sales"), {}),
        (("input", "release"), "city-2026-03-00000000"),
        (("input", "peers_digest"), "../../../etc/passwd"),
        (("score_id",), "aaaa-bbbb-cccc"),
        (("result_digest",), "0" * 64),
        (("more",), 1),
    ],
)
def test_a_changed_value_is_refused(kept, path, value):
    folder, name, file = kept
    file.write_text(canonical(changed(json.loads(file.read_text()), path, value)) + "\n")

    with pytest.raises(InputError, match="are not the ones that were recorded"):
        recorded_in(folder, name)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"input": 3, "result": 4}', "\x00", "{"])
def test_a_file_that_is_no_score_is_refused(kept, text):
    folder, name, file = kept
    file.write_text(text)

    with pytest.raises(InputError, match="are not the ones that were recorded"):
        recorded_in(folder, name)


def test_a_score_under_the_name_of_another_is_refused(kept, records):
    folder, name, file = kept
    other = keep(records[1], folder)
    file.write_bytes((folder / "scores" / f"{other}.json").read_bytes())

    with pytest.raises(InputError, match="are not the ones that were recorded"):
        recorded_in(folder, name)


def test_a_damaged_file_is_mended_by_keeping_the_score_again(kept, records):
    folder, name, file = kept
    file.write_text("{}")
    keep(records[0], folder)

    assert recorded_in(folder, name) == records[0]


def test_missing_peers_are_told(kept, records):
    folder, name, _ = kept
    (folder / "peers" / f"{records[0].peers_digest}.parquet").unlink()

    with pytest.raises(InputError, match="its peers are missing"):
        recorded_in(folder, name)


def test_damaged_peers_are_refused(kept, records):
    folder, name, _ = kept
    path = folder / "peers" / f"{records[0].peers_digest}.parquet"
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(InputError, match="does not hold the peers that were recorded"):
        recorded_in(folder, name)


def test_the_peers_of_another_month_are_refused(kept, records):
    folder, name, _ = kept
    keep(records[1], folder)
    mine, theirs = (folder / "peers" / f"{each.peers_digest}.parquet" for each in records[:2])
    mine.write_bytes(theirs.read_bytes())

    with pytest.raises(InputError, match="does not hold the peers that were recorded"):
        recorded_in(folder, name)


def test_no_failure_says_a_figure_of_the_shop(kept, records):
    folder, name, file = kept
    text = file.read_text()
    file.write_text(text.replace('"synthetic":false', '"synthetic":true'))
    amounts = [repr(amount) for amount in records[0].monthly["sales"].values()]

    for tongue in LANGUAGES:
        with speaking(tongue), pytest.raises(InputError) as refusal:
            recorded_in(folder, name)
        assert not [amount for amount in amounts if amount in str(refusal.value)]


def test_another_format_is_refused(tmp_path, records, monkeypatch):
    monkeypatch.setattr("sbwarn.replay.recorded.PROTOCOL", 2)
    name = keep(replace(records[0]), tmp_path)

    with pytest.raises(InputError, match="was written in format 2"):
        recorded_in(tmp_path, name)
