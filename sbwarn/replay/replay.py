"""A past score computed again from its record, and every field in which it differs from what was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sbwarn.errors import InputError, ReleaseError
from sbwarn.messages import Language, say
from sbwarn.releases.load import load_release
from sbwarn.replay.digests import canonical, release_digest
from sbwarn.replay.recorded import FACTS, MONTHS, TEXTS, Recorded, result_of
from sbwarn.scoring.panel import score_panel
from sbwarn.tables.month import as_month, ordinal
from sbwarn.tables.panel import DEPTH, NEVER, QUANTITIES, Panel, Shops

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sbwarn.releases.record import Release
    from sbwarn.scoring.record import Score

ABSENT = "–"
"""How a value is told that one of two scores does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field in which a replayed score is not the recorded one."""

    field: str
    """Where it stands: "risk.6", "reasons.0.push"."""
    recorded: str
    """The value as JSON writes it, "–" if there was none; so `replayed`."""
    replayed: str

    def text(self, language: Language | None = None) -> str:
        """The difference as a sentence."""
        return say(
            "bridge.difference",
            into=language,
            field=self.field,
            recorded=self.recorded,
            replayed=self.replayed,
        )


def release_of(recorded: Recorded, *, models: str | Path | None = None) -> Release:
    """The release that a score was made with.

    Args:
        recorded: The score.
        models: Folder of releases; None for the one that is shipped with the package.

    Raises:
        ReleaseError: it is not among the releases, or not the one that was used.
    """
    try:
        release = load_release(recorded.release, models=models)
    except ReleaseError as missing:
        text = say("bridge.missing_release", id=recorded.score_id, release=recorded.release, why=missing)
        raise ReleaseError(text) from missing
    _same_release(recorded, release)
    return release


def replay(recorded: Recorded, *, release: Release) -> Score:
    """The score of a record, computed again from the recorded inputs alone.

    Args:
        recorded: What the score was computed from.
        release: The release that is named in the record (see `release_of`).

    Raises:
        ReleaseError: another release than the recorded one.
        InputError: the record holds something that this version of the code does not know.
    """
    _same_release(recorded, release)
    return score_panel(
        panel_of(recorded),
        recorded.peers,
        release,
        synthetic=recorded.synthetic,
        explain=recorded.explained,
        horizon=recorded.horizon,
    )[0]


def differences(recorded: Recorded, score: Score) -> tuple[Difference, ...]:
    """Every field in which a score is not the recorded one, to the last bit; empty if it is the same."""
    was, now = (dict(_leaves(page, "")) for page in (recorded.result, result_of(score)))
    return tuple(
        Difference(field=name, recorded=was.get(name, ABSENT), replayed=now.get(name, ABSENT))
        for name in sorted(was.keys() | now.keys())
        if was.get(name) != now.get(name)
    )


def panel_of(recorded: Recorded) -> Panel:
    """The panel of one shop that a score was computed from.

    Raises:
        InputError: the record holds something that this version of the code does not know.
    """
    strange = sorted({*recorded.monthly, *recorded.facts} - {*QUANTITIES, *FACTS})
    if strange:
        raise InputError(say("bridge.other_code", id=recorded.score_id, names=", ".join(strange)))
    as_of = as_month(recorded.as_of)
    # A quantity that came into the code later was unknown then.
    lags = {quantity: recorded.lags.get(quantity, recorded.lags["sales"]) for quantity in QUANTITIES}
    quantities = {}
    for quantity in QUANTITIES:
        rows = np.full((DEPTH, 1), np.nan)
        first = ordinal(as_of) - lags[quantity] - DEPTH + 1
        for month, amount in recorded.monthly.get(quantity, {}).items():
            rows[ordinal(as_month(month)) - first, 0] = amount
        quantities[quantity] = rows
    return Panel(
        as_of=as_of,
        shops=_shop(recorded),
        quantities=quantities,
        lags=lags,
        country=recorded.country,
    )


def _shop(recorded: Recorded) -> Shops:
    facts: dict[str, np.ndarray] = {}
    for name in Shops.__slots__:
        value = recorded.facts.get(name)
        if name in MONTHS:
            facts[name] = np.array([NEVER if value is None else int(value)])
        elif name in (*TEXTS, "name", "site"):
            facts[name] = np.array([value], dtype=object)
        else:
            facts[name] = np.array([np.nan if value is None else float(value)])
    return Shops(**{**facts, "ids": np.array([recorded.shop_id])})


def _same_release(recorded: Recorded, release: Release) -> None:
    wanted, got = recorded.release_digest, release_digest(release)
    if (recorded.release, wanted) != (release.id, got):
        raise ReleaseError(
            say(
                "bridge.other_release",
                id=recorded.score_id,
                wanted=f"{recorded.release} ({wanted[:8]})",
                got=f"{release.id} ({got[:8]})",
            )
        )


def _leaves(page: Any, path: str) -> Iterator[tuple[str, str]]:
    """Each value that is no mapping or sequence, by where it stands, as JSON writes it."""
    branches: Mapping[str, Any] | None = None
    if isinstance(page, dict):
        branches = page
    elif isinstance(page, (list, tuple)):
        branches = {str(place): each for place, each in enumerate(page)}
    if branches:
        for name, each in branches.items():
            yield from _leaves(each, f"{path}.{name}" if path else name)
    else:
        yield path, canonical(page)
