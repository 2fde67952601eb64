"""Fingerprints of what a score was computed from: by content, so that no file format or library version is in them."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from sbwarn.releases.save import booster_text

if TYPE_CHECKING:
    from hashlib import _Hash

    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.releases.record import Release

REMEMBERED = 8
"""Peer tables and releases whose digest is not worked out again; each call of a script brings the same ones."""
TOLD_APART = ("booster", "calibration", "peers")
"""Parts of a release that have words of their own."""

_lock = Lock()
_seen: dict[tuple[str, int], tuple[object, str]] = {}


def canonical(page: object) -> str:
    """The one JSON text of plain values: keys sorted, no blanks, the shortest digits that give the number back.

    Args:
        page: Mappings, sequences, text, numbers, None; no NaN.

    Raises:
        ValueError: a number that JSON cannot tell.

    >>> canonical({"b": 0.1, "a": [1, "원"]})
    '{"a":[1,"원"],"b":0.1}'
    """
    return json.dumps(page, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def digest_text(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def plain(value: Any) -> Any:
    """A record as plain values: what is unknown (None, NaN) is left out of a mapping, and None in a sequence.

    >>> plain({"risk": {3: float("nan"), 6: 0.5}, "interval": (0.1, float("nan"))})
    {'risk': {'6': 0.5}, 'interval': [0.1, None]}
    """
    if is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        told = {str(name): plain(each) for name, each in value.items()}
        return {name: each for name, each in told.items() if each is not None}
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(each) for each in value]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and math.isnan(value):
        return None
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def peers_digest(peers: PeerTable) -> str:
    """SHA-256 of a peer table's content, in hexadecimal; the same after it was written and read."""
    return _once("peers", peers, _content)


def release_digest(release: Release) -> str:
    """SHA-256 of a release's content, in hexadecimal: trees, calibration, peers and every fact beside them."""
    return _once("release", release, _of_release)


def _of_release(release: Release) -> str:
    parts = {
        field.name: getattr(release, field.name) for field in fields(release) if field.name not in TOLD_APART
    }
    return digest_text(
        canonical(
            {
                "booster": digest_text(booster_text(release)),
                "calibration": digest_text(release.calibration.to_json()),
                "peers": peers_digest(release.peers),
                "facts": plain(parts),
            }
        )
    )


def _once(kind: str, whole: Any, digest: Callable[[Any], str]) -> str:
    """The digest of a record, remembered for as long as the record is: a record that is held cannot change its place."""
    key = (kind, id(whole))
    held = _seen.get(key)
    if held is not None:
        return held[1]
    found = digest(whole)
    with _lock:
        if len(_seen) >= REMEMBERED:
            _seen.clear()
        _seen[key] = (whole, found)
    return found


def _content(whole: object) -> str:
    total = hashlib.sha256()
    _feed(total, whole)
    return total.hexdigest()


def _feed(total: _Hash, value: Any) -> None:
    """Add a value, its kind and size before it, so that no two contents read alike."""
    if is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        # An empty part and a missing one are the same file.
        told = {name: each for name, each in value.items() if not _is_nothing(each)}
        total.update(f"{{{len(told)}".encode())
        for name in sorted(told):
            total.update(canonical(name).encode())
            _feed(total, told[name])
    elif isinstance(value, np.ndarray):
        _feed_array(total, value)
    else:
        total.update(canonical(value).encode())


def _feed_array(total: _Hash, values: np.ndarray) -> None:
    kind = values.dtype.kind
    total.update(f"[{kind}{values.shape}".encode())
    if kind == "f":
        exact = np.where(np.isnan(values), np.nan, values).astype("<f8")
        total.update(np.ascontiguousarray(exact).tobytes())
    elif kind in "biu":
        total.update(np.ascontiguousarray(values.astype("<i8")).tobytes())
    else:
        total.update(canonical([str(each) for each in values]).encode())


def _is_nothing(value: Any) -> bool:
    if value is None:
        return True
    if isinstance(value, np.ndarray):
        return value.size == 0
    if is_dataclass(value) and not isinstance(value, type):
        return all(_is_nothing(getattr(value, field.name)) for field in fields(value))
    return isinstance(value, Mapping) and all(_is_nothing(each) for each in value.values())
