"""Fingerprints of what a score was computed from: by content, so that no file format or library version is in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from sbwarn.releases.save import booster_text

if TYPE_CHECKING:
    from hashlib import _Hash

    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.releases.record import Release

REMEMBERED = 16
"""Answers that are not worked out again: each call of a script brings the same peers and releases."""
AS_IT_IS = frozenset({str, int, bool, type(None)})
"""Kinds of values that JSON tells as they are."""
TOLD_APART = ("booster", "calibration", "peers")
"""Parts of a release that have words of their own."""

Whole = TypeVar("Whole")
Answer = TypeVar("Answer")

_lock = Lock()
_known: dict[tuple[Callable[[Any], Any], int], tuple[object, object]] = {}
_write = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"), check_circular=False
).encode


def canonical(page: object) -> str:
    """The one JSON text of plain values: keys sorted, no blanks, the shortest digits that give the number back.

    Args:
        page: Mappings, sequences, text, numbers, None; no NaN.

    Raises:
        ValueError: a number that JSON cannot tell.

    >>> canonical({"b": 0.1, "a": [1, "원"]})
    '{"a":[1,"원"],"b":0.1}'
    """
    return _write(page)


def digest_text(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def plain(value: Any) -> Any:
    """A record as plain values: what is unknown (None, NaN) is left out of a mapping, and None in a sequence.

    Fields that do not count when two records are compared (`compare=False`) are no part of it.

    >>> plain({"risk": {3: float("nan"), 6: 0.5}, "interval": (0.1, float("nan"))})
    {'risk': {'6': 0.5}, 'interval': [0.1, None]}
    """
    kind = type(value)
    if kind in AS_IT_IS:
        return value
    if kind is float:
        return None if value != value else value  # noqa: PLR0124 - NaN alone is not itself
    if is_dataclass(kind):
        value = _told(value)
    if isinstance(value, (dict, Mapping)):
        told = {str(name): plain(each) for name, each in value.items()}
        return {name: each for name, each in told.items() if each is not None}
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    return plain(value.tolist()) if isinstance(value, (np.ndarray, np.generic)) else str(value)


def _told(record: Any) -> dict[str, Any]:
    """The fields of a record by which two are told apart; what is worked out from them, or only held, is not."""
    return {name: getattr(record, name) for name in _compared(record.__class__)}


@lru_cache(maxsize=256)
def _compared(record: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(record) if field.compare)


def peers_digest(peers: PeerTable) -> str:
    """SHA-256 of a peer table's content, in hexadecimal; the same after it was written and read."""
    return once(_content, peers)


def release_digest(release: Release) -> str:
    """SHA-256 of a release's content, in hexadecimal: trees, calibration, peers and every fact beside them."""
    return once(_of_release, release)


def once(work: Callable[[Whole], Answer], whole: Whole) -> Answer:
    """What the work makes of a record, remembered for the last few records; a record never changes.

    The record is held beside its answer, so that no other can come to lie at its address meanwhile.
    """
    key = (work, id(whole))
    held = _known.get(key)
    if held is not None and held[0] is whole:
        return cast("Answer", held[1])
    found = work(whole)
    with _lock:
        _known[key] = (whole, found)
        while len(_known) > REMEMBERED:
            del _known[next(iter(_known))]
    return found


def _of_release(release: Release) -> str:
    parts = {name: value for name, value in _told(release).items() if name not in TOLD_APART}
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


def _content(whole: object) -> str:
    total = hashlib.sha256()
    _feed(total, whole)
    return total.hexdigest()


def _feed(total: _Hash, value: Any) -> None:
    """Add a value, its kind and size before it, so that no two contents read alike."""
    if is_dataclass(value) and not isinstance(value, type):
        value = _told(value)
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
        value = _told(value)
    return isinstance(value, Mapping) and all(_is_nothing(each) for each in value.values())
