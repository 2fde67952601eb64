"""What a run in MLflow holds, and what it must not hold. mlflow takes seconds to import: its tests are all here."""

import getpass
import multiprocessing
import os
import socket
from pathlib import Path

import pytest

from sbwarn.errors import StoreError
from sbwarn.indicators.build import named
from sbwarn.releases.load import FILES, load_release
from sbwarn.releases.names import MANIFEST
from sbwarn.tracking import default_uri, log_importance, log_training
from sbwarn.training.importance import importance
from tests import small_city

pytestmark = pytest.mark.filterwarnings("ignore:::mlflow", "ignore:::sqlalchemy", "ignore:::alembic")


def client_of(uri: str):
    import mlflow

    return mlflow.MlflowClient(tracking_uri=uri)


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    """A finished run and the client of its store."""
    root = tmp_path_factory.mktemp("runs")
    chart = root / "roc_6m.svg"
    chart.write_text("<svg/>")
    uri = default_uri(root)
    run = log_training(small_city.training(), small_city.release_folder(), [chart], uri=uri)
    client = client_of(uri)
    return client, client.get_run(run)


@pytest.fixture(scope="module")
def weighed(tmp_path_factory):
    """A run with the worth of a few indicators."""
    root = tmp_path_factory.mktemp("weighed")
    wanted = named(("sales_3m_vs_12m", "sales_drawdown_12m", "rent_per_m2"))
    found = importance(
        small_city.history(), small_city.LAST, trees=10, origins=1, horizons=(6,), wanted=wanted
    )
    table = root / "importance.csv"
    found.losses.to_csv(table, index=False)
    client = client_of(default_uri(root))
    return found, client, client.get_run(log_importance(found, table, uri=default_uri(root)))


def test_a_run_holds_what_each_family_and_indicator_is_worth(weighed):
    found, client, run = weighed
    dropped = found.losses.query("way == 'dropped' and name == 'sales'").iloc[0]

    assert run.info.status == "FINISHED"
    assert run.data.metrics["6m/dropped/family/sales/auc_loss"] == dropped["auc_loss"]
    assert "6m/permuted/indicator/rent_per_m2/auc_low" in run.data.metrics
    assert run.data.metrics["6m/whole/n"] == found.whole["n"].iloc[0]
    assert run.data.tags["synthetic"] == "true"
    assert artifacts(client, run, "importance") == ["importance.csv"]


def test_a_run_of_worths_names_no_person(weighed):
    _, _, run = weighed

    assert run.data.tags["mlflow.user"] == "sbwarn"


def artifacts(client, run, folder: str) -> list[str]:
    return sorted(Path(entry.path).name for entry in client.list_artifacts(run.info.run_id, folder))


def test_a_run_ends_finished_and_bears_the_release_s_name(logged):
    _, run = logged

    assert run.info.status == "FINISHED"
    assert run.info.run_name == small_city.release_folder().name
    assert run.data.tags["release"] == small_city.release_folder().name
    assert run.data.tags["as_of"] == small_city.TRAINED
    assert run.data.tags["synthetic"] == "true"


def test_a_run_holds_the_parameters_and_the_digests_of_what_it_learnt_from(logged):
    _, run = logged
    release = small_city.release()

    assert run.data.params["seed"] == str(release.seed)
    assert run.data.params["trees"] == str(small_city.TREES)
    assert run.data.params["learning_rate"] == str(release.parameters["learning_rate"])
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
    assert "6m/trading/logistic/brier" in run.data.metrics
    assert "6m/trading/momentum/auc" in run.data.metrics


def test_the_release_in_a_run_loads(logged, tmp_path):
    client, run = logged

    folder = client.download_artifacts(run.info.run_id, "release", str(tmp_path))

    assert artifacts(client, run, "release") == sorted([*FILES, MANIFEST])
    assert load_release(folder).id == small_city.release().id


def test_charts_and_outcomes_lie_beside_it_without_any_shop_s_number(logged, tmp_path):
    import pandas as pd

    client, run = logged

    folder = Path(client.download_artifacts(run.info.run_id, "outcomes", str(tmp_path)))

    assert artifacts(client, run, "charts") == ["roc_6m.svg"]
    for path in folder.iterdir():
        assert "shop_id" not in pd.read_parquet(path).columns


def test_a_run_says_nothing_of_the_person_or_the_machine(logged):
    _, run = logged
    said = {
        **run.data.params,
        **{key: value for key, value in run.data.tags.items() if "artifact" not in key},
    }

    assert run.data.tags["mlflow.user"] == "sbwarn"
    assert run.info.user_id in {"sbwarn", "", None, "unknown"}
    for name, value in said.items():
        assert str(Path(__file__).parents[1]) not in value, name
        assert str(Path.home()) not in value or str(Path.home()) == "/", name
        assert str(small_city.models()) not in value, name
        assert socket.gethostname() not in value, name
        assert value != getpass.getuser(), name


def test_artifacts_lie_beside_the_store_and_not_in_the_working_folder(logged):
    _, run = logged

    assert "/runs0/artifacts/" in run.info.artifact_uri
    assert not Path("mlruns").exists() or not any(Path("mlruns").glob(f"*/{run.info.run_id}"))


def test_mlflow_is_told_to_keep_quiet(logged):
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] == "1"


def test_a_second_run_joins_the_first_in_one_experiment(logged):
    client, run = logged

    second = log_training(small_city.training(), small_city.release_folder(), [], uri=client.tracking_uri)

    assert client.get_run(second).info.experiment_id == run.info.experiment_id


def test_a_store_in_a_file_s_place_is_refused_and_the_release_is_safe(tmp_path):
    (tmp_path / "taken").write_text("a file")
    folder = small_city.copy_of_release(tmp_path)

    with pytest.raises(StoreError, match=r"the release itself is safe in .*city-2026-03-"):
        log_training(small_city.training(), folder, [], uri=default_uri(tmp_path / "taken"))

    assert load_release(folder).demonstration


def test_a_store_that_is_no_database_is_refused_and_the_release_is_safe(tmp_path):
    (tmp_path / "mlflow.db").write_bytes(b"this is no database, and long enough to be seen as none. " * 20)
    folder = small_city.copy_of_release(tmp_path)

    with pytest.raises(StoreError, match=r"mlflow\.db cannot be used"):
        log_training(small_city.training(), folder, [], uri=default_uri(tmp_path))

    assert load_release(folder).demonstration


def test_a_store_of_an_unknown_kind_is_refused_without_its_secret(tmp_path):
    with pytest.raises(StoreError) as refusal:
        log_training(
            small_city.training(), small_city.release_folder(), [], uri="gopher://kim:geheim@example.org/runs"
        )

    assert "geheim" not in str(refusal.value)


def test_a_run_that_breaks_off_is_marked_failed(logged, tmp_path):
    client, whole = logged
    missing = tmp_path / "missing.svg"

    with pytest.raises(StoreError):
        log_training(small_city.training(), small_city.release_folder(), [missing], uri=client.tracking_uri)

    last = client.search_runs([whole.info.experiment_id], order_by=["attributes.start_time DESC"])[0]
    assert last.info.status == "FAILED"


def _log_once(home: str, training, release: Path, start, done) -> None:
    try:
        import mlflow  # noqa: F401 - importing takes seconds, and the race is over the store

        start.wait(60)
        done.put(log_training(training, release, [], uri=default_uri(Path(home))))
    except Exception as failure:  # noqa: BLE001 - the parent judges it
        done.put(repr(failure))


def test_two_processes_that_create_one_store_at_once_both_succeed(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    start, done = spawn.Barrier(2), spawn.Queue()
    training, release = small_city.training(), small_city.release_folder()
    both = [
        spawn.Process(target=_log_once, args=(str(tmp_path), training, release, start, done))
        for _ in range(2)
    ]

    for each in both:
        each.start()
    told = [done.get(timeout=90) for _ in both]
    for each in both:
        each.join(30)

    assert [each.exitcode for each in both] == [0, 0]
    client = client_of(default_uri(tmp_path))
    assert {client.get_run(run).info.status for run in told} == {"FINISHED"}
    assert len(set(told)) == 2
