"""A folder becomes a release: read, verify, construct, self-test. Any difference is refused, naming file or row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sbwarn.assets import folder as asset_folder
from sbwarn.errors import CatalogueError, ReleaseError
from sbwarn.indicators.build import named
from sbwarn.indicators.peerfile import read_peers
from sbwarn.messages import say
from sbwarn.releases.calibration import Calibration, calibration_of
from sbwarn.releases.names import ALLOWED, MANIFEST, check_name
from sbwarn.releases.predict import HORIZONS, refuse_fork, risks
from sbwarn.releases.record import PROTOCOL, Figure, LevelFacts, Release, Verdict
from sbwarn.releases.save import CURRENT, content_digest
from sbwarn.tables.digest import digest_file

if TYPE_CHECKING:
    from sbwarn.indicators.mechanism import Indicator

FILES = ("booster.txt", "calibration.json", "card.md", "golden.parquet", "peers.parquet", "release.json")
READ = (1, 2, PROTOCOL)
"""Protocols that this code can read."""
CLOSE = 1e-9
"""Largest difference of a golden risk. A damaged file is caught by its digest, to the bit; this second line catches
code that computes something else, and forgives the last bits of another processor's exponential."""


def load_release(path: str | Path | None = None, *, models: str | Path | None = None) -> Release:
    """A verified release, ready to score.

    Args:
        path: A release folder, or a name under `models`; None for the current one.
        models: Folder of releases; None for the one that is shipped with the package.

    Raises:
        ReleaseError: it is missing, damaged, or made for other code.
        StoreError: this process was forked after the model library was loaded.

    >>> load_release().demonstration
    True
    """
    folder = find_release(path, models=models)
    _verify(folder)
    page = _page(folder)
    stem, _, digits = str(page.get("id")).rpartition("-")
    if digits != content_digest(folder, {**page, "id": stem})[:8]:
        raise ReleaseError(say("errors.release_content", path=folder, id=page.get("id")))
    try:
        release = _construct(folder, _as_now(page))
    except (KeyError, TypeError, ValueError, AttributeError) as damage:
        raise ReleaseError(say("errors.release_digest", path=folder / "release.json")) from damage
    _self_test(release, folder)
    return release


def find_release(path: str | Path | None = None, *, models: str | Path | None = None) -> Path:
    """The folder of a release that is named, given, or current.

    Raises:
        ReleaseError: there is none, or the name could leave the folder of models.
    """
    if path is not None and (isinstance(path, Path) or "/" in str(path)) and _is_folder(Path(path)):
        return Path(path)
    home = Path(models) if models else asset_folder("models")
    if path is None:
        path = current_name(home)
        if path is None:
            raise ReleaseError(say("errors.no_current", models=home))
    folder = home / check_name(str(path))
    if not folder.is_dir():
        known = ", ".join(release_names(home)) or "–"
        raise ReleaseError(say("errors.unknown_release", name=repr(str(path)), models=home, known=known))
    return folder


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        # A name that is too long for the disk names no folder.
        return False


def _verify(folder: Path) -> None:
    """Compare each digest of the manifest with the bytes on disk, before anything is parsed."""
    manifest = folder / MANIFEST
    if not manifest.is_file() or manifest.is_symlink():
        raise ReleaseError(say("errors.release_file", path=manifest))
    text = manifest.read_bytes().decode("utf-8", errors="replace")
    digests = {name: digest for digest, _, name in (line.partition("  ") for line in text.splitlines())}
    present = {path.name for path in folder.iterdir()} - {MANIFEST}
    for name in sorted(set(FILES) | set(digests) | present):
        path = folder / name if name in FILES else None
        if (
            path is None
            or name not in digests
            or name not in present
            or path.is_symlink()
            or not path.is_file()
        ):
            raise ReleaseError(say("errors.release_file", path=folder / Path(name).name))
        if digest_file(path) != digests[name]:
            raise ReleaseError(say("errors.release_digest", path=path))
    if text != "".join(f"{digests[name]}  {name}\n" for name in FILES):
        raise ReleaseError(say("errors.release_digest", path=manifest))


def _page(folder: Path) -> dict[str, Any]:
    path = folder / "release.json"
    try:
        page: dict[str, Any] = json.loads(path.read_text("utf-8"))
        protocol = page["protocol"]
    except (ValueError, KeyError, TypeError) as damage:
        raise ReleaseError(say("errors.release_digest", path=path)) from damage
    if protocol not in READ:
        raise ReleaseError(say("errors.release_protocol", path=folder, got=protocol, wanted=PROTOCOL))
    return page


def _as_now(page: dict[str, Any]) -> dict[str, Any]:
    """The page of an older protocol in today's words: protocol 1 knew neither measures nor gates."""
    return page if page["protocol"] != 1 else {**page, "measures": {}, "gates": [], "facts": {}}


def _construct(folder: Path, page: Mapping[str, Any]) -> Release:
    import lightgbm

    refuse_fork()
    names = tuple(entry["name"] for entry in page["indicators"])
    versions = {entry["name"]: entry["version"] for entry in page["indicators"]}
    families = [fact.family for fact in _same_meaning(page["id"], versions)]
    booster = lightgbm.Booster(model_str=(folder / "booster.txt").read_text("utf-8"))
    if booster.feature_name() != [*names, "interval"]:
        raise ReleaseError(say("errors.release_columns", path=folder))
    return Release(
        id=page["id"],
        dataset=page["dataset"],
        currency=page["currency"],
        as_of=page["as_of"],
        demonstration=page["demonstration"],
        label=page["label"],
        seed=page["seed"],
        indicators=names,
        versions=versions,
        weights=tuple(entry["weight"] for entry in page["indicators"]),
        # Before protocol 3 a family was one theme.
        themes=tuple(
            int(entry.get("theme", families.index(family)))
            for entry, family in zip(page["indicators"], families, strict=True)
        ),
        lags=page["lags"],
        country=page["country"],
        booster=booster,
        calibration=_calibration(folder),
        peers=read_peers(folder / "peers.parquet"),
        levels=tuple(LevelFacts(**_none_as_nan(level)) for level in page["levels"]),
        reference=tuple(page["reference"]),
        metrics=_figures(page["metrics"]),
        measures=_figures(page["measures"]),
        gates=tuple(Verdict(**_none_as_nan(verdict, but=("passed",))) for verdict in page["gates"]),
        facts=page["facts"],
        tested=page["tested"],
        data=page["data"],
        parameters=page["parameters"],
    )


def _calibration(folder: Path) -> Calibration:
    path = folder / "calibration.json"
    try:
        return calibration_of(path.read_text("utf-8"))
    except (ValueError, KeyError, TypeError) as damage:
        raise ReleaseError(say("errors.release_digest", path=path)) from damage


def _same_meaning(release: str, versions: Mapping[str, int]) -> tuple[Indicator, ...]:
    """The indicators of a release; one that means something else in this code is refused."""
    try:
        facts = named(tuple(versions))
    except CatalogueError as missing:
        raise ReleaseError(say("errors.release_indicator", id=release, why=missing)) from missing
    for fact in facts:
        if fact.version != versions[fact.name]:
            raise ReleaseError(
                say(
                    "errors.release_version",
                    id=release,
                    name=fact.name,
                    had=versions[fact.name],
                    has=fact.version,
                )
            )
    return facts


def _self_test(release: Release, folder: Path) -> None:
    """Recompute the golden rows."""
    import pyarrow.parquet as pq

    path = folder / "golden.parquet"
    try:
        table = pq.read_table(path)
    except (ValueError, OSError) as damage:
        raise ReleaseError(say("errors.release_digest", path=path)) from damage
    if not table.num_rows:
        raise ReleaseError(say("errors.release_digest", path=path))
    try:
        rows = np.column_stack([table.column(name).to_numpy() for name in release.indicators])
        wanted = np.column_stack([table.column(f"risk.{horizon}").to_numpy() for horizon in HORIZONS])
    except KeyError as missing:
        raise ReleaseError(say("errors.release_columns", path=folder)) from missing
    _, got = risks(release.booster, release.calibration, rows)
    # A risk that is NaN is no risk: it is not close to anything.
    wrong = np.flatnonzero(~(np.abs(got - wanted) <= CLOSE).all(axis=1))
    if len(wrong):
        raise ReleaseError(
            say("errors.release_golden", path=folder, row=int(wrong[0]), rows=len(wrong), of=len(rows))
        )


def _figures(metrics: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: Figure(**_none_as_nan(value)) if "events" in value else _figures(value)
        for key, value in metrics.items()
    }


def _none_as_nan(entry: Mapping[str, Any], *, but: Sequence[str] = ()) -> dict[str, Any]:
    return {key: float("nan") if value is None and key not in but else value for key, value in entry.items()}


def release_names(models: Path) -> list[str]:
    """Names of the complete releases in a folder."""
    names = (path.parent.name for path in Path(models).glob(f"*/{MANIFEST}"))
    # A folder that is still being written has a name that no release may have.
    return sorted(name for name in names if ALLOWED.fullmatch(name))


def current_name(models: Path) -> str | None:
    """Name of the current release of a folder, None if there is none."""
    pointer = Path(models) / CURRENT
    return pointer.read_text("utf-8", errors="replace").strip() if pointer.is_file() else None
