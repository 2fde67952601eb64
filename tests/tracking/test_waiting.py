"""A store that cannot be used: the work is done, one line says why, the run waits, and arrives once."""

import os
import shutil
import socket
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sbwarn.releases.load import load_release
from sbwarn.tracking import log_training, sync
from sbwarn.tracking.outbox import read, waiting
from sbwarn.tracking.probe import trouble
from sbwarn.tracking.store import MAKER, default_uri, outbox_of
from tests import small_city
from tests.tracking.stores import client, free_port, runs, store, verdict
from tests.tracking.stores import training as trained

pytestmark = pytest.mark.filterwarnings("ignore:::mlflow", "ignore:::sqlalchemy", "ignore:::alembic")


def log(uri: str, charts=(), **more):
    return log_training(small_city.training(), small_city.release_folder(), list(charts), uri=uri, **more)


def statuses(uri: str) -> list[str]:
    return [run.info.status for run in runs(uri)]


def assert_waits(found, outbox: Path) -> None:
    assert found.run_id is None
    assert not found.arrived
    assert waiting(outbox) == [found.waiting]
    assert found.warning().count("\n") == 0
    assert str(found.waiting) in found.warning()


def test_a_server_that_is_down_is_told_in_one_line_and_the_run_waits(tmp_path):
    folder = small_city.copy_of_release(tmp_path)
    uri = f"http://kim:geheim@127.0.0.1:{free_port()}"

    found = log_training(small_city.training(), folder, [], uri=uri, outbox=tmp_path / "outbox")

    assert_waits(found, tmp_path / "outbox")
    assert "refused" in found.why
    assert "geheim" not in found.warning()
    assert "geheim" not in (found.waiting / "run.json").read_text()
    assert load_release(folder).demonstration


def test_a_server_that_accepts_and_says_nothing_is_not_waited_for(tmp_path):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()

        found = log(f"http://127.0.0.1:{silent.getsockname()[1]}", outbox=tmp_path)

    assert_waits(found, tmp_path)
    assert "timed out" in found.why


def test_a_locked_database_is_told_and_the_run_arrives_once_the_lock_is_gone(tmp_path):
    uri = store(tmp_path)
    with closing(sqlite3.connect(tmp_path / "mlflow.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        found = log(uri)
        assert_waits(found, tmp_path / "outbox")
        assert "locked" in found.why
        other.execute("ROLLBACK")

    done = sync(uri=uri)

    assert done.uploaded == (small_city.release_folder().name,)
    assert (done.waiting, done.why) == ((), "")
    assert statuses(uri) == ["FINISHED"]
    assert waiting(outbox_of(uri)) == []


def test_a_writer_s_lock_is_noticed_though_readers_may_still_read(tmp_path):
    uri = store(tmp_path)
    with closing(sqlite3.connect(tmp_path / "mlflow.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        assert "locked" in trouble(uri)

        other.execute("ROLLBACK")
    assert trouble(uri) is None


def test_a_half_migrated_database_is_recognised_and_not_touched(tmp_path):
    uri = store(tmp_path)
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as database, database:
        wanted = database.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        database.execute("UPDATE alembic_version SET version_num = '1bd49d398cd23'")
    before = (tmp_path / "mlflow.db").read_bytes()

    found = log(uri)

    assert_waits(found, tmp_path / "outbox")
    assert "mlflow db upgrade" in trouble(uri)
    assert wanted in trouble(uri)
    assert trouble(uri) in found.why
    assert (tmp_path / "mlflow.db").read_bytes() == before


def test_a_database_whose_creation_was_broken_off_is_recognised(tmp_path):
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as database, database:
        database.execute("CREATE TABLE experiments (experiment_id INTEGER)")

    assert "--tracking-uri" in trouble(default_uri(tmp_path))


@pytest.mark.parametrize("content", [None, b""])
def test_a_database_that_does_not_exist_yet_is_no_trouble(tmp_path, content):
    if content is not None:
        (tmp_path / "mlflow.db").write_bytes(content)

    assert trouble(default_uri(tmp_path)) is None


def test_a_store_that_is_no_database_is_told_and_the_run_waits(tmp_path):
    (tmp_path / "mlflow.db").write_bytes(b"this is no database, and long enough to be seen as none. " * 20)

    found = log(default_uri(tmp_path))

    assert_waits(found, tmp_path / "outbox")
    assert "mlflow.db cannot be used" in found.why


def test_a_store_and_an_outbox_in_a_file_s_place_lose_the_run_but_not_the_release(tmp_path):
    (tmp_path / "taken").write_text("a file")
    folder = small_city.copy_of_release(tmp_path)

    found = log_training(small_city.training(), folder, [], uri=default_uri(tmp_path / "taken"))

    assert (found.run_id, found.waiting) == (None, None)
    assert "could not be kept" in found.warning()
    assert load_release(folder).demonstration


def test_an_outbox_that_refuses_does_not_keep_a_run_from_a_store_that_can_be_used(tmp_path):
    (tmp_path / "taken").write_text("a file")
    uri = store(tmp_path / "runs")

    found = log(uri, outbox=tmp_path / "taken" / "outbox")

    assert found.warning() is None
    assert statuses(uri) == ["FINISHED"]


def test_a_store_of_an_unknown_kind_is_told_without_its_secret(tmp_path):
    found = log("gopher://kim:geheim@example.org/runs", outbox=tmp_path)

    assert_waits(found, tmp_path)
    assert "geheim" not in found.warning()


def test_a_disk_that_refuses_the_files_leaves_a_failed_run_and_an_entry_that_arrives_later(tmp_path):
    uri = store(tmp_path)
    (tmp_path / "artifacts").write_text("a file where the store's files should lie")

    found = log(uri)

    assert_waits(found, tmp_path / "outbox")
    assert statuses(uri) == ["FAILED"]
    (tmp_path / "artifacts").unlink()
    assert sync(uri=uri).why == ""
    assert statuses(uri) == ["FAILED", "FINISHED"]


def test_a_run_left_running_by_a_killed_upload_is_closed_and_uploaded_anew(tmp_path):
    found = log(f"http://127.0.0.1:{free_port()}", outbox=tmp_path / "outbox")
    uri = store(tmp_path)
    told = client(uri)
    home = told.create_experiment("sbwarn/closed/3-6-12", artifact_location=(tmp_path / "artifacts").as_uri())
    left = told.create_run(home, tags={"sbwarn.outbox": found.waiting.name}).info.run_id
    told.create_registered_model("sbwarn-city-closed")
    told.create_model_version("sbwarn-city-closed", source=told.get_run(left).info.artifact_uri, run_id=left)

    done = sync(uri=uri)

    assert done.why == ""
    assert statuses(uri) == ["KILLED", "FINISHED"]
    kept = told.search_model_versions("name = 'sbwarn-city-closed'")
    assert [version.run_id for version in kept] == [runs(uri)[1].info.run_id]
    assert told.get_model_version_by_alias("sbwarn-city-closed", "candidate").run_id == kept[0].run_id


def test_an_entry_that_arrived_but_was_not_removed_is_not_uploaded_twice(tmp_path):
    found = log(f"http://127.0.0.1:{free_port()}", outbox=tmp_path / "outbox")
    shutil.copytree(found.waiting, tmp_path / "kept")
    uri = store(tmp_path)
    sync(uri=uri)
    shutil.copytree(tmp_path / "kept", found.waiting)

    done = sync(uri=uri)

    assert (len(done.uploaded), done.waiting) == (1, ())
    assert statuses(uri) == ["FINISHED"]
    assert len(client(uri).search_model_versions("name = 'sbwarn-city-closed'")) == 1


def test_runs_are_uploaded_in_order_and_the_newest_is_the_candidate(tmp_path):
    down = f"http://127.0.0.1:{free_port()}"
    for name in ("first", "second"):
        whole = trained(verdict(name))
        log_training(whole, small_city.release_folder(), [], uri=down, outbox=tmp_path / "outbox")
    uri = store(tmp_path)

    sync(uri=uri)

    assert [next(tag for tag in run.data.tags if tag.startswith("gate/")) for run in runs(uri)] == [
        "gate/first",
        "gate/second",
    ]
    newest = client(uri).get_model_version_by_alias("sbwarn-city-closed", "candidate")
    assert newest.run_id == runs(uri)[1].info.run_id


def test_a_run_that_waited_is_no_newer_candidate_than_what_was_trained_since(tmp_path):
    log(f"http://127.0.0.1:{free_port()}", outbox=tmp_path / "old")
    uri = store(tmp_path)
    since = log(uri)

    sync(uri=uri, outbox=tmp_path / "old")

    assert client(uri).get_model_version_by_alias("sbwarn-city-closed", "candidate").run_id == since.run_id


def test_a_damaged_entry_does_not_hold_up_the_others(tmp_path):
    down = f"http://127.0.0.1:{free_port()}"
    first, second = (log(down, outbox=tmp_path / "outbox").waiting for _ in range(2))
    (first / "run.json").write_text("{")
    uri = store(tmp_path)

    done = sync(uri=uri)

    assert done.uploaded == (small_city.release_folder().name,)
    assert done.waiting == (first,)
    assert "damaged" in done.why
    assert not second.exists()


def test_an_entry_that_another_process_uploads_is_left_to_it(tmp_path):
    import fcntl

    found = log(f"http://127.0.0.1:{free_port()}", outbox=tmp_path / "outbox")
    uri = store(tmp_path)
    handle = os.open(found.waiting, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)

    done = sync(uri=uri)
    os.close(handle)

    assert done.waiting == (found.waiting,)
    assert "another process" in done.why
    assert runs(uri) == []


def test_a_run_of_ours_that_is_called_running_for_a_day_is_closed_and_another_s_is_not(tmp_path):
    uri = store(tmp_path)
    told = client(uri)
    ours, other = (told.create_experiment(name) for name in ("sbwarn/closed/3-6-12", "theirs"))
    left = told.create_run(ours, tags=MAKER).info.run_id
    strange = [told.create_run(ours).info.run_id, told.create_run(other, tags=MAKER).info.run_id]

    young = sync(uri=uri)
    old = sync(uri=uri, now=datetime.now(UTC) + timedelta(hours=25))

    assert (young.closed, old.closed) == (0, 1)
    assert told.get_run(left).info.status == "KILLED"
    assert {told.get_run(run).info.status for run in strange} == {"RUNNING"}


def test_a_sync_with_nothing_to_do_makes_no_store(tmp_path):
    done = sync(uri=default_uri(tmp_path))

    assert (done.uploaded, done.waiting, done.why) == ((), (), "")
    assert list(tmp_path.iterdir()) == []


def test_what_waits_holds_no_shop_and_no_address_of_the_store(tmp_path):
    found = log(f"http://127.0.0.1:{free_port()}", outbox=tmp_path)

    text = (found.waiting / "run.json").read_text("utf-8")

    assert "127.0.0.1" not in text
    assert not any(shop in text for shop in small_city.dataset().tables["shops"]["shop_id"])
    assert read(found.waiting).entry.tags["synthetic"] == "true"
