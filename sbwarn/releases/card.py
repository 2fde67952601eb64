"""The card of a release: what it is for, what it learnt from, how good it was found, and what it cannot do.

It is made from the release alone: whoever has the folder can make it again. A release of an older protocol tells less,
and its card says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sbwarn.messages import LANGUAGES
from sbwarn.releases.cardfigures import (
    champion_part,
    checks_part,
    fairness_part,
    figures_part,
    gates_part,
    lacking_part,
    levels_part,
    segments_part,
    warning_part,
)
from sbwarn.releases.cardmade import label_part, made_part
from sbwarn.releases.datacard import data_part
from sbwarn.releases.markdown import Side, escaped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sbwarn.messages import Language
    from sbwarn.releases.record import Release

BETWEEN = "\n---\n"
"""Parts the languages; nowhere else in a card."""
MUST_NOT = ("credit", "sanction", "exclude", "publish", "alone", "elsewhere")
ALWAYS = ("tested", "unknown", "cause", "closing")
LAWS = ("person", "pipa", "explanation", "ai", "advice")


def card(release: Release) -> str:
    """Markdown in Korean and then English; every figure with n, crises and a 95 % interval.

    The first line of each says where the release stands against plainer models.
    """
    return BETWEEN.join(card_in(release, tongue) for tongue in LANGUAGES)


def card_in(
    release: Release, language: Language, *, delivery: Mapping[str, Mapping[str, int]] | None = None
) -> str:
    """The card in one language, as Markdown.

    Args:
        release: With or without measures, gates and facts.
        language: Of every word.
        delivery: By table, what the import of its data set kept: `rows_in, used, excluded, rejected, repaired`. It is
            no part of a release, because a later delivery must not change an older release.
    """
    side = Side(language, release.demonstration)
    lines = [f"**{standing(release, side)}**{side.mark}", "", side.say("title", id=release.id), ""]
    if release.demonstration:
        lines += [f"**{side.say('demonstration')}**", ""]
    lines += _purpose(side)
    lines += data_part(release, side, delivery)
    for part in (
        label_part, made_part, figures_part, segments_part, fairness_part, levels_part, warning_part, lacking_part,
        checks_part, champion_part, gates_part,
    ):  # fmt: skip
        lines += part(release, side)
    lines += [*_limits(release, side), *side.section("law"), *(f"- {side.say(f'law.{one}')}" for one in LAWS)]
    lines += [*side.section("contact"), contact(release, side)]
    return _tidy(lines)


def standing(release: Release, side: Side) -> str:
    """Where the release stands against its ladder, as the training wrote it."""
    told = release.facts.get("standing", {}).get(side.language)
    return escaped(told) if told else side.say("no_standing")


def contact(release: Release, side: Side) -> str:
    """Whom to ask."""
    return escaped(release.facts.get("contact") or "") or side.say("contact.none")


def _purpose(side: Side) -> list[str]:
    lines = [*side.section("purpose"), side.say("purpose.what"), "", side.say("purpose.must_not"), ""]
    return [*lines, *(f"- {side.say(f'purpose.{one}')}" for one in MUST_NOT)]


def _limits(release: Release, side: Side) -> list[str]:
    lines = side.section("limits")
    lines += [
        side.told("limits.horizon", horizon=horizon)
        for horizon in ("3", "6", "12")
        if not release.metrics.get(horizon)
    ]
    failed = sum(verdict.passed is False for verdict in release.gates)
    unmeasured = sum(verdict.passed is None and not verdict.optional for verdict in release.gates)
    if failed or unmeasured:
        lines.append(side.told("limits.gates", failed=failed, unmeasured=unmeasured))
    lines += [f"- {side.say(f'limits.{one}')}" for one in ALWAYS]
    if release.facts.get("helped", {}).get("told"):
        lines.append(f"- {side.say('limits.helped')}")
    if release.demonstration:
        lines.append(f"- {side.say('limits.synthetic')}")
    return lines


def _tidy(lines: list[str]) -> str:
    """One empty line where there are several, and an end of line at the end."""
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    return "\n".join(kept).rstrip() + "\n"
