"""From the outbox to the store: at once if it can be used, later with `sync` if it cannot."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sbwarn.errors import StoreError
from sbwarn.messages import say
from sbwarn.releases.registry import held
from sbwarn.tracking.logged import Logged
from sbwarn.tracking.outbox import Entry, put, read, remove, sweep, waiting
from sbwarn.tracking.probe import trouble
from sbwarn.tracking.store import default_uri, one_line, outbox_of, without_secrets
from sbwarn.tracking.upload import close_stale, upload

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sbwarn.tracking.outbox import Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What `sync` did."""

    uploaded: tuple[str, ...]
    """Names of what arrived, in order."""
    closed: int
    """Runs that had been left running for more than a day, and are called killed now."""
    waiting: tuple[Path, ...]
    """Entries that wait on."""
    why: str
    """Why; empty if nothing waits."""
    missing: tuple[str, ...] = ()
    """Releases in force that the store does not hold, so that no alias points at them."""


def send(
    entry: Entry,
    fill: Callable[[Path], None] = lambda _: None,
    *,
    uri: str | None = None,
    outbox: Path | None = None,
) -> Logged:
    """What became of an entry: it is written to the outbox, uploaded, and taken out. No failure of the store is raised.

    Args:
        entry: What is to be uploaded.
        fill: Writes its files into the folder that it is given.
        uri: A store or server; None for the SQLite store in `mlruns/`.
        outbox: Where it waits if the store cannot be used; None for the folder beside the store.
    """
    where = uri or default_uri()
    try:
        waits = put(entry, outbox or outbox_of(where), fill)
    except StoreError as refusal:
        return _without_outbox(entry, fill, where, str(refusal))
    return _sent(waits, where)


def sync(*, uri: str | None = None, outbox: Path | None = None, now: datetime | None = None) -> Synced:
    """What arrived of that which waited, in the order in which it was put there; twice is as good as once.

    Args:
        uri: A store or server; None for the SQLite store in `mlruns/`.
        outbox: Where it waits; None for the folder beside the store.
        now: The moment, by which a run is called left behind; None for now.
    """
    where = uri or default_uri()
    box = outbox or outbox_of(where)
    uploaded: list[str] = []
    missing: list[str] = []
    why = ""
    for path in waiting(box):
        name, sent = _tried(path, where)
        if sent.arrived:
            uploaded.append(name)
            missing += sent.missing
            continue
        why = why or sent.why
        if trouble(where) is not None:
            # What comes behind would fail as well, each after its own patience.
            break
    sweep(box, now=now)
    closed, stale = _closed(where, now) if not why else (0, "")
    return Synced(
        uploaded=tuple(uploaded),
        closed=closed,
        waiting=tuple(waiting(box)),
        why=why or stale,
        missing=tuple(missing),
    )


def _tried(path: Path, uri: str) -> tuple[str, Logged]:
    try:
        waits = read(path)
    except StoreError as damage:
        return path.name, Logged(waiting=path, why=str(damage))
    return waits.entry.name, _sent(waits, uri)


def _sent(waits: Waiting, uri: str) -> Logged:
    """Uploaded and out of the outbox, or still in it."""
    try:
        with held(waits.path):
            arrived = upload(waits, uri)
            if arrived.missing and waiting(waits.path.parent)[0] != waits.path:
                # What it points at may be among the runs that wait before it.
                why = say("registry.behind", releases=", ".join(arrived.missing))
                return Logged(waiting=waits.path, why=why)
            remove(waits.path)
    except Exception as refusal:  # noqa: BLE001 - MLflow lets the errors of its libraries through as they are
        if not waits.path.exists():
            return _found(waits, uri)
        return Logged(waiting=waits.path, why=_why(refusal, uri))
    return arrived


def _found(waits: Waiting, uri: str) -> Logged:
    """Another process was faster: what it uploaded is found by its tag."""
    try:
        return upload(waits, uri)
    except Exception as refusal:  # noqa: BLE001 - as above
        return Logged(why=_why(refusal, uri))


def _without_outbox(entry: Entry, fill: Callable[[Path], None], uri: str, refusal: str) -> Logged:
    """The disk refuses the outbox: the store may still take the run."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            sent = _sent(put(entry, Path(folder), fill), uri)
        except StoreError:
            return Logged(why=refusal)
    return sent if sent.arrived else replace(sent, waiting=None, why=f"{refusal}; {sent.why}")


def _closed(uri: str, now: datetime | None) -> tuple[int, str]:
    try:
        return close_stale(uri, now=now), ""
    except Exception as refusal:  # noqa: BLE001 - as above
        return 0, _why(refusal, uri)


def _why(refusal: Exception, uri: str) -> str:
    line = one_line(refusal, uri)
    return say("registry.cannot", uri=without_secrets(uri), why=line)
