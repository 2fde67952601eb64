"""Experiments in MLflow: the only file that imports it. Telemetry is off, and nothing personal is logged."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sbwarn.errors import SettingError, StoreError
from sbwarn.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sbwarn.training.importance import Importance
    from sbwarn.training.retrain import Training

DEFAULT_FOLDER = Path("mlruns")
DATABASE = "mlflow.db"
MAKER = {"mlflow.user": "sbwarn", "mlflow.source.name": "sbwarn"}
"""MLflow's own guesses at user and source path are overruled: they would name a person and a machine."""


def default_uri(folder: Path = DEFAULT_FOLDER) -> str:
    """The SQLite store in a folder.

    >>> default_uri(Path("/srv/runs"))
    'sqlite:////srv/runs/mlflow.db'
    """
    return f"sqlite:///{Path(folder).resolve() / DATABASE}"


def log_training(training: Training, release: Path, charts: Sequence[Path], *, uri: str | None = None) -> str:
    """The id of a finished MLflow run that holds parameters, data digests, metrics, charts and the release folder.

    Args:
        training: What was trained.
        release: The release's folder.
        charts: Files to keep beside it.
        uri: A store or server; None for the SQLite store in `mlruns/`.

    Raises:
        SettingError: MLflow is not installed.
        StoreError: the store or server cannot be used; the release itself is safe.
    """
    return _logged(
        lambda client, run: _log(client, run, training, release, charts),
        uri=uri,
        experiment=f"sbwarn/{training.rule.name}/3-6-12",
        name=release.name,
        tags=_tags(training, release),
        safe=str(release),
    )


def log_importance(found: Importance, table: Path, *, uri: str | None = None) -> str:
    """The id of a finished MLflow run that holds what each family and indicator is worth.

    Args:
        found: What was measured.
        table: A file with the same figures, to keep beside them.
        uri: A store or server; None for the SQLite store in `mlruns/`.

    Raises:
        SettingError: MLflow is not installed.
        StoreError: the store or server cannot be used; the file itself is safe.
    """
    label = found.label.split()[0]
    return _logged(
        lambda client, run: _log_worth(client, run, found, table),
        uri=uri,
        experiment=f"sbwarn/{label}/importance",
        name=f"{found.dataset}-{found.as_of}",
        tags={"as_of": found.as_of, "label": found.label, "synthetic": str(found.synthetic).lower(), **MAKER},
        safe=str(table),
    )


def _log_worth(client: Any, run: str, found: Importance, table: Path) -> None:
    client.log_param(run, "origins", " ".join(found.origins))
    for row in found.whole.to_dict("records"):
        for measure in ("auc", "ap", "n", "events"):
            client.log_metric(run, f"{row['horizon']}m/whole/{measure}", row[measure])
    for row in found.losses.to_dict("records"):
        name = f"{row['horizon']}m/{row['way']}/{row['kind']}/{row['name']}"
        for measure in ("auc_loss", "auc_low", "auc_high", "ap_loss"):
            client.log_metric(run, f"{name}/{measure}", row[measure])
    client.log_artifact(run, str(table), "importance")


def _logged(
    log: Callable[[Any, str], None],
    *,
    uri: str | None,
    experiment: str,
    name: str,
    tags: Mapping[str, str],
    safe: str,
) -> str:
    """The id of a run that is finished, or marked as failed."""
    mlflow = _mlflow()
    where = uri or default_uri()
    try:
        with _fresh_store(where):
            client = mlflow.MlflowClient(tracking_uri=where)
            home = _experiment(client, experiment, where)
        run = client.create_run(home, run_name=name, tags=dict(tags))
        try:
            log(client, run.info.run_id)
        except BaseException:
            client.set_terminated(run.info.run_id, status="FAILED")
            raise
        client.set_terminated(run.info.run_id, status="FINISHED")
    except Exception as refusal:
        # MLflow lets the errors of its database and network libraries through as they are.
        why = _first_line(refusal, where)
        raise StoreError(
            say("errors.tracking", uri=_without_secrets(where), release=safe, why=why)
        ) from refusal
    return str(run.info.run_id)


def _mlflow() -> Any:
    """MLflow, told beforehand to keep quiet: it would look up its maker's host on the first run otherwise."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "10")
    # Its store tells every table that it creates.
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
    try:
        import mlflow
    except ImportError as missing:
        raise SettingError(say("errors.extra", what="sbwarn retrain", extra="train")) from missing
    return mlflow


@contextmanager
def _fresh_store(uri: str) -> Iterator[None]:
    """Two processes that create one SQLite store at once break it for good, so the first comes alone."""
    if not uri.startswith("sqlite:///"):
        yield
        return
    import fcntl

    folder = Path(uri.removeprefix("sqlite:///")).parent
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _experiment(client: Any, name: str, uri: str) -> str:
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    if uri.startswith("sqlite:///"):
        place = (Path(uri.removeprefix("sqlite:///")).parent / "artifacts").resolve().as_uri()
        return str(client.create_experiment(name, artifact_location=place))
    return str(client.create_experiment(name))


def _tags(training: Training, release: Path) -> Mapping[str, str]:
    """Facts about the run."""
    return {
        "release": release.name,
        "as_of": training.release.as_of,
        "label": training.rule.title,
        "synthetic": str(training.release.demonstration).lower(),
        **MAKER,
    }


def _log(client: Any, run: str, training: Training, release: Path, charts: Sequence[Path]) -> None:
    facts = training.release
    parameters = {
        **facts.parameters,
        "seed": facts.seed,
        "rows": training.rows,
        "events": training.events,
        "tested": facts.tested,
        **{f"data.{quantity}": digest for quantity, digest in facts.data.items()},
    }
    for name, value in parameters.items():
        client.log_param(run, name, value)
    for name, value in _metrics(training).items():
        client.log_metric(run, name, value)
    for chart in charts:
        client.log_artifact(run, str(chart), "charts")
    client.log_artifacts(run, str(release), "release")
    with tempfile.TemporaryDirectory() as folder:
        for horizon, table in training.outcomes.items():
            path = Path(folder) / f"outcomes_{horizon}m.parquet"
            table.drop(columns=["shop_id"], errors="ignore").to_parquet(path)
            client.log_artifact(run, str(path), "outcomes")


def _metrics(training: Training) -> dict[str, float]:
    """Each figure with its interval, n and crises, under one flat name."""
    flat: dict[str, float] = {}
    for horizon, populations in training.release.metrics.items():
        for population, models in populations.items():
            for model, measures in models.items():
                for measure, figure in measures.items():
                    name = f"{horizon}m/{population}/{model}/{measure}"
                    flat |= {name: figure.value, f"{name}/low": figure.low, f"{name}/high": figure.high}
                    flat |= {
                        f"{horizon}m/{population}/n": figure.n,
                        f"{horizon}m/{population}/events": figure.events,
                    }
    return flat


def _first_line(refusal: BaseException, uri: str) -> str:
    line = (str(refusal).splitlines() or [type(refusal).__name__])[0]
    secret = uri.partition("://")[2].rpartition("@")[0]
    return (line.replace(f"{secret}@", "") if secret else line)[:200]


def _without_secrets(uri: str) -> str:
    """The address without user and password."""
    scheme, _, rest = uri.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
