"""A real MLflow server on loopback: an outage, the runs that waited, the registry, and a model served over HTTP."""

import json
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from sbwarn.consult.business import score_businesses
from sbwarn.releases.load import load_release
from sbwarn.releases.registry import Change
from sbwarn.tracking import Logged, Synced, log_change, log_training, sync
from sbwarn.tracking.outbox import waiting
from sbwarn.tracking.served import answer, example, tables_of
from sbwarn.tracking.store import hushed, mlflow
from tests import small_city
from tests.tracking.stores import client, free_port, running, runs, server, training, verdict

pytestmark = pytest.mark.filterwarnings("ignore:::mlflow", "ignore:::sqlalchemy", "ignore:::alembic")

MODEL = "sbwarn-city-closed"


@dataclass
class Outage:
    """What happened while the server was down, and after it came up."""

    uri: str
    outbox: Path
    down: list[Logged]
    synced: Synced
    up: Logged


@pytest.fixture(scope="module")
def outage(tmp_path_factory):
    root = tmp_path_factory.mktemp("server")
    port, outbox = free_port(), root / "outbox"
    uri = f"http://127.0.0.1:{port}"
    release = small_city.release_folder()
    down = [
        log_training(training(verdict("first")), release, [], uri=uri, outbox=outbox),
        log_change(_now_current(), uri=uri, outbox=outbox),
    ]
    with pytest.MonkeyPatch.context() as patient, server(root, port):
        # A busy machine is no outage.
        patient.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "60")
        patient.setattr("sbwarn.tracking.probe.SECONDS", 60.0)
        synced = sync(uri=uri, outbox=outbox)
        up = log_training(training(verdict("second", passed=False)), release, [], uri=uri, outbox=outbox)
        yield Outage(uri, outbox, down, synced, up)


def _now_current() -> Change:
    name = small_city.release_folder().name
    return Change(when="2026-10-01T09:00:00+00:00", what="promote", left=None, to=name, reason="")


def test_while_the_server_is_down_everything_waits(outage):
    assert [found.arrived for found in outage.down] == [False, False]
    assert all("refused" in found.warning() for found in outage.down)


def test_once_it_is_up_sync_uploads_what_waited_in_order(outage):
    assert outage.synced.uploaded == (small_city.release_folder().name,) * 2
    assert (outage.synced.why, outage.synced.missing) == ("", ())
    assert waiting(outage.outbox) == []


def test_every_run_on_the_server_is_finished_and_says_how_its_gates_stood(outage):
    found = runs(outage.uri)

    assert [run.info.status for run in found] == ["FINISHED", "FINISHED"]
    assert [run.data.tags.get("gate/first", run.data.tags.get("gate/second")) for run in found] == [
        "passed",
        "failed",
    ]
    assert found[1].info.run_id == outage.up.run_id
    auc = small_city.release().metrics["6"]["trading"]["ours"]["auc"]
    assert found[1].data.metrics["6m/trading/ours/auc"] == auc.value


def test_a_second_sync_uploads_nothing(outage):
    again = sync(uri=outage.uri, outbox=outage.outbox)

    assert (again.uploaded, again.closed, again.why) == ((), 0, "")
    assert len(runs(outage.uri)) == 2


def test_the_aliases_on_the_server_tell_champion_and_candidate(outage):
    found = client(outage.uri).get_registered_model(MODEL).aliases

    # The change of the release in force came before the second training: the first version was the newest then.
    assert {alias: int(number) for alias, number in found.items()} == {"champion": 1, "candidate": 2}


def test_the_release_on_the_server_loads(outage, tmp_path):
    folder = client(outage.uri).download_artifacts(outage.up.run_id, "release", str(tmp_path))

    assert load_release(folder).id == small_city.release().id


@pytest.fixture
def registry(outage):
    """MLflow itself, told where the registry is; told nothing again afterwards."""
    library = mlflow()
    library.set_tracking_uri(outage.uri)
    library.set_registry_uri(outage.uri)
    yield library
    library.set_tracking_uri(None)
    library.set_registry_uri(None)


def test_a_team_that_loads_the_champion_gets_the_scores_of_score_businesses(registry):
    wanted = answer(score_businesses(**tables_of(example()), release=small_city.release()))

    with hushed():
        found = registry.pyfunc.load_model(f"models:/{MODEL}@champion").predict(example())

    assert found.to_dict("records") == wanted.to_dict("records")
    assert found["risk_6"][0] > 0


def test_a_team_that_serves_the_champion_gets_the_scores_of_score_businesses(outage, tmp_path):
    wanted = answer(score_businesses(**tables_of(example()), release=small_city.release()))
    port = free_port()
    uri = f"http://127.0.0.1:{port}"

    with running(
        "models", "serve", "-m", f"models:/{MODEL}@champion", "--env-manager", "local", "--port", port,
        "--host", "127.0.0.1", "--workers", 1,
        health=f"{uri}/ping", log=tmp_path / "serve.log", MLFLOW_TRACKING_URI=outage.uri,
    ):  # fmt: skip
        found = ask(uri, {"dataframe_records": example().to_dict("records")})
        korean = ask(uri, {"dataframe_records": whole_numbers(), "params": {"language": "ko"}})
        refused = ask(uri, {"dataframe_records": [{"shop_id": "A17"}]})

    assert found["predictions"] == wanted.to_dict("records")
    assert korean["predictions"][0]["risk_6"] == wanted["risk_6"][0]
    assert any("가" <= letter <= "힣" for letter in korean["predictions"][0]["reasons"][0])
    assert (found["status"], refused["status"]) == (200, 400)


def whole_numbers() -> list[dict]:
    return example().astype({"sales": "int64", "rent": "int64"}).to_dict("records")


def ask(uri: str, question: dict) -> dict:
    told = HTTPConnection(uri.partition("//")[2], timeout=60)
    with closing(told):
        told.request("POST", "/invocations", json.dumps(question), {"Content-Type": "application/json"})
        found = told.getresponse()
        return {"status": found.status, **json.load(found, parse_constant=pytest.fail)}
