"""A release becomes a folder: whole or not at all, byte-identical for the same training."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sbwarn.errors import ReleaseError
from sbwarn.indicators.build import named
from sbwarn.indicators.manifest import available_after_days
from sbwarn.indicators.peerfile import write_peers
from sbwarn.messages import say
from sbwarn.releases.card import card
from sbwarn.releases.names import MANIFEST, check_name
from sbwarn.releases.predict import risks
from sbwarn.releases.record import PROTOCOL, Release
from sbwarn.tables.atomic import PUBLIC, whole_file, whole_folder
from sbwarn.tables.digest import digest_file

if TYPE_CHECKING:
    from collections.abc import Mapping

CURRENT = "CURRENT"
IDENTITY = ("booster.txt", "calibration.json", "golden.parquet", "peers.parquet")
"""The files whose content, with the facts of `release.json`, gives a release its name."""


def save_release(release: Release, golden: np.ndarray, models: Path) -> Release:
    """The release as a folder under `models`, named after its content; the returned record carries the name.

    Args:
        release: Its `id` is a stem ("texas-2016-08"); eight digits of the content's digest are put behind it.
        golden: Indicator rows whose risks every reader has to reproduce.
        models: Folder of releases.

    Raises:
        StoreError: the disk refuses, or another process writes the same release.
    """
    models = Path(models)
    draft = models / f".{check_name(release.id)}-draft"
    with whole_folder(draft, marker=MANIFEST) as folder:
        (folder / "booster.txt").write_text(booster_text(release), "utf-8")
        (folder / "calibration.json").write_text(release.calibration.to_json(), "utf-8")
        write_peers(release.peers, folder / "peers.parquet")
        _write_golden(release, golden, folder / "golden.parquet")
        page = _page(release)
        named = replace(release, id=f"{release.id}-{content_digest(folder, page)[:8]}")
        (folder / "release.json").write_text(_as_json({**page, "id": named.id}), "utf-8")
        (folder / "card.md").write_text(card(named), "utf-8")
        (folder / MANIFEST).write_text(manifest_of(folder), "utf-8")
    _settle(draft, models / named.id)
    return named


def publish(name: str, models: Path) -> None:
    """Make this release the one that is used where none is named.

    Raises:
        ReleaseError: no such release.
    """
    if not (Path(models) / check_name(name) / MANIFEST).is_file():
        raise ReleaseError(say("errors.no_release", name=repr(name), models=models))
    with whole_file(Path(models) / CURRENT, mode=PUBLIC) as fresh:
        fresh.write_text(name + "\n", "utf-8")


def booster_text(release: Release) -> str:
    """The model in LightGBM's own words, without the settings that do not change a prediction."""
    text: str = release.booster.model_to_string()
    return text.split("\nparameters:", maxsplit=1)[0] + "\n"


def content_digest(folder: Path, page: Mapping[str, Any]) -> str:
    """SHA-256 over the digests of the files that make a prediction, and over the facts told beside them.

    Args:
        folder: Of the release.
        page: Content of `release.json`; its `id` without the digits that this function gives.
    """
    digests = "".join(digest_file(folder / name) for name in IDENTITY)
    return hashlib.sha256((digests + _as_json(page)).encode()).hexdigest()


def manifest_of(folder: Path) -> str:
    """SHA-256 and name of every file but the manifest, a line each."""
    files = sorted(path for path in folder.iterdir() if path.name != MANIFEST)
    return "".join(f"{digest_file(path)}  {path.name}\n" for path in files)


def _settle(draft: Path, final: Path) -> None:
    """Give the finished folder its name; a release of that name has the same content and stays."""
    if (final / MANIFEST).is_file() and (final / MANIFEST).read_text() == (draft / MANIFEST).read_text():
        import shutil

        shutil.rmtree(draft)
        return
    if final.exists():
        raise ReleaseError(say("errors.release_exists", path=final))
    draft.rename(final)


def _write_golden(release: Release, golden: np.ndarray, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    _, expected = risks(release.booster, release.calibration, golden)
    columns = {name: golden[:, place] for place, name in enumerate(release.indicators)}
    columns |= {f"risk.{horizon}": expected[:, place] for place, horizon in enumerate((3, 6, 12))}
    pq.write_table(pa.table(columns), path, compression="zstd")


def _page(release: Release) -> dict[str, Any]:
    waits = available_after_days(named(release.indicators), release.lags)
    page: dict[str, Any] = {
        "protocol": PROTOCOL,
        "id": release.id,
        "dataset": release.dataset,
        "currency": release.currency,
        "as_of": release.as_of,
        "demonstration": release.demonstration,
        "label": release.label,
        "horizons": [3, 6, 12],
        "seed": release.seed,
        "indicators": [
            {
                "name": name,
                "version": release.versions[name],
                "weight": weight,
                "theme": theme,
                "available_after_days": waits[name],
            }
            for name, weight, theme in zip(release.indicators, release.weights, release.themes, strict=True)
        ],
        "lags": dict(release.lags),
        "country": release.country,
        "levels": [asdict(level) for level in release.levels],
        "reference": list(release.reference),
        "metrics": _plain(release.metrics),
        "measures": _plain(release.measures),
        "gates": [asdict(verdict) for verdict in release.gates],
        "facts": dict(release.facts),
        "tested": release.tested,
        "data": dict(release.data),
        "parameters": dict(release.parameters),
    }
    plain: dict[str, Any] = _nan_as_none(page)
    return plain


def _as_json(page: Mapping[str, Any]) -> str:
    return json.dumps(page, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(metrics: Mapping[str, Any]) -> Any:
    return {
        key: _plain(value) if isinstance(value, dict) else asdict(value) for key, value in metrics.items()
    }


def _nan_as_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _nan_as_none(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_nan_as_none(each) for each in value]
    return None if isinstance(value, float) and math.isnan(value) else value
