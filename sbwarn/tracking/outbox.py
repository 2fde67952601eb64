"""The outbox: what is to be uploaded, as plain files, until it has arrived. Nothing here needs MLflow."""

from __future__ import annotations

import json
import math
import secrets
import shutil
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sbwarn.errors import StoreError
from sbwarn.messages import say
from sbwarn.tables.atomic import whole_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PAGE = "run.json"
ARTIFACTS = "artifacts"
A_DAY = timedelta(days=1)
"""No run takes longer to be written."""

Kind = Literal["run", "aliases"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that waits: a run with its files, or which release is in force."""

    kind: Kind
    name: str
    """Of the run, or of the release that is in force."""
    experiment: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    """NaN where something could not be measured."""
    model: str = ""
    """Registered model that gets a version of the release in `artifacts/release`; empty for none."""
    previous: str | None = None
    """For `aliases`: the release that was in force before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An entry in its folder."""

    id: str
    """Name of the folder; later ones sort behind. Whatever comes of the entry in the store bears it as a tag."""
    path: Path
    entry: Entry

    @property
    def artifacts(self) -> Path:
        """The files that belong to it."""
        return self.path / ARTIFACTS


def put(entry: Entry, outbox: Path, fill: Callable[[Path], None] = lambda _: None) -> Waiting:
    """The entry in its folder, whole and on the disk.

    Args:
        entry: What is to be uploaded.
        outbox: Folder of entries.
        fill: Writes the entry's files into the folder that it is given.

    Raises:
        StoreError: the disk refuses.
    """
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(4)}"
    path = Path(outbox) / name
    with whole_folder(path, marker=PAGE) as folder:
        (folder / ARTIFACTS).mkdir()
        fill(folder / ARTIFACTS)
        page = json.dumps(_as_plain(asdict(entry)), indent=1, ensure_ascii=False, allow_nan=False)
        (folder / PAGE).write_text(page + "\n", "utf-8")
    return Waiting(id=name, path=path, entry=entry)


def waiting(outbox: Path) -> list[Path]:
    """Folders of the entries, in the order in which they were put there."""
    # A folder that is still being written, or removed, has a name with a dot.
    return sorted(page.parent for page in Path(outbox).glob(f"[!.]*/{PAGE}"))


def read(path: Path) -> Waiting:
    """The entry in a folder.

    Raises:
        StoreError: it is damaged.
    """
    try:
        page: dict[str, Any] = json.loads((path / PAGE).read_text("utf-8"))
        page["metrics"] = {
            name: math.nan if value is None else float(value) for name, value in page["metrics"].items()
        }
        entry = Entry(**page)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as damage:
        raise StoreError(say("registry.damaged", path=path)) from damage
    return Waiting(id=path.name, path=path, entry=entry)


def remove(path: Path) -> None:
    """Take an entry out of the outbox, whole: what is half removed is no entry any more."""
    gone = path.rename(path.with_name(f".{path.name}.sent"))
    shutil.rmtree(gone, ignore_errors=True)


def sweep(outbox: Path, *, now: datetime | None = None) -> None:
    """Remove what killed processes left half written or half removed more than a day ago."""
    before = ((now or datetime.now(UTC)) - A_DAY).timestamp()
    for path in Path(outbox).glob(".*"):
        if path.stat().st_mtime < before:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _as_plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_plain(each) for name, each in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value
