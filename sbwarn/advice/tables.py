"""A file of dated or registered entries, each key of it of the kind that was declared; anything else is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from sbwarn.errors import SettingError
from sbwarn.messages import LANGUAGES, say

Entry: TypeAlias = "Mapping[str, Any]"
Kinds: TypeAlias = "Mapping[str, type | tuple[type, ...]]"


def read_entries(path: Path, *, head: Kinds, array: str) -> tuple[Entry, dict[str, Entry]]:
    """What stands above the entries, and the entries by their `id` in the order of the file.

    Args:
        path: A TOML file with one array of tables.
        head: Keys of the file and their kinds.
        array: The one that holds the entries.

    Raises:
        SettingError: the file cannot be read, a key is strange or of another kind, or an id comes twice.
    """
    try:
        page = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as damage:
        raise SettingError(say("advice.errors.file", path=path.name, why=damage)) from damage
    check_keys(page, head, where=path.name)
    found: dict[str, Entry] = {}
    for place, entry in enumerate(page[array], start=1):
        if not isinstance(entry, Mapping) or not isinstance(entry.get("id"), str):
            raise wrong_key(f"{path.name} #{place}", "id", entry)
        if entry["id"] in found:
            raise SettingError(say("advice.errors.twice", path=path.name, id=entry["id"]))
        found[entry["id"]] = entry
    return page, found


def check_keys(entry: Entry, wanted: Kinds, *, where: str, optional: tuple[str, ...] = ()) -> None:
    """Refuse a key that is not declared, one that is missing, and a value of another kind.

    Raises:
        SettingError: the first of them.
    """
    strange = [key for key in entry if key not in wanted]
    if strange:
        raise SettingError(say("advice.errors.key", where=where, key=strange[0], wanted=", ".join(wanted)))
    for key, kind in wanted.items():
        if key not in entry:
            if key in optional:
                continue
            raise SettingError(say("advice.errors.lacks", where=where, key=key))
        # True is a number in Python and none in a file.
        if not isinstance(entry[key], kind) or (isinstance(entry[key], bool) and kind is not bool):
            raise wrong_key(where, key, entry[key])


def in_every_language(entry: Entry, key: str, *, where: str) -> Mapping[str, str]:
    """A text in each language.

    Raises:
        SettingError: a language is missing, or more is told than languages.
    """
    told = entry[key]
    right = isinstance(told, Mapping) and set(told) == set(LANGUAGES)
    if not right or not all(isinstance(text, str) and text.strip() for text in told.values()):
        raise wrong_key(where, key, told)
    return dict(told)


def wrong_key(where: str, key: str, got: object) -> SettingError:
    """The refusal of one key, to be raised."""
    return SettingError(say("advice.errors.value", where=where, key=key, got=repr(got)))
