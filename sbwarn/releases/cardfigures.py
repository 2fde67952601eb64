"""The parts of a card that hold figures: ladder, segments, classes, warnings, missing tables, gates."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sbwarn.messages import UNKNOWN
from sbwarn.releases.markdown import code, escaped
from sbwarn.releases.record import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sbwarn.releases.markdown import Side
    from sbwarn.releases.record import Release, Verdict

LADDER = (
    "auc",
    "average_precision",
    "capture_10",
    "brier_skill",
    "calibration_slope",
    "calibration_intercept",
)
"""Measures of the ladder; release.json holds all of them."""
SEGMENT = ("auc", "average_precision", "observed_to_expected")
FAIR = ("adverse_impact", "crisis_ratio", "tpr_gap")
WARNING = ("lead/", "burden/")
CHECKED = (
    "calibration/error", "seeds/spread", "permuted/auc", "planted/auc", "monotone/cost", "segment/worst/auc",
)  # fmt: skip
CHAMPION = ("champion/auc_gap", "champion/score_psi")
HOMES = ("segment/", "fairness/", "lead/", "burden/", "lacking/", "champion/")
"""Measures that stand in a part of their own; all others are checks."""
STATES = {True: "✔", False: "✘", None: "–"}
REMOVED = "removed"
"""The rule of a criterion that a city took out."""


def figures_part(release: Release, side: Side) -> list[str]:
    """Every model of the ladder by horizon and population."""
    lines = side.section("figures")
    rows = []
    for horizon in sorted(release.metrics, key=lambda one: (len(one), one)):
        for population, models in release.metrics[horizon].items():
            for model, found in models.items():
                name = side.word("figures.model", model)
                rows.append(
                    (
                        f"**{name}**" if model == "ours" else name,
                        side.say("months", n=horizon),
                        side.word("figures.population", population),
                        *(side.figure(found.get(measure), measure) for measure in LADDER),
                        side.of(found.get("auc")),
                    )
                )
    if not rows:
        return [*lines, side.say("note.no_figures")]
    head = [side.say(f"head.{name}") for name in ("model", "horizon", "population")]
    head += [*(side.word("figures.measure", measure) for measure in LADDER), side.say("head.of")]
    note = side.say("note.figures", tested=escaped(release.tested))
    return [*lines, note, *side.table(head, rows, sides="lll")]


def segments_part(release: Release, side: Side) -> list[str]:
    """Figures of each segment that was large enough."""
    segments: dict[tuple[str, str], dict[str, Figure]] = {}
    for name, figure in _under(release, "segment/").items():
        dimension, _, rest = name.partition("/")
        segment, _, measure = rest.rpartition("/")
        if segment:
            segments.setdefault((dimension, segment), {})[measure] = figure
    rows = [
        (
            side.word("backtest.dimension", dimension),
            side.word("backtest.segment", segment),
            *(side.figure(found.get(measure), measure) for measure in SEGMENT),
            side.of(found.get("auc")),
        )
        for (dimension, segment), found in segments.items()
    ]
    head = [side.say("head.dimension"), side.say("head.segment")]
    head += [*(side.word("figures.measure", measure) for measure in SEGMENT), side.say("head.of")]
    return _part("segments", side, head, rows, sides="ll")


def fairness_part(release: Release, side: Side) -> list[str]:
    """How evenly alerts fall across districts and industries."""
    rows = [
        (
            side.word("backtest.dimension", name.partition("/")[0]),
            side.word("figures.measure", name.rpartition("/")[2]),
            side.figure(figure, name),
            side.of(figure),
        )
        for name, figure in _under(release, "fairness/").items()
        if name.rpartition("/")[2] in FAIR
    ]
    head = [side.say(f"head.{name}") for name in ("dimension", "measure", "value", "of")]
    return _part("fairness", side, head, rows, sides="ll")


def levels_part(release: Release, side: Side) -> list[str]:
    """Where each class begins, and how many of its shops had a crisis."""
    rows = [
        (
            side.word("levels", level.level),
            side.number(level.lower, "share"),
            side.say(
                "interval",
                value=side.number(level.observed_rate, "share"),
                low=side.number(level.low, "share"),
                high=side.number(level.high, "share"),
            ),
            side.number(level.n),
        )
        for level in release.levels
    ]
    head = [side.say(f"head.{name}") for name in ("level", "lower", "rate", "n")]
    return _part("levels", side, head, rows)


def warning_part(release: Release, side: Side) -> list[str]:
    """How early it warns, how often, and how often rightly."""
    rows = [
        (_warned(name, side), side.figure(figure, name), side.of(figure))
        for home in WARNING
        for name, figure in _under(release, home).items()
    ]
    return _part("warning", side, _head(side), rows, alert=side.word("levels", "alert"))


def lacking_part(release: Release, side: Side) -> list[str]:
    """What a city without one of the tables has to expect."""
    found: dict[str, dict[str, Figure]] = {}
    for name, figure in _under(release, "lacking/").items():
        table, _, measure = name.partition("/")
        found.setdefault(table, {})[measure] = figure
    rows = [
        (
            side.word("datacard.table", table),
            side.figure(each.get("auc"), "auc"),
            side.figure(each.get("lost"), "lost"),
            side.of(each.get("auc")),
        )
        for table, each in found.items()
    ]
    head = [
        side.say("head.table"),
        side.word("figures.measure", "auc"),
        side.word("figures.measure", "lost"),
        side.say("head.of"),
    ]
    return _part("lacking", side, head, rows)


def checks_part(release: Release, side: Side) -> list[str]:
    """Leaks, seeds and whatever else was measured and stands in no other part."""
    others = [name for name in release.measures if name not in CHECKED and not name.startswith(HOMES)]
    names = [*(name for name in CHECKED if name in release.measures), *others]
    rows = [_check(release, name, side) for name in names]
    return _part("checks", side, _head(side), rows)


def champion_part(release: Release, side: Side) -> list[str]:
    """The release in use on the same months; nothing where there was none."""
    facts = release.facts.get("champion")
    if not facts:
        return []
    names = [name for name in CHAMPION if name in release.measures]
    rows = [_check(release, name, side) for name in names]
    return _part(
        "champion",
        side,
        _head(side),
        rows,
        champion=code(facts["champion"]),
        label=code(facts["champion_label"]),
        way=side.say(f"note.champion_{facts['way']}"),
        critical=f"{facts['psi_critical']:.3f}",
    )


def gates_part(release: Release, side: Side) -> list[str]:
    """Every criterion, passed, failed or not measured, with its bound, value and reason."""
    lines, facts = side.section("gates"), release.facts.get("gates", {})
    if not release.gates:
        return [*lines, side.say("note.no_gates")]
    digest = facts.get("digest")
    lines.append(side.say("note.gates", digest=code(digest)) if digest else side.say("note.gates_plain"))
    head = [side.say(f"head.{name}") for name in ("gate", "state", "rule", "value", "of", "reason")]
    lines += side.table(head, [_verdict(verdict, side) for verdict in release.gates], sides="lllrrl")
    why = [
        f"- {_gate(verdict, side)}: {told}"
        for verdict in release.gates
        if (told := _why(verdict, facts, side))
    ]
    return [*lines, side.say("note.gates_why"), "", *why] if why else lines


def _verdict(verdict: Verdict, side: Side) -> tuple[str, ...]:
    figure = Figure(
        value=verdict.value, low=verdict.low, high=verdict.high, n=verdict.n, events=verdict.events
    )
    unmeasured = math.isnan(verdict.value)
    return (
        _gate(verdict, side),
        _state(verdict, side),
        f"{code(verdict.measure)} {code(verdict.rule)}",
        side.figure(figure, "gate"),
        UNKNOWN if unmeasured else side.of(figure),
        escaped(verdict.reason),
    )


def _gate(verdict: Verdict, side: Side) -> str:
    return side.word("gates.names", verdict.name)


def _state(verdict: Verdict, side: Side) -> str:
    if verdict.rule == REMOVED:
        return side.word("gates.states", "removed")
    names = {True: "passed", False: "failed", None: "unmeasured"}
    optional = "_optional" if verdict.passed is None and verdict.optional else ""
    word = side.word("gates.states", names[verdict.passed] + optional)
    shown = f"{STATES[verdict.passed]} {word}"
    return shown if verdict.holds else f"**{shown}**"


def _why(verdict: Verdict, facts: Mapping[str, Mapping[str, str]], side: Side) -> str:
    own = facts.get("why", {}).get(verdict.name, "")
    found = side.word("gates.why", verdict.name)
    # A criterion of the city's own has its sentence in the file alone.
    return escaped(own) if found == escaped(verdict.name) else found


def _head(side: Side) -> list[str]:
    return [side.say(f"head.{name}") for name in ("measure", "value", "of")]


def _check(release: Release, name: str, side: Side) -> tuple[str, ...]:
    figure, key = release.measures[name], name.replace("/", "_")
    word = side.word("card.check", key)
    return (code(name) if word == escaped(key) else word, side.figure(figure, name), side.of(figure))


def _warned(name: str, side: Side) -> str:
    """What a figure of lead time or burden is called: of all crises, or of those that could have been warned of."""
    part, _, measure = name.rpartition("/")
    word = side.word("figures.measure", measure)
    months = part.rpartition("_")[2]
    return f"{word} ({side.say('backtest:lead_observable', n=months)})" if part else word


def _part(
    name: str,
    side: Side,
    head: list[str],
    rows: Sequence[tuple[str, ...]],
    *,
    sides: str = "l",
    **facts: object,
) -> list[str]:
    """A heading, a note and a table; without rows it says that nothing was measured."""
    lines = side.section(name)
    if not rows:
        return [*lines, side.say("note.not_measured")]
    return [*lines, side.say(f"note.{name}", **facts), *side.table(head, rows, sides=sides)]


def _under(release: Release, home: str) -> dict[str, Figure]:
    """The measures below a name, without it."""
    return {
        name.removeprefix(home): figure for name, figure in release.measures.items() if name.startswith(home)
    }
