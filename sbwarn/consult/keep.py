"""A score laid into a folder with all that it was computed from, to be replayed, explained and decided upon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sbwarn.consult.origin import recorded
from sbwarn.errors import InputError
from sbwarn.messages import say
from sbwarn.replay import archive
from sbwarn.replay.archive import recorded_in
from sbwarn.replay.replay import differences, release_of, replay

if TYPE_CHECKING:
    from pathlib import Path

    from sbwarn.scoring.record import Score


def keep(score: Score, folder: str | Path) -> str:
    """The id under which the score now lies in the folder; see `sbwarn replay`, `sbwarn decide`, `sbwarn explain`.

    Args:
        score: One that still knows what it was made from.
        folder: Made if it is not there; only its owner can read the files.

    Raises:
        SettingError: the score was read from a file.
        StoreError: the disk refuses.
    """
    return archive.keep(recorded(score), folder)


def kept(score_id: str, folder: str | Path, *, models: str | Path | None = None) -> Score:
    """A kept score, computed again from its record; it can be explained, advised and drawn like a new one.

    Args:
        score_id: As `keep` gave it.
        folder: Where it lies.
        models: Folder of releases; None for the one that is shipped with the package.

    Raises:
        InputError: there is no such score, its file is damaged, or it does not come out as it was recorded.
        ReleaseError: its release is not there.
    """
    was = recorded_in(folder, score_id)
    release = release_of(was, models=models)
    score = replay(was, release=release)
    apart = differences(was, score)
    if apart:
        raise InputError(say("bridge.differs", id=score_id, count=len(apart), first=apart[0].text()))
    return score
