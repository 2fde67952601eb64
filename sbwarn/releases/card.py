"""The card of a release: what it is for, what it learnt from, how good it was found, and what it cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sbwarn.messages import UNKNOWN, Language, number, say

if TYPE_CHECKING:
    from sbwarn.releases.record import Figure, Release

SHOWN = (
    "auc",
    "average_precision",
    "capture_10",
    "brier_skill",
    "calibration_slope",
    "calibration_intercept",
)
"""Measures of the card; release.json holds all of them."""


def card(release: Release) -> str:
    """Markdown in Korean and then English; every figure with n, events and a 95 % interval."""
    return "\n".join([*_side(release, "ko"), "", "---", "", *_side(release, "en"), ""])


def _side(release: Release, language: Language) -> list[str]:
    mark = say("card.synthetic", into=language) if release.demonstration else ""
    facts = {"id": release.id, "dataset": release.dataset, "as_of": release.as_of, "label": release.label}
    lines = [
        say("card.title", into=language, id=release.id),
        "",
        *([f"**{say('card.demonstration', into=language)}**", ""] if release.demonstration else []),
        say("card.purpose", into=language),
        "",
        say("card.made", into=language, **facts, seed=release.seed, n=len(release.indicators)),
        "",
        say("card.figures", into=language, tested=release.tested) + mark,
        "",
        say("card.columns", into=language),
        f"|---|---|---|{'---|' * (len(SHOWN) + 1)}",
        *_rows(release, language, mark),
        "",
        say("card.levels", into=language) + mark,
        "",
        say("card.level_columns", into=language),
        "|---|---|---|---|",
    ]
    for level in release.levels:
        name = say(f"levels.{level.level}", into=language)
        rate, low, high = (
            number(value, "share", into=language) for value in (level.observed_rate, level.low, level.high)
        )
        lines.append(
            f"| {name} | {number(level.lower, 'share', into=language)} | {rate} ({low}–{high}) | {level.n:,} |{mark}"
        )
    return [*lines, "", say("card.limits", into=language), "", say("card.law", into=language)]


def _rows(release: Release, language: Language, mark: str) -> list[str]:
    return [
        f"| {horizon} | {say(f'card.populations.{population}', into=language)} | {model} | "
        + " | ".join(_figure(found[measure]) if measure in found else UNKNOWN for measure in SHOWN)
        + f" | {found['auc'].n:,} / {found['auc'].events:,}{mark} |"
        for horizon, populations in release.metrics.items()
        for population, models in populations.items()
        for model, found in models.items()
        if found
    ]


def _figure(figure: Figure) -> str:
    return f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})"
