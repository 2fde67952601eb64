"""`champion` and `previous` follow the folder of models, late if need be, and never backwards."""

import shutil

import pytest

from sbwarn.releases.load import find_release
from sbwarn.releases.registry import Change
from sbwarn.tracking import log_change, sync
from sbwarn.tracking.outbox import Entry, waiting
from sbwarn.tracking.sending import send
from sbwarn.tracking.store import MAKER
from tests.tracking.stores import client, free_port, store

pytestmark = pytest.mark.filterwarnings("ignore:::mlflow", "ignore:::sqlalchemy", "ignore:::alembic")

CLOSED, SILENT = "sbwarn-city-closed", "sbwarn-city-closed+silent_3"


def change(left: str | None, to: str) -> Change:
    return Change(when="2026-10-01T09:00:00+00:00", what="promote", left=left, to=to, reason="")


@pytest.fixture
def uri(tmp_path):
    """A store with two releases of one label and one of another."""
    found = store(tmp_path)
    told = client(found)
    home = told.create_experiment("sbwarn/closed/3-6-12")
    for model, release in ((CLOSED, "city-a"), (CLOSED, "city-b"), (SILENT, "city-c")):
        run = told.create_run(home, tags=MAKER)
        if not told.search_registered_models(f"name = '{model}'"):
            told.create_registered_model(model)
        told.create_model_version(
            model, source=run.info.artifact_uri, run_id=run.info.run_id, tags={"sbwarn.release": release}
        )
    return found


def aliases(uri: str, model: str) -> dict[str, str]:
    """The release at each alias of a model."""
    told = client(uri)
    found = told.get_registered_model(model).aliases
    return {
        alias: told.get_model_version(model, number).tags["sbwarn.release"] for alias, number in found.items()
    }


def test_a_promotion_moves_champion_and_previous(uri):
    first = log_change(change(None, "city-a"), uri=uri)
    assert aliases(uri, CLOSED) == {"champion": "city-a"}

    log_change(change("city-a", "city-b"), uri=uri)

    assert first.warning() is None
    assert aliases(uri, CLOSED) == {"champion": "city-b", "previous": "city-a"}


def test_a_rollback_moves_them_back(uri):
    log_change(change("city-a", "city-b"), uri=uri)

    log_change(change("city-b", "city-a"), uri=uri)

    assert aliases(uri, CLOSED) == {"champion": "city-a", "previous": "city-b"}


def test_a_model_whose_label_is_left_has_no_champion_any_more(uri):
    log_change(change("city-a", "city-b"), uri=uri)

    log_change(change("city-b", "city-c"), uri=uri)

    assert aliases(uri, CLOSED) == {"previous": "city-b"}
    assert aliases(uri, SILENT) == {"champion": "city-c"}


def test_a_release_that_the_store_does_not_hold_is_told(uri):
    found = log_change(change("city-z", "city-b"), uri=uri)

    assert found.arrived
    assert "city-z" in found.warning()
    assert aliases(uri, CLOSED) == {"champion": "city-b"}


def test_a_change_that_waited_is_made_by_sync(uri, tmp_path):
    down = f"http://127.0.0.1:{free_port()}"
    found = log_change(change("city-a", "city-b"), uri=down, outbox=tmp_path / "outbox")
    assert "sbwarn sync" in found.warning()
    assert aliases(uri, CLOSED) == {}

    done = sync(uri=uri)

    assert done.uploaded == ("city-b",)
    assert aliases(uri, CLOSED) == {"champion": "city-b", "previous": "city-a"}


def test_a_change_that_waited_does_not_undo_a_later_one(uri, tmp_path):
    log_change(change("city-b", "city-a"), uri=f"http://127.0.0.1:{free_port()}", outbox=tmp_path / "late")
    log_change(change("city-a", "city-b"), uri=uri)

    done = sync(uri=uri, outbox=tmp_path / "late")

    assert done.waiting == ()
    assert aliases(uri, CLOSED) == {"champion": "city-b", "previous": "city-a"}


def test_a_change_to_a_release_whose_run_still_waits_is_made_after_the_run(uri, tmp_path):
    def with_release(folder):
        shutil.copytree(find_release(), folder / "release")

    run = Entry(
        kind="run", name="city-d", experiment="sbwarn/closed/3-6-12", model=CLOSED,
        tags={"release": "city-d", "as_of": "2026-03"},
    )  # fmt: skip
    send(run, with_release, uri=f"http://127.0.0.1:{free_port()}", outbox=tmp_path / "outbox")

    found = log_change(change("city-a", "city-d"), uri=uri)
    assert "city-d" in found.warning()
    assert "sbwarn sync" in found.warning()
    done = sync(uri=uri)

    assert (done.uploaded, done.missing, done.why) == (("city-d", "city-d"), (), "")
    assert aliases(uri, CLOSED) == {"champion": "city-d", "previous": "city-a", "candidate": "city-d"}


def test_where_no_store_was_ever_used_none_is_made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert log_change(change("city-a", "city-b")) is None
    assert list(tmp_path.iterdir()) == []


def test_the_store_in_the_working_folder_is_used_unasked(uri, tmp_path, monkeypatch):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "mlruns").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path / "work")

    assert log_change(change("city-a", "city-b")).arrived
    assert aliases(uri, CLOSED)["champion"] == "city-b"
    assert waiting(tmp_path / "outbox") == []
