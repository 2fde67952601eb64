"""A change of the release in force becomes known to MLflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sbwarn.tracking.outbox import Entry, waiting
from sbwarn.tracking.sending import send
from sbwarn.tracking.store import database_of, default_uri, outbox_of

if TYPE_CHECKING:
    from pathlib import Path

    from sbwarn.releases.registry import Change
    from sbwarn.tracking.logged import Logged


def log_change(change: Change, *, uri: str | None = None, outbox: Path | None = None) -> Logged | None:
    """What became of the aliases `champion` and `previous`; None if no store was named and none lies in `mlruns/`.

    Args:
        change: The promotion or the rollback, done already.
        uri: A store or server; None for the SQLite store in `mlruns/`.
        outbox: Where the change waits if the store cannot be used; None for the folder beside the store.
    """
    box = outbox or outbox_of(uri)
    path = database_of(default_uri())
    if uri is None and path is not None and not path.exists() and not waiting(box):
        return None
    entry = Entry(kind="aliases", name=str(change.to), previous=change.left)
    return send(entry, uri=uri, outbox=box)
