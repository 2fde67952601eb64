"""The card of a release: what it is for, what it learnt from, how good it was found, and what it cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sbwarn.messages import Language, number, say

if TYPE_CHECKING:
    from sbwarn.releases.record import Figure, Release


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
        "|---|---|---|---|---|---|",
        *_rows(release, mark),
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


def _rows(release: Release, mark: str) -> list[str]:
    return [
        f"| {horizon} | {population} | {model} | {measure} | {_figure(figure)} | {figure.n:,} / {figure.events:,} |{mark}"
        for horizon, populations in release.metrics.items()
        for population, models in populations.items()
        for model, measures in models.items()
        for measure, figure in measures.items()
    ]


def _figure(figure: Figure) -> str:
    return f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})"
