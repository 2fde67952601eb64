"""The parts of a card that tell what a crisis is and how the model was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sbwarn.indicators.build import catalogue
from sbwarn.messages import UNKNOWN
from sbwarn.releases.markdown import code
from sbwarn.releases.record import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sbwarn.releases.markdown import Side
    from sbwarn.releases.record import Release

NOT_SETTINGS = ("monotone", "dropout", "label_digest")
"""Parameters that are told in words of their own."""
HEAVIEST = 4
"""Indicators that are named for each area of information."""


def label_part(release: Release, side: Side) -> list[str]:
    """What counts as a crisis, when that is sure, and what is none."""
    lines, facts = side.section("label"), release.facts.get("label", {})
    horizons = "·".join(str(each) for each in facts.get("horizons", (3, 6, 12)))
    lines.append(f"- {side.say('label.rule', rule=code(release.label), horizons=horizons)}")
    if not facts:
        return [*lines, f"- {side.say('label.unknown')}", *_label_digest(release, side)]
    tables = ", ".join(side.word("datacard.table", each) for each in facts["reads"])
    lines.append(f"- {side.say('label.reads', tables=tables, maturity=facts['maturity'])}")
    lines.append(_exclusions(facts, side))
    return [*lines, *_label_digest(release, side)]


def _exclusions(facts: Mapping[str, Any], side: Side) -> str:
    if not facts["exclusions"]:
        return f"- {side.say('label.no_exclusions')}"
    names = {name: side.word("card.label_exclusion", name) for name in facts["exclusions"]}
    counts = facts.get("excluded", {})
    told = ", ".join(f"{names[name]} {side.number(counts.get(name, 0))}" for name in names)
    return side.told("label.exclusions", names=", ".join(names.values()), counts=told)


def _label_digest(release: Release, side: Side) -> list[str]:
    digest = release.parameters.get("label_digest")
    return [f"- {side.say('label.digest', digest=code(digest))}"] if digest else []


def made_part(release: Release, side: Side) -> list[str]:
    """Rows, search, directions, drop-out, calibration, help and settings, each with what it was judged on."""
    facts = release.facts
    lines = side.section("made")
    lines.append(
        f"- {side.say('made.kind', indicators=len(release.indicators), as_of=release.as_of, seed=release.seed)}"
    )
    if made := facts.get("made"):
        counts = {name: side.number(made[name]) for name in ("rows", "shops", "events")}
        lines.append(side.told("made.rows", first=made["first"], last=made["last"], **counts))
    if facts:
        lines += [_search(facts.get("search"), side), _monotone(release, side)]
    if dropout := release.parameters.get("dropout"):
        lines.append(f"- {side.say('made.dropout', share=side.number(float(str(dropout)), 'share'))}")
    if calibration := facts.get("calibration"):
        lines.append(_calibration(calibration, side))
    if helped := facts.get("helped"):
        lines.append(_helped(helped, side))
    settings = ", ".join(
        f"{name} {value}"
        for name, value in release.parameters.items()
        if name not in NOT_SETTINGS and not isinstance(value, dict)
    )
    if settings:
        lines.append(f"- {side.say('made.parameters', settings=code(settings))}")
    return [*lines, *_weights(release, side), side.say("made.files")]


def _search(search: Mapping[str, Any] | None, side: Side) -> str:
    if not search:
        return f"- {side.say('made.no_search')}"
    gain = Figure(**search["gain"])
    return side.told(
        "made.search",
        trials=len(search["trials"]),
        rows=", ".join(side.number(each) for each in search["rows"]),
        loss=f"{search['log_loss']:.5f}",
        default=f"{search['default_log_loss']:.5f}",
        gain=_fine(gain, side),
        kept=side.say(f"made.search_{'better' if search['better'] else 'default'}"),
    )


def _monotone(release: Release, side: Side) -> str:
    facts, declared = release.facts.get("monotone"), release.parameters.get("monotone")
    if facts:
        cost = Figure(**facts["cost"])
        told = {"held": len(facts["held"]), "declared": facts["declared"], "cost": _fine(cost, side)}
        return side.told("made.monotone", names=_directions(facts["held"], side) or UNKNOWN, **told)
    if isinstance(declared, dict) and declared:
        names = _directions(declared, side)
        return f"- {side.say('made.monotone_declared', held=len(declared), names=names)}"
    return f"- {side.say('made.no_monotone')}"


def _directions(held: Mapping[str, Any], side: Side) -> str:
    """Each indicator with the way in which the risk may only rise."""
    return ", ".join(
        f"{side.word('indicators', f'{name}.label')} {'↑' if way > 0 else '↓'}" for name, way in held.items()
    )


def _calibration(facts: Mapping[str, Any], side: Side) -> str:
    kind = code(facts["kind"])
    if not facts["n"]:
        return f"- {side.say('made.calibration_unjudged', kind=kind)}"
    losses = ", ".join(f"{name} {loss:.5f}" for name, loss in facts["log_loss"].items())
    of = side.say("of", n=side.number(facts["n"]), events=side.number(facts["events"]))
    return side.told("made.calibration", kind=kind, losses=losses, of=of)


def _helped(facts: Mapping[str, Any], side: Side) -> str:
    if not facts["told"]:
        return f"- {side.say('made.helped_none')}"
    way = side.word("card.helped_way", facts["way"])
    return side.told("made.helped", way=way, rows=side.number(facts["rows"]))


def _weights(release: Release, side: Side) -> list[str]:
    """The share of the gain of each area of information."""
    families = {fact.name: fact.family for fact in catalogue()}
    found: dict[str, dict[str, float]] = {}
    for name, weight in zip(release.indicators, release.weights, strict=True):
        found.setdefault(families.get(name, "other"), {})[name] = weight
    if not found:
        return []
    rows = [
        (
            side.word("catalogue.families", family),
            side.number(sum(weights.values()), "share"),
            ", ".join(
                f"{side.word('indicators', f'{name}.label')} {side.number(weight, 'share')}"
                for name, weight in sorted(weights.items(), key=lambda one: (-one[1], one[0]))[:HEAVIEST]
            ),
        )
        for family, weights in sorted(found.items(), key=lambda one: -sum(one[1].values()))
    ]
    head = [side.say(f"weights_head.{name}") for name in ("family", "share", "indicators")]
    return ["", side.say("made.weights"), *side.table(head, rows, sides="lrl")]


def _fine(figure: Figure, side: Side) -> str:
    """A small difference with its interval and what it was measured on."""
    value, low, high = (f"{each:+z.5f}" for each in (figure.value, figure.low, figure.high))
    return f"{side.say('interval', value=value, low=low, high=high)}, {side.counted(figure)}"
