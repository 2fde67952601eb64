"""`champion` and `previous`: the registered models say which release is in force, as the folder of models does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sbwarn.tracking.model import RELEASE

if TYPE_CHECKING:
    from sbwarn.tracking.outbox import Waiting

CHAMPION, PREVIOUS = "champion", "previous"
MOVED = "sbwarn.aliases"
"""Tag of a registered model: the entry that moved its aliases last."""


def point(client: Any, waits: Waiting) -> tuple[str, ...]:
    """The releases that no registered model holds, so that no alias can point at them.

    Releases of two models (two label rules, say) may follow each other: then the one that is left has no champion.
    A move that waited while a later one went through is too late, and nothing is done.
    """
    wanted = {CHAMPION: waits.entry.name, PREVIOUS: waits.entry.previous}
    found = {alias: _version_of(client, release) for alias, release in wanted.items() if release}
    for name in {version.name for version in found.values() if version is not None}:
        if client.get_registered_model(name).tags.get(MOVED, "") > waits.id:
            continue
        for alias in (CHAMPION, PREVIOUS):
            _move(client, name, alias, found.get(alias))
        client.set_registered_model_tag(name, MOVED, waits.id)
    return tuple(str(wanted[alias]) for alias, version in found.items() if version is None)


def _move(client: Any, name: str, alias: str, version: Any) -> None:
    if version is not None and version.name == name:
        client.set_registered_model_alias(name, alias, version.version)
    elif alias in client.get_registered_model(name).aliases:
        client.delete_registered_model_alias(name, alias)


def _version_of(client: Any, release: str) -> Any:
    """The newest version of a release, None if the store has none."""
    found = client.search_model_versions(f"tags.`{RELEASE}` = '{release}'")
    return max(found, key=lambda version: int(version.version), default=None)
