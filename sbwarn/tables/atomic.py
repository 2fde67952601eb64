"""Folders and files that appear whole or not at all: a temporary sibling, synced, then renamed."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sbwarn.errors import StoreError
from sbwarn.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator

PRIVATE = 0o600
PUBLIC = 0o644


@contextmanager
def whole_folder(out: Path, *, marker: str) -> Iterator[Path]:
    """A temporary folder to fill; when the block ends well it takes the place of `out`, else it is gone.

    Args:
        out: Where the folder shall stand. What stood there stays untouched until the new one is complete.
        marker: A file that every folder of this kind holds. A full folder without it is somebody else's.

    Raises:
        StoreError: `out` is not such a folder, another writer holds it, or the disk refuses.
    """
    out = Path(out)
    if out.exists() and not (out.is_dir() and ((out / marker).is_file() or not any(out.iterdir()))):
        raise StoreError(say("errors.not_ours", path=out, marker=marker))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with _only_writer(out):
            fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
            try:
                yield fresh
                _sync(fresh)
                _take_place(fresh, out)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
    except OSError as refusal:
        raise StoreError(say("errors.cannot_write", path=out, why=refusal.strerror or refusal)) from refusal


@contextmanager
def whole_file(out: Path, *, mode: int = PRIVATE) -> Iterator[Path]:
    """A temporary file to write; when the block ends well it takes the place of `out`, else it is gone.

    Args:
        out: Where the file shall stand.
        mode: Its permissions; by default nobody but the owner reads it, for it may name shops.

    Raises:
        StoreError: the disk refuses.
    """
    out = Path(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
        os.close(handle)
        fresh = Path(name)
        try:
            yield fresh
            _sync_file(fresh)
            fresh.chmod(mode)
            fresh.replace(out)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as refusal:
        raise StoreError(say("errors.cannot_write", path=out, why=refusal.strerror or refusal)) from refusal


@contextmanager
def _only_writer(out: Path) -> Iterator[None]:
    lock = out.parent / f".{out.name}.lock"
    _seize(lock, out)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _seize(lock: Path, out: Path) -> None:
    for _ in range(2):
        try:
            handle = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            holder = _holder(lock)
            if holder is not None:
                raise StoreError(say("errors.locked", path=out, pid=holder)) from None
            # The writer died without a word; its lock binds nobody.
            lock.unlink(missing_ok=True)
        else:
            with os.fdopen(handle, "w") as page:
                page.write(str(os.getpid()))
            return
    raise StoreError(say("errors.locked", path=out, pid="?"))


def _holder(lock: Path) -> int | None:
    """Process that holds the lock, None if it is gone."""
    try:
        pid = int(lock.read_text())
        os.kill(pid, 0)
    except (ValueError, ProcessLookupError, FileNotFoundError):
        return None
    except PermissionError:
        return pid
    return pid


def _take_place(fresh: Path, out: Path) -> None:
    aside = out.parent / f".{out.name}.{os.getpid()}.old"
    fresh.chmod(0o755)
    if out.exists():
        out.replace(aside)
    try:
        fresh.replace(out)
    except OSError:
        if aside.exists():
            aside.replace(out)
        raise
    shutil.rmtree(aside, ignore_errors=True)
    _sync_entry(out.parent)


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            _sync_file(path)
    _sync_entry(folder)


def _sync_file(path: Path) -> None:
    with path.open("rb+") as page:
        os.fsync(page.fileno())


def _sync_entry(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
