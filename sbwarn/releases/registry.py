"""Which release is in force: promotion through the gates, the way back, and a page that forgets neither.

Two pointers beside the releases, `CURRENT` and `PREVIOUS`, hold a name each; `history.jsonl` holds a line a change, with
no person's name. A line is written before its change and the pointers in an order that leaves, wherever the power
fails, a state that can be read; what a line promised and did not come is told by the next one.
"""

from __future__ import annotations

import json
import math
import os
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sbwarn.errors import ReleaseError, StoreError
from sbwarn.messages import number, say
from sbwarn.releases.load import current_name, load_release
from sbwarn.releases.names import ALLOWED
from sbwarn.releases.save import publish
from sbwarn.tables.atomic import PUBLIC, whole_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sbwarn.releases.record import Release, Verdict

PREVIOUS = "PREVIOUS"
HISTORY = "history.jsonl"
PAUSE = 0.05
"""Seconds between two tries for a lock."""

What = Literal["promote", "rollback", "found"]
"""`found`: the current release was changed, or a promised change did not come, without a word on this page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of the release that is in force."""

    when: str
    """UTC, to the second."""
    what: What
    left: str | None
    """The release that was current before; None if there was none."""
    to: str | None
    """The release that is current from now on."""
    reason: str


def promote(name: str, models: Path, *, reason: str = "", when: datetime | None = None) -> Change:
    """The change that makes a release the current one, after its self-test and only if its gates let it.

    Args:
        name: Of a release under `models`.
        models: Folder of releases.
        reason: Why, in words for whoever reads the history; no person's name.
        when: The moment; None for now.

    Raises:
        ReleaseError: the release is missing or damaged, is current already, has no gates, or one of them stands
            against it: it stays a candidate.
        StoreError: another process changes the current release, or the disk refuses.
    """
    models = Path(models)
    release = load_release(name, models=models)
    refuse_candidate(release)
    with _alone(models):
        left = current_name(models)
        if left == release.id:
            raise ReleaseError(say("registry.errors_current", id=release.id, models=models))
        change = _change("promote", left, release.id, reason, when)
        _note(change, models)
        # This order: if the power fails in between, the old release is still current, and nothing names a wrong one.
        _point_back(left, models)
        publish(release.id, models)
    return change


def rollback(models: Path, *, reason: str = "", when: datetime | None = None) -> Change:
    """The change that makes the previous release current again; the one that is left becomes the previous.

    Gates are not asked: what was in force once may come back, a release of protocol 1 too.

    Args:
        models: Folder of releases.
        reason: Why, in words for whoever reads the history; no person's name.
        when: The moment; None for now.

    Raises:
        ReleaseError: there is no previous release, or it is missing or damaged.
        StoreError: another process changes the current release, or the disk refuses.
    """
    models = Path(models)
    with _alone(models):
        left, name = current_name(models), previous_name(models)
        if name is None:
            raise ReleaseError(say("registry.errors_no_previous", models=models))
        release = load_release(name, models=models)
        change = _change("rollback", left, release.id, reason, when)
        _note(change, models)
        # Here the other order: the way back is the urgent half.
        publish(release.id, models)
        _point_back(left, models)
    return change


def refuse_candidate(release: Release) -> None:
    """Nothing, if every gate lets the release pass.

    Raises:
        ReleaseError: it has no gates, or some stand against it; the text names each with its figures.
    """
    if not release.gates:
        raise ReleaseError(say("registry.errors_no_gates", id=release.id))
    against = [verdict for verdict in release.gates if not verdict.holds]
    if against:
        raise ReleaseError(
            say(
                "registry.errors_gates",
                id=release.id,
                count=len(against),
                of=len(release.gates),
                which="; ".join(map(_told, against)),
            )
        )


def previous_name(models: Path) -> str | None:
    """Name of the release that was current before, None if there is none.

    While a change is unfinished both pointers may hold one name: then there is none.
    """
    pointer = Path(models) / PREVIOUS
    if not pointer.is_file():
        return None
    name = pointer.read_text("utf-8", errors="replace").strip()
    return None if name == current_name(models) else name


def history(models: Path) -> list[Change]:
    """The changes of the current release, oldest first; a line that was torn by a power cut is left out."""
    page = Path(models) / HISTORY
    lines = page.read_text("utf-8", errors="replace").splitlines() if page.is_file() else []
    return [change for change in map(_read, lines) if change is not None]


@contextmanager
def held(folder: Path, *, seconds: float = 0.0) -> Iterator[None]:
    """While the block runs no other process holds this folder; the system lets go when the process ends, however.

    Args:
        folder: Must exist; nothing is written into it.
        seconds: How long to wait for another process.

    Raises:
        StoreError: another process holds it for longer.
        OSError: there is no such folder.
    """
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        end = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= end:
                    raise StoreError(say("registry.errors_busy", path=folder)) from None
                time.sleep(PAUSE)
            else:
                break
        yield
    finally:
        os.close(handle)


@contextmanager
def _alone(models: Path) -> Iterator[None]:
    try:
        with held(models):
            yield
    except OSError as refusal:
        raise StoreError(
            say("errors.cannot_write", path=models, why=refusal.strerror or refusal)
        ) from refusal


def _change(what: What, left: str | None, to: str | None, reason: str, when: datetime | None) -> Change:
    moment = (when or datetime.now(UTC)).astimezone(UTC)
    return Change(
        when=moment.isoformat(timespec="seconds"),
        what=what,
        left=left,
        to=to,
        reason=" ".join(reason.split()),
    )


def _note(change: Change, models: Path) -> None:
    """Append the change; before it, what the page has not told."""
    told = history(models)
    lines = [change]
    if told and told[-1].to != change.left:
        lines.insert(0, Change(when=change.when, what="found", left=told[-1].to, to=change.left, reason=""))
    page = models / HISTORY
    torn = page.is_file() and page.stat().st_size and not page.read_bytes().endswith(b"\n")
    text = "".join(json.dumps(asdict(line), ensure_ascii=False) + "\n" for line in lines)
    with page.open("ab") as out:
        out.write(("\n" if torn else "").encode() + text.encode())
        out.flush()
        os.fsync(out.fileno())


def _read(line: str) -> Change | None:
    try:
        return Change(**json.loads(line))
    except (ValueError, TypeError):
        return None


def _point_back(name: str | None, models: Path) -> None:
    """A pointer that somebody wrote by hand is not passed on if no release can have such a name."""
    if name is None or not ALLOWED.fullmatch(name):
        return
    with whole_file(models / PREVIOUS, mode=PUBLIC) as fresh:
        fresh.write_text(name + "\n", "utf-8")


def _told(verdict: Verdict) -> str:
    if verdict.passed is None:
        return say("registry.gate_unmeasured", name=verdict.name, rule=verdict.rule)
    return say(
        "registry.gate_failed",
        name=verdict.name,
        rule=verdict.rule,
        value=_figure(verdict.value),
        low=_figure(verdict.low),
        high=_figure(verdict.high),
        n=number(verdict.n, "count"),
        events=number(verdict.events, "count"),
    )


def _figure(value: float) -> str:
    return f"{value:.3f}" if math.isfinite(value) else number(value)
