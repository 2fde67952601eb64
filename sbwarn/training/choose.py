"""The settings of a training: searched on later months inside its window, then held to the directions that cost nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sbwarn.training.fit import DEFAULT, Settings
from sbwarn.training.monotone import Held, affordable
from sbwarn.training.search import Found, search
from sbwarn.training.trial import folds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sbwarn.training.material import Material


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Settings, and how they were come by; nothing was tried where both are None."""

    settings: Settings
    search: Found | None = None
    held: Held | None = None


def choose(
    material: Material,
    *,
    trials: int | None,
    seed: int,
    study: Path | None = None,
    start: Settings = DEFAULT,
    progress: Callable[[str], None] = lambda _: None,
) -> Choice:
    """The settings that later months inside the training window ask for.

    Args:
        material: Of the training.
        trials: Of the search, the given settings among them; None for as many as declared, 0 to keep them as they
            are, constraints included.
        seed: Of everything drawn.
        study: Folder in which the trials are kept, so that a search that stops can go on.
        start: The settings to begin with.
        progress: Called with a word after each trial.

    Raises:
        InputError: too few crises to learn from.
        StoreError: the folder holds a search over other data.
    """
    if trials == 0:
        return Choice(settings=start)
    parts = folds(material.rows, material.split, learning=material.learning(start.dropout, seed=seed))
    found = search(
        parts, material.names, seed=seed, trials=trials, study=study, start=start, progress=progress
    )
    held = affordable(parts, material.facts, found.settings, seed=seed, progress=progress)
    return Choice(settings=replace(found.settings, monotone=held.monotone), search=found, held=held)
