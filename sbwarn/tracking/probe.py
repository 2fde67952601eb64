"""Can the store be used now? Asked beforehand, with short patience: MLflow itself would wait for minutes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

from sbwarn.messages import say
from sbwarn.tracking.store import database_of, mlflow, without_secrets

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 3.0
"""For a server's answer, and for a lock to be released."""
BROKEN = 500
"""HTTP states from here on are the server's own failure; below, it is there and says what it wants."""


def trouble(uri: str) -> str | None:
    """Why the store cannot be used now, in one line; None if nothing is known against it.

    A database that does not exist yet is no trouble. Of a store that is neither SQLite nor a web server nothing is
    known beforehand.
    """
    path = database_of(uri)
    if path is not None:
        return _of_database(path, uri) if path.is_file() and path.stat().st_size else None
    return _of_server(uri) if uri.startswith(("http://", "https://")) else None


def _of_server(uri: str) -> str | None:
    parts = urlsplit(without_secrets(uri))
    health = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/health"
    try:
        with urlopen(Request(health), timeout=SECONDS):  # noqa: S310 - http and https alone come here
            return None
    except HTTPError as answer:
        answer.close()
        return f"HTTP {answer.code}" if answer.code >= BROKEN else None
    except URLError as refusal:
        return str(refusal.reason)
    except OSError as refusal:
        return str(refusal) or type(refusal).__name__


def _of_database(path: Path, uri: str) -> str | None:
    """Takes the write lock and gives it back; a reader alone would not notice another's."""
    try:
        with closing(
            sqlite3.connect(
                f"file:{quote(str(path))}?mode=rw", uri=True, timeout=SECONDS, isolation_level=None
            )
        ) as database:
            database.execute("BEGIN IMMEDIATE")
            tables = {
                name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
            if not tables - {"alembic_version"}:
                return None
            if "alembic_version" not in tables:
                return say("registry.no_store_of_mlflow")
            states = sorted(state for (state,) in database.execute("SELECT version_num FROM alembic_version"))
            return _of_schema(states, uri)
    except sqlite3.Error as refusal:
        return str(refusal)


def _of_schema(states: list[str], uri: str) -> str | None:
    """A migration that was broken off, or another version's database: MLflow would refuse it, or worse, go on."""
    mlflow()
    from mlflow.store.db.utils import _get_latest_schema_revision as wanted

    head = wanted()
    if states == [head]:
        return None
    return say("registry.migrated", have=" ".join(states) or "–", wanted=head, uri=without_secrets(uri))
