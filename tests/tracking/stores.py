"""Stores for tests: an empty SQLite store, made once a process, and a real server on loopback."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

from sbwarn.releases.record import Figure, Verdict
from sbwarn.releases.save import save_release
from sbwarn.tracking.store import client_of, default_uri, hushed, opened
from tests import small_city

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sbwarn.training.retrain import Training

ROOT = Path(__file__).parents[2]
SECONDS = 120


@cache
def _empty() -> Path:
    home = Path(tempfile.mkdtemp(prefix="sbwarn-store-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    with hushed(), opened(default_uri(home)) as client:
        client.search_experiments()
    return home / "mlflow.db"


def store(folder: Path) -> str:
    """The address of an empty store in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_empty(), folder / "mlflow.db")
    return default_uri(folder)


def client(uri: str):
    """A client of a store, MLflow's warnings left out."""
    with hushed():
        return client_of(uri)


def runs(uri: str) -> list:
    """Every run of a store."""
    told = client(uri)
    homes = [home.experiment_id for home in told.search_experiments()]
    return told.search_runs(homes, order_by=["attributes.start_time ASC"])


def verdict(name: str = "auc", *, passed: bool | None = True, optional: bool = False) -> Verdict:
    """A criterion of the gates."""
    return Verdict(
        name=name, measure="auc", rule="low >= 0.65", value=0.7, low=0.6, high=0.8, n=2000, events=90, passed=passed,
        optional=optional, reason="",
    )  # fmt: skip


def training(*gates: Verdict, **measures: Figure) -> Training:
    """The small city's training with these gates and measures."""
    whole = small_city.training()
    return replace(whole, release=replace(whole.release, gates=gates, measures=measures))


def released(models: Path, *gates: Verdict) -> str:
    """Name of a release of the small city with these gates, saved in a folder."""
    whole = training(*gates)
    return save_release(whole.release, whole.golden, models).id


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(*arguments: object, health: str, log: Path, **more: str) -> Iterator[None]:
    """While the block runs, `mlflow` with these arguments answers; then it is ended with all its children."""
    surroundings = {
        **os.environ,
        **more,
        "PYTHONPATH": str(ROOT),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "OMP_NUM_THREADS": "1",
    }
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "mlflow", *map(str, arguments)],
            env=surroundings, cwd=log.parent, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
        try:
            _wait(process, health, log)
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def server(folder: Path, port: int) -> Iterator[str]:
    """An MLflow server on loopback, its database and files in a folder."""
    uri = f"http://127.0.0.1:{port}"
    with running(
        "server", "--backend-store-uri", store(folder), "--artifacts-destination", (folder / "files").as_uri(),
        "--host", "127.0.0.1", "--port", port, "--workers", 1,
        health=f"{uri}/health", log=folder / "server.log",
    ):  # fmt: skip
        yield uri


def _wait(process: subprocess.Popen, health: str, log: Path) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(health, timeout=2):  # noqa: S310 - loopback
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text("utf-8", errors="replace")[-2000:])
