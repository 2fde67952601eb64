"""One waiting entry becomes a run, exactly once, however often it is tried and wherever the last try was killed."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sbwarn.tracking.aliases import point
from sbwarn.tracking.logged import Logged
from sbwarn.tracking.model import register
from sbwarn.tracking.names import key
from sbwarn.tracking.store import MAKER, database_of, experiment, hushed, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sbwarn.tracking.outbox import Waiting

OURS = "sbwarn.outbox"
"""Tag of a run and of a model's version: the entry that it came from."""
METRICS_AT_ONCE, PARAMS_AT_ONCE = 500, 100
LONGEST_PARAM, LONGEST_TAG = 6000, 5000
A_DAY = timedelta(days=1)
"""No upload takes longer: what still runs then was left behind."""


@hushed()
def upload(waits: Waiting, uri: str) -> Logged:
    """The finished run that holds the entry; for `aliases`, the releases that the store lacks.

    Raises:
        StoreError: the store cannot be used now.
        Exception: whatever MLflow lets through of its database and network libraries.
    """
    with opened(uri) as client:
        if waits.entry.kind == "aliases":
            return Logged(missing=point(client, waits))
        home = experiment(client, waits.entry.experiment, uri)
        done = _earlier(client, home, waits.id)
    return Logged(run_id=done or _fresh(client, home, waits, uri))


@hushed()
def close_stale(uri: str, *, now: datetime | None = None) -> int:
    """How many runs of ours were still called running after a day, and are not any more.

    Raises:
        StoreError: the store cannot be used now.
        Exception: as for `upload`.
    """
    path = database_of(uri)
    if path is not None and not path.is_file():
        return 0
    before = (now or datetime.now(UTC)) - A_DAY
    with opened(uri) as client:
        homes = [
            home.experiment_id for home in client.search_experiments(filter_string="name LIKE 'sbwarn/%'")
        ]
    if not homes:
        return 0
    running = client.search_runs(
        homes,
        "attributes.status = 'RUNNING' AND tags.`mlflow.source.name` = 'sbwarn' "
        f"AND attributes.start_time < {int(before.timestamp() * 1000)}",
    )
    for run in running:
        client.set_terminated(run.info.run_id, status="KILLED")
    return len(running)


def _earlier(client: Any, home: str, entry: str) -> str | None:
    """The run that an earlier try finished, None if none did; what a killed one left is closed."""
    finished = None
    for run in client.search_runs([home], f"tags.`{OURS}` = '{entry}'"):
        if run.info.status == "FINISHED":
            finished = str(run.info.run_id)
            continue
        if run.info.status == "RUNNING":
            client.set_terminated(run.info.run_id, status="KILLED")
        for version in client.search_model_versions(f"run_id = '{run.info.run_id}'"):
            client.delete_model_version(version.name, version.version)
    return finished


def _fresh(client: Any, home: str, waits: Waiting, uri: str) -> str:
    entry = waits.entry
    tags = {key(name): value[:LONGEST_TAG] for name, value in {**entry.tags, **MAKER, OURS: waits.id}.items()}
    run = client.create_run(home, run_name=entry.name, tags=tags)
    number = str(run.info.run_id)
    try:
        _write(client, number, waits)
        if entry.model:
            register(client, number, waits, artifacts=run.info.artifact_uri)
    except BaseException:
        _close(client, number, uri)
        raise
    client.set_terminated(number, status="FINISHED")
    return number


def _write(client: Any, run: str, waits: Waiting) -> None:
    from mlflow.entities import Metric, Param

    entry, moment = waits.entry, int(time.time() * 1000)
    params = [Param(key(name), value[:LONGEST_PARAM]) for name, value in entry.params.items()]
    for some in _parts(params, PARAMS_AT_ONCE):
        client.log_batch(run, params=some)
    metrics = [Metric(key(name), value, moment, 0) for name, value in entry.metrics.items()]
    for some in _parts(metrics, METRICS_AT_ONCE):
        client.log_batch(run, metrics=some)
    client.log_artifacts(run, str(waits.artifacts))


def _close(client: Any, run: str, uri: str) -> None:
    """Call the run failed, unless the store is what failed: then the next upload of this entry does."""
    from sbwarn.tracking.probe import trouble

    if trouble(uri) is None:
        client.set_terminated(run, status="FAILED")


def _parts(things: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(things), size):
        yield things[start : start + size]
