"""The store: where it lies, a client of it, and MLflow told to keep quiet."""

from __future__ import annotations

import os
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sbwarn.errors import SettingError, StoreError
from sbwarn.messages import say
from sbwarn.releases.registry import held

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_FOLDER = Path("mlruns")
DATABASE = "mlflow.db"
OUTBOX = "outbox"
SQLITE = "sqlite:///"
MAKER = {"mlflow.user": "sbwarn", "mlflow.source.name": "sbwarn"}
"""MLflow's own guesses at user and source path are overruled: they would name a person and a machine."""
PATIENCE = 6.0
"""Seconds to wait for another process that creates the store; with the probe it stays under ten."""
QUIET = {
    # It would look up its maker's host on the first run.
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    # A server that is down would block a call for minutes. What fails waits in the outbox anyway.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "6",
    # It logs a traceback beside each error that it raises, and each table that it creates.
    "MLFLOW_LOGGING_LEVEL": "CRITICAL",
}


def default_uri(folder: Path = DEFAULT_FOLDER) -> str:
    """The SQLite store in a folder.

    >>> default_uri(Path("/srv/runs"))
    'sqlite:////srv/runs/mlflow.db'
    """
    return f"{SQLITE}{Path(folder).resolve() / DATABASE}"


def outbox_of(uri: str | None = None) -> Path:
    """Where runs wait for a store: beside its database, or in `mlruns/` for a server.

    >>> outbox_of("sqlite:////srv/runs/mlflow.db"), outbox_of("http://127.0.0.1:5000")
    (PosixPath('/srv/runs/outbox'), PosixPath('mlruns/outbox'))
    """
    path = database_of(uri or default_uri())
    return (path.parent if path else DEFAULT_FOLDER) / OUTBOX


def database_of(uri: str) -> Path | None:
    """The file of a SQLite store; None for any other.

    >>> database_of("sqlite:///runs/mlflow.db"), database_of("https://example.org")
    (PosixPath('runs/mlflow.db'), None)
    """
    return Path(uri.removeprefix(SQLITE).partition("?")[0]) if uri.startswith(SQLITE) else None


def mlflow() -> Any:
    """MLflow, told beforehand to keep quiet.

    Raises:
        SettingError: it is not installed.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    try:
        import mlflow as library
    except ImportError as missing:
        raise SettingError(say("errors.extra", what="MLflow", extra="train")) from missing
    return library


@contextmanager
def hushed() -> Iterator[None]:
    """Inside, MLflow's advice about itself is kept from the user: of type hints, of examples, of its libraries."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def opened(uri: str) -> Iterator[Any]:
    """A client of the store, which is created if need be. Only this process opens the store until the block ends.

    Two processes that create one SQLite store at once break it for good, so the first comes alone.

    Raises:
        StoreError: it cannot be used now; the text says why.
        SettingError: MLflow is not installed.
    """
    from sbwarn.tracking.probe import trouble

    path = database_of(uri)
    if path is None:
        _refuse(trouble(uri))
        yield client_of(uri)
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with held(path.parent, seconds=PATIENCE):
            _refuse(trouble(uri))
            yield client_of(uri)
    except OSError as refusal:
        raise StoreError(refusal.strerror or str(refusal)) from refusal


def client_of(uri: str) -> Any:
    """A client of runs and models both, whatever the environment says of a registry elsewhere."""
    return mlflow().MlflowClient(tracking_uri=uri, registry_uri=uri)


def experiment(client: Any, name: str, uri: str) -> str:
    """The number of the experiment of this name; files of a SQLite store lie beside it, not in the working folder."""
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    path = database_of(uri)
    place = (path.parent / "artifacts").resolve().as_uri() if path else None
    return str(client.create_experiment(name, artifact_location=place))


def one_line(refusal: BaseException, uri: str) -> str:
    """The first line of an error, without the store's user and password."""
    line = (str(refusal).splitlines() or [""])[0] or type(refusal).__name__
    secret = uri.partition("://")[2].rpartition("@")[0]
    told = line.replace(f"{secret}@", "") if secret else line
    # Our own words end with the remedy; a driver's can go on for pages.
    return told if isinstance(refusal, StoreError) else told[:200]


def without_secrets(uri: str) -> str:
    """The address without user and password.

    >>> without_secrets("https://kim:geheim@example.org/mlflow")
    'https://example.org/mlflow'
    """
    scheme, _, rest = uri.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _refuse(why: str | None) -> None:
    if why is not None:
        raise StoreError(why)
