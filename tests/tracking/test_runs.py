"""What a run in MLflow holds, and what it must not hold."""

import getpass
import json
import math
import multiprocessing
import os
import socket
import tempfile
from pathlib import Path

import pandas as pd
import pytest

from sbwarn.releases.load import FILES, load_release
from sbwarn.releases.names import MANIFEST
from sbwarn.releases.record import Figure
from sbwarn.tracking import default_uri, log_importance, log_training, sync
from sbwarn.tracking.names import key
from sbwarn.tracking.outbox import Entry
from sbwarn.tracking.sending import send
from sbwarn.training.importance import COLUMNS, Importance
from tests import small_city
from tests.tracking.stores import client, runs, store, training, verdict

pytestmark = pytest.mark.filterwarnings("ignore:::mlflow", "ignore:::sqlalchemy", "ignore:::alembic")

LEAD = Figure(value=4.0, low=3.0, high=5.0, n=90, events=90)
UNKNOWN = Figure(value=math.nan, low=math.nan, high=math.nan, n=0, events=0)
GATES = (verdict("auc"), verdict("lead/종로", passed=False), verdict("seeds", passed=None, optional=True))


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    """A finished run and the client of its store."""
    root = tmp_path_factory.mktemp("runs")
    chart = root / "roc_6m.svg"
    chart.write_text("<svg/>")
    uri = store(root)
    whole = training(*GATES, **{"lead/median": LEAD, "segment/district/종로/auc": UNKNOWN})
    found = log_training(whole, small_city.release_folder(), [chart], uri=uri)
    assert found.warning() is None, found.why
    return client(uri), client(uri).get_run(found.run_id)


FOUND = Importance(
    as_of="2026-09", dataset="city", synthetic=True, label="closed v1", origins=("2025-11",),
    whole=pd.DataFrame([{"horizon": 6, "auc": 0.7, "auc_low": 0.6, "auc_high": 0.8, "ap": 0.2, "n": 300, "events": 40}]),
    losses=pd.DataFrame(
        [
            (6, "dropped", "family", "sales", 0.05, 0.01, 0.09, 0.02, 0.01, 0.03, 300, 40),
            (6, "permuted", "indicator", "rent_per_m2", -0.001, -0.01, 0.01, 0.0, 0.0, 0.0, 300, 40),
        ],
        columns=COLUMNS,
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def weighed(tmp_path_factory):
    """A run with the worth of a family and an indicator."""
    root = tmp_path_factory.mktemp("weighed")
    table = root / "importance.csv"
    FOUND.losses.to_csv(table, index=False)
    uri = store(root)
    return client(uri), client(uri).get_run(log_importance(FOUND, table, uri=uri).run_id)


def artifacts(told, run, folder: str) -> list[str]:
    return sorted(Path(entry.path).name for entry in told.list_artifacts(run.info.run_id, folder))


def test_a_run_holds_what_each_family_and_indicator_is_worth(weighed):
    told, run = weighed

    assert run.info.status == "FINISHED"
    assert run.data.metrics["6m/dropped/family/sales/auc_loss"] == 0.05
    assert run.data.metrics["6m/permuted/indicator/rent_per_m2/auc_low"] == -0.01
    assert run.data.metrics["6m/whole/n"] == 300
    assert run.data.params["origins"] == "2025-11"
    assert told.get_experiment(run.info.experiment_id).name == "sbwarn/closed/importance"
    assert run.data.tags["synthetic"] == "true"
    assert artifacts(told, run, "importance") == ["importance.csv"]


def test_a_run_of_worths_names_no_person(weighed):
    _, run = weighed

    assert run.data.tags["mlflow.user"] == "sbwarn"


def test_a_run_ends_finished_and_bears_the_release_s_name(logged):
    told, run = logged

    assert run.info.status == "FINISHED"
    assert run.info.run_name == small_city.release_folder().name
    assert run.data.tags["release"] == small_city.release_folder().name
    assert run.data.tags["as_of"] == small_city.TRAINED
    assert run.data.tags["synthetic"] == "true"
    assert told.get_experiment(run.info.experiment_id).name == "sbwarn/closed/3-6-12"


def test_a_run_holds_the_parameters_and_the_digests_of_what_it_learnt_from(logged):
    _, run = logged
    release = small_city.release()

    assert run.data.params["seed"] == str(release.seed)
    assert run.data.params["trees"] == str(small_city.TREES)
    assert run.data.params["learning_rate"] == str(release.parameters["learning_rate"])
    assert run.data.params["label_digest"] == release.parameters["label_digest"]
    assert run.data.params["data.sales"] == release.data["sales"]
    assert run.data.params["events"] == str(small_city.training().events)


def test_a_run_holds_every_figure_with_its_interval_rows_and_crises(logged):
    _, run = logged
    auc = small_city.release().metrics["6"]["trading"]["ours"]["auc"]

    assert run.data.metrics["6m/trading/ours/auc"] == auc.value
    assert run.data.metrics["6m/trading/ours/auc/low"] == auc.low
    assert run.data.metrics["6m/trading/ours/auc/high"] == auc.high
    assert run.data.metrics["6m/trading/n"] == auc.n
    assert run.data.metrics["6m/trading/events"] == auc.events
    for model, measures in small_city.release().metrics["6"]["trading"].items():
        for measure in measures:
            assert f"6m/trading/{model}/{measure}" in run.data.metrics


def test_a_run_holds_the_measures_of_segments_under_names_that_mlflow_allows(logged):
    _, run = logged
    told = run.data.metrics

    assert [told[f"lead/median{end}"] for end in ("", "/low", "/high", "/n")] == [4.0, 3.0, 5.0, 90.0]
    assert math.isnan(told[key("segment/district/종로/auc")])
    assert told[key("segment/district/종로/auc/n")] == 0


def test_a_run_says_of_each_gate_how_it_stood(logged, tmp_path):
    told, run = logged

    page = json.loads(
        Path(told.download_artifacts(run.info.run_id, "gates.json", str(tmp_path))).read_text("utf-8")
    )

    assert run.data.tags["gate/auc"] == "passed"
    assert run.data.tags[key("gate/lead/종로")] == "failed"
    assert run.data.tags["gate/seeds"] == "not measured"
    assert [gate["name"] for gate in page] == ["auc", "lead/종로", "seeds"]
    assert page[0]["low"] == 0.6


def test_the_release_in_a_run_loads(logged, tmp_path):
    told, run = logged

    folder = told.download_artifacts(run.info.run_id, "release", str(tmp_path))

    assert artifacts(told, run, "release") == sorted([*FILES, MANIFEST])
    assert load_release(folder).id == small_city.release().id


def test_charts_and_outcomes_lie_beside_it_without_any_shop_s_number(logged, tmp_path):
    told, run = logged

    folder = Path(told.download_artifacts(run.info.run_id, "outcomes", str(tmp_path)))
    tables = {path.name: pd.read_parquet(path) for path in folder.iterdir()}

    assert artifacts(told, run, "charts") == ["roc_6m.svg"]
    assert len(tables["outcomes_6m.parquet"]) == len(small_city.training().outcomes["6"])
    for table in tables.values():
        assert (
            {"risk", "happened"} <= set(table.columns) <= {"risk", "happened", "trading", "helped", "as_of"}
        )


def test_a_run_says_nothing_of_the_person_or_the_machine(logged, tmp_path):
    told, run = logged
    model = Path(told.download_artifacts(run.info.run_id, "model/MLmodel", str(tmp_path)))
    said = {
        **run.data.params,
        **{name: value for name, value in run.data.tags.items() if "artifact" not in name},
        "MLmodel": model.read_text("utf-8"),
    }

    assert run.data.tags["mlflow.user"] == "sbwarn"
    assert run.info.user_id in {"sbwarn", "", None, "unknown"}
    for name, value in said.items():
        assert str(Path(__file__).parents[2]) not in value, name
        assert str(Path.home()) not in value or str(Path.home()) == "/", name
        assert str(small_city.models()) not in value, name
        assert f"{tempfile.gettempdir()}/" not in value, name
        assert socket.gethostname() not in value, name
        assert value != getpass.getuser(), name


def test_artifacts_lie_beside_the_store_and_not_in_the_working_folder(logged):
    _, run = logged

    assert "/runs0/artifacts/" in run.info.artifact_uri
    assert not Path("mlruns").exists() or not any(Path("mlruns").glob(f"*/{run.info.run_id}"))


def test_a_release_becomes_a_version_that_says_what_it_is(logged):
    told, run = logged

    version = told.get_model_version_by_alias("sbwarn-city-closed", "candidate")

    assert version.run_id == run.info.run_id
    assert version.tags["sbwarn.release"] == small_city.release_folder().name
    assert version.tags["as_of"] == small_city.TRAINED
    assert version.tags["synthetic"] == "true"


def test_nothing_in_a_run_is_a_pickle(logged, tmp_path):
    told, run = logged

    folder = Path(told.download_artifacts(run.info.run_id, "", str(tmp_path)))
    kinds = {path.suffix for path in folder.rglob("*") if path.is_file()}

    assert kinds <= {"", ".json", ".md", ".html", ".parquet", ".py", ".svg", ".toml", ".txt", ".yaml"}


def test_mlflow_is_told_to_keep_quiet(logged):
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert int(os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"]) <= 1


def test_a_second_run_joins_the_first_in_one_experiment_and_is_the_newer_candidate(logged):
    told, run = logged

    second = log_training(
        small_city.training(), small_city.release_folder(), [], uri=told.tracking_uri
    ).run_id

    assert told.get_run(second).info.experiment_id == run.info.experiment_id
    assert told.get_model_version_by_alias("sbwarn-city-closed", "candidate").run_id == second


def _log_once(home: str, start, done) -> None:
    try:
        import mlflow  # noqa: F401 - importing takes seconds, and the race is over the store

        start.wait(60)
        entry = Entry(kind="run", name="race", experiment="sbwarn/closed/3-6-12", metrics={"auc": 0.7})
        done.put(str(send(entry, uri=default_uri(Path(home)))))
    except Exception as failure:  # noqa: BLE001 - the test judges it
        done.put(repr(failure))


def test_two_processes_that_create_one_store_at_once_lose_no_run(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    start, done = spawn.Barrier(2), spawn.Queue()
    other = spawn.Process(target=_log_once, args=(str(tmp_path), start, done))

    other.start()
    _log_once(str(tmp_path), start, done)
    told = [done.get(timeout=90) for _ in range(2)]
    other.join(30)
    # On a busy machine the second does not wait until the first has made the store.
    rest = sync(uri=default_uri(tmp_path))

    assert len(set(told)) == 2
    assert other.exitcode == 0
    assert rest.waiting == ()
    assert [run.info.status for run in runs(default_uri(tmp_path))] == ["FINISHED"] * 2
