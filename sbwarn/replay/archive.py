"""A folder of recorded scores: one JSON file a score, its peers beside it, each peer table once.

`scores/<score id>.json` and `peers/<digest>.parquet`. A file appears whole or not at all, and is read only if its
digests are the ones of its content.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sbwarn.errors import InputError, ReleaseError
from sbwarn.indicators.peerfile import read_peers, write_peers
from sbwarn.messages import say
from sbwarn.replay.digests import canonical, digest_text, peers_digest
from sbwarn.replay.recorded import PROTOCOL, Recorded, score_id
from sbwarn.tables.atomic import PRIVATE, whole_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sbwarn.indicators.peertable import PeerTable

SCORES, PEERS = "scores", "peers"
NAMED = re.compile(r"[a-z2-7]{4}(-[a-z2-7]{4}){2}\Z")
DIGEST = re.compile(r"[0-9a-f]{64}\Z")


def keep(recorded: Recorded, folder: str | Path) -> str:
    """The id under which the score now lies in the folder; a score that lies there already is not written again.

    Args:
        recorded: The score and what it was computed from.
        folder: Made if it is not there. Only its owner can read the files: they hold a shop's figures.

    Raises:
        StoreError: the disk refuses.
    """
    name = recorded.score_id
    peers = _peers_file(Path(folder), recorded.peers_digest)
    # The peers first: a record never points to a file that is not there.
    if not peers.is_file():
        with whole_file(peers, mode=PRIVATE) as fresh:
            write_peers(recorded.peers, fresh)
    text = canonical(page_of(recorded)) + "\n"
    path = _score_file(Path(folder), name)
    if not (path.is_file() and path.read_bytes() == text.encode()):
        with whole_file(path, mode=PRIVATE) as fresh:
            fresh.write_bytes(text.encode())
    return name


def page_of(recorded: Recorded) -> dict[str, Any]:
    """The file of a score as plain values: what went in, what came out, their digests, and the id."""
    return {
        "input": recorded.input_page(),
        "input_digest": recorded.input_digest,
        "result": recorded.result,
        "result_digest": recorded.result_digest,
        "score_id": recorded.score_id,
    }


def recorded_in(folder: str | Path, score_id: str) -> Recorded:
    """The recorded score of this id, its digests checked.

    Args:
        folder: Where `keep` was told to put it.
        score_id: As `keep` gave it; capitals and blanks around it do not matter.

    Raises:
        InputError: there is no such score, or its file or its peers are damaged.
    """
    name, path = found_score(folder, score_id)
    page = _checked(path, name)
    told = page["input"]
    if told["protocol"] != PROTOCOL:
        raise InputError(say("bridge.other_protocol", path=path, got=told["protocol"], wanted=PROTOCOL))
    peers = _peers_of(Path(folder), str(told["peers_digest"]), name)
    facts = {key: value for key, value in told.items() if key != "protocol"}
    try:
        return Recorded(**facts, result=page["result"], peers=peers)
    except TypeError as damage:
        raise InputError(say("bridge.damaged_record", path=path)) from damage


def found_score(folder: str | Path, score_id: str) -> tuple[str, Path]:
    """The id as it is written, and the file of its score.

    Raises:
        InputError: there is no such score.
    """
    name = score_id.strip().lower()
    path = _score_file(Path(folder), name) if NAMED.match(name) else None
    if path is None or not path.is_file():
        there = len(recorded_names(folder))
        raise InputError(say("bridge.unknown_score", id=repr(score_id), folder=folder, count=there))
    return name, path


def recorded_names(folder: str | Path) -> list[str]:
    """Ids of the scores that lie in a folder, sorted."""
    names = (path.stem for path in (Path(folder) / SCORES).glob("*.json"))
    return sorted(name for name in names if NAMED.match(name))


def newest_of(folder: str | Path, shop_id: str) -> str | None:
    """The id of the shop's score of the latest month, the one kept last among several; None if none is kept."""
    mark = f'"shop_id":{canonical(shop_id)}'.encode()
    kept = []
    for name in recorded_names(folder):
        path = _score_file(Path(folder), name)
        text = path.read_bytes()
        # Only the files that name the shop are read as JSON: a folder may hold a city.
        told = json.loads(text)["input"] if mark in text else {}
        if told.get("shop_id") == shop_id:
            kept.append((str(told["as_of"]), path.stat().st_mtime_ns, name))
    return max(kept)[-1] if kept else None


def _score_file(folder: Path, name: str) -> Path:
    return folder / SCORES / f"{name}.json"


def _peers_file(folder: Path, digest: str) -> Path:
    return folder / PEERS / f"{digest}.parquet"


def _checked(path: Path, name: str) -> Mapping[str, Any]:
    """The page of a score, once each digest in it is the one of its content."""
    text = path.read_bytes()
    try:
        page: Mapping[str, Any] = json.loads(text)
        told, came = page["input"], page["result"]
        digests = digest_text(canonical(told)), digest_text(canonical(came))
        wanted = {
            "input": told,
            "input_digest": digests[0],
            "result": came,
            "result_digest": digests[1],
            "score_id": score_id(*digests, told["release"]),
        }
        whole = wanted["score_id"] == name and (canonical(wanted) + "\n").encode() == text
    except (ValueError, KeyError, TypeError) as damage:
        raise InputError(say("bridge.damaged_record", path=path)) from damage
    if not whole:
        raise InputError(say("bridge.damaged_record", path=path))
    return page


def _peers_of(folder: Path, digest: str, name: str) -> PeerTable:
    path = _peers_file(folder, digest)
    if not (DIGEST.match(digest) and path.is_file()):
        raise InputError(say("bridge.no_peers", id=name, path=path))
    try:
        peers = read_peers(path)
    except ReleaseError as damage:
        raise InputError(say("bridge.damaged_peers", id=name, path=path)) from damage
    if peers_digest(peers) != digest:
        raise InputError(say("bridge.damaged_peers", id=name, path=path))
    return peers
