"""The page of a backtest: its first line, its cards and its tables, in words and numbers as the reader sees them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sbwarn.backtest.figures import COMPARED, OURS
from sbwarn.backtest.scored import DIMENSIONS
from sbwarn.figures.leadtime import OBSERVABLE, REACH
from sbwarn.figures.segments import OTHER
from sbwarn.messages import UNKNOWN, language, number, say
from sbwarn.reports.names import word
from sbwarn.scoring.record import LEVELS

if TYPE_CHECKING:
    from sbwarn.backtest.figures import BacktestFigures
    from sbwarn.backtest.run import Backtest
    from sbwarn.releases.record import Figure

SHARES = (
    "average_precision", "capture_5", "capture_10", "share_3", "share_6", "never", "precision", "new_precision", "reached",
    "too_late", "reached_in_time", "unchanged", "moved_two", "rate", "mean_risk", "alert_rate", "true_positive_rate", "tpr_gap",
)  # fmt: skip
"""Measures that are shown in per cent."""
ROUGH = (
    "median", "lower_quartile", "upper_quartile", "alerts_per_100", "alerts_per_month", "new_per_100", "new_per_month",
    "number_needed",
)  # fmt: skip
"""Measures of which one digit behind the point is enough."""
LEAD = ("lower_quartile", "median", "upper_quartile", "share_3", "share_6", "never")
BURDEN = (
    "alerts_per_100", "alerts_per_month", "new_per_100", "new_per_month", "precision", "new_precision", "number_needed",
    "too_late", "reached", "reached_in_time",
)  # fmt: skip
MODEL = ("auc", "average_precision", "capture_10")
LEVEL = ("brier", "brier_skill", "calibration_slope", "calibration_intercept")
SEGMENT = ("auc", "average_precision", "observed_to_expected")
STABLE = ("unchanged", "moved_two", "kappa")
FAIR = ("adverse_impact", "crisis_ratio", "tpr_gap")
NOTHING: Mapping[str, Figure] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of texts; the first column names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: bool = False
    """True if it opens when asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the page."""

    name: str
    notes: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[str, ...] = ()
    """Names of the charts, which stand above the tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One number that is read first."""

    title: str
    value: str
    below: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one reader sees."""

    verdict: str
    """The first line: whether ours beats the ladder."""
    beaten: bool
    """True if it does."""
    synthetic: bool
    title: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    cards: tuple[Card, ...]
    sections: tuple[Section, ...] = field(default_factory=tuple)


def page_of(found: Backtest, told: BacktestFigures) -> Page:
    """The page in the language in force."""
    return Page(
        verdict=told.standing.line(),
        beaten=told.standing.beaten,
        synthetic=found.synthetic,
        title=say("backtest.title", dataset=found.dataset, first=found.first, last=found.last),
        lead=say("backtest.lead", known=found.known_as_of),
        facts=_facts(found, told),
        cards=_cards(told),
        sections=(
            Section(
                name="ladder", tables=(_ladder(told), _level(told)), notes=(say("backtest.note.ladder"),)
            ),
            _over_time(found, told),
            Section(
                name="quality",
                charts=("roc", "precision_recall", "capture", "calibration"),
                notes=(say("backtest.note.quality"),),
            ),
            Section(name="classes", tables=(_classes(told),), notes=(say("backtest.note.classes"),)),
            _lead(told),
            Section(
                name="burden",
                tables=(_burden(told),),
                notes=(say("backtest.note.burden", capacity=told.capacity),),
            ),
            Section(
                name="stability",
                charts=("migration",),
                tables=(_stability(told),),
                notes=(say("backtest.note.stability"),),
            ),
            _segments(found, told),
            _fairness(found, told),
        ),
    )


def shown(figure: Figure | None, measure: str) -> str:
    """A figure with its interval as people read it; a dash if it was not measured.

    >>> from sbwarn.releases.record import Figure
    >>> shown(Figure(value=0.5, low=0.25, high=0.75, n=9, events=4), "precision")
    '50.0% (25.0% – 75.0%)'
    """
    if figure is None or math.isnan(figure.value):
        return UNKNOWN
    value, low, high = (_number(each, measure) for each in (figure.value, figure.low, figure.high))
    return say("report.with_interval", value=value, low=low, high=high)


def _number(value: float, measure: str) -> str:
    if not math.isfinite(value):
        return UNKNOWN
    if measure in SHARES:
        return number(value, "share")
    if measure == "gap":
        return f"{value:+.3f}"
    return f"{value:,.1f}" if measure in ROUGH else f"{value:.3f}"


def _count(n: int) -> str:
    return number(n, "count")


def _sizes(figure: Figure | None) -> tuple[str, str]:
    return (_count(figure.n), _count(figure.events)) if figure else (UNKNOWN, UNKNOWN)


def _measure(name: str) -> str:
    return say(f"figures.measure.{name}")


def _facts(found: Backtest, told: BacktestFigures) -> tuple[tuple[str, str], ...]:
    values = {
        "dataset": found.dataset,
        "months": f"{found.first} – {found.last}",
        "known": found.known_as_of,
        "label": found.label,
        "quarters": _count(len(found.quarters)),
        "rows": _count(len(found.scored.shop)),
        "shops": _count(len({*found.scored.shop.tolist()})),
        "indicators": _count(len(found.indicators)),
        "trees": _count(found.settings.trees),
        "seed": str(found.seed),
        "capacity": _count(told.capacity),
        "least": say("backtest.least", rows=told.limits.rows, events=told.limits.events),
    }
    return tuple((say(f"backtest.fact.{name}"), value) for name, value in values.items())


def _cards(told: BacktestFigures) -> tuple[Card, ...]:
    six = told.overall.get("6", {})
    chosen = {
        "auc": (six.get("all", {}).get(OURS, NOTHING).get("auc"), "auc"),
        "trading": (six.get("trading", {}).get(OURS, NOTHING).get("auc"), "auc"),
        "precision": (told.measures.get("burden/capacity/precision"), "precision"),
        "median": (told.measures.get("lead/median"), "median"),
        "never": (told.measures.get("lead/never"), "never"),
    }
    return tuple(_card(name, figure, measure) for name, (figure, measure) in chosen.items())


def _card(name: str, figure: Figure | None, measure: str) -> Card:
    title = say(f"backtest.card.{name}")
    if figure is None or math.isnan(figure.value):
        return Card(title=title, value=UNKNOWN, below=say("backtest.not_measured"))
    low, high = _number(figure.low, measure), _number(figure.high, measure)
    n, events = _sizes(figure)
    below = say("backtest.card_below", low=low, high=high, n=n, events=events)
    return Card(title=title, value=_number(figure.value, measure), below=below)


def _ladder(told: BacktestFigures) -> Table:
    """By horizon and population, ours and the ladder."""
    rows = []
    for horizon, populations in told.overall.items():
        for population, models in populations.items():
            for model, figures in models.items():
                gap = told.gaps.get(horizon, {}).get(population, {}).get(model)
                rows.append(
                    (
                        word("figures.model", model),
                        say("backtest.months", n=horizon),
                        word("figures.population", population),
                        *_sizes(figures.get("auc")),
                        *(shown(figures.get(measure), measure) for measure in MODEL),
                        shown(gap, "gap"),
                    )
                )
    head = ("model", "horizon", "population", "n", "events")
    return Table(
        caption=say("backtest.caption.ladder"),
        head=(*_heads(head), *map(_measure, MODEL), _measure("gap")),
        rows=tuple(rows),
    )


def _level(told: BacktestFigures) -> Table:
    """How right the probabilities are."""
    rows = [
        (
            say("backtest.months", n=horizon),
            word("figures.population", population),
            *_sizes(models[OURS].get("brier")),
            *(shown(models[OURS].get(measure), measure) for measure in LEVEL),
        )
        for horizon, populations in told.overall.items()
        for population, models in populations.items()
    ]
    return Table(
        caption=say("backtest.caption.level"),
        head=(*_heads(("horizon", "population", "n", "events")), *map(_measure, LEVEL)),
        rows=tuple(rows),
    )


def _heads(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(say(f"backtest.head.{name}") for name in names)


def _over_time(found: Backtest, told: BacktestFigures) -> Section:
    rungs = tuple(found.scored.forecast.rungs)
    rows = []
    for each in found.quarters:
        ours = told.quarters[each.origin].get("6", {}).get("all", {}).get(OURS, NOTHING)
        gaps = told.quarter_gaps[each.origin]
        rows.append(
            (
                each.origin,
                f"{each.months[0]} – {each.months[-1]}",
                _count(each.rows),
                _count(each.events),
                *_sizes(ours.get("auc")),
                *(shown(ours.get(measure), measure) for measure in (*MODEL[:2], "calibration_slope")),
                *(shown(gaps.get(rung), "gap") for rung in rungs),
            )
        )
    head = ("origin", "months", "learnt", "learnt_events", "n", "events")
    against = tuple(say("backtest.gap_to", name=word("figures.model", rung)) for rung in rungs)
    table = Table(
        caption=say("backtest.caption.quarters"),
        head=(*_heads(head), *map(_measure, (*MODEL[:2], "calibration_slope")), *against),
        rows=tuple(rows),
    )
    left = tuple(
        say("backtest.left_out", origin=origin, reason=reason) for origin, reason in found.left_out.items()
    )
    return Section(
        name="over_time",
        charts=("auc_over_time",),
        tables=(table,),
        notes=(say("backtest.note.over_time", known=found.known_as_of), *left),
    )


def _classes(told: BacktestFigures) -> Table:
    rows = []
    for level in LEVELS:
        rate = told.measures.get(f"class/{level}/rate")
        mean = told.measures.get(f"class/{level}/mean_risk")
        rows.append((say(f"levels.{level}"), *_sizes(rate), shown(mean, "mean_risk"), shown(rate, "rate")))
    return Table(
        caption=say("backtest.caption.classes"),
        head=(*_heads(("level", "n", "events")), _measure("mean_risk"), _measure("rate")),
        rows=tuple(rows),
    )


def _lead(told: BacktestFigures) -> Section:
    prefixes = {"lead": say("backtest.lead_all")} | {
        f"lead/observable_{months}": say("backtest.lead_observable", n=months) for months in OBSERVABLE
    }
    rows = []
    for prefix, name in prefixes.items():
        figures = {measure: told.measures.get(f"{prefix}/{measure}") for measure in LEAD}
        never = figures["never"]
        warned = never.n - never.events if never else None
        sizes = (_count(never.n), _count(warned)) if never and warned is not None else (UNKNOWN, UNKNOWN)
        rows.append((name, *sizes, *(shown(each, measure) for measure, each in figures.items())))
    table = Table(
        caption=say("backtest.caption.lead"),
        head=(*_heads(("crises_of", "crises", "warned")), *map(_measure, LEAD)),
        rows=tuple(rows),
    )
    note = say("backtest.note.lead", reach=REACH, fewest=told.limits.lead_events)
    return Section(name="lead", charts=("lead_time",), tables=(table,), notes=(note,))


def _burden(told: BacktestFigures) -> Table:
    rows = []
    for measure in BURDEN:
        by_class = told.measures.get(f"burden/{measure}")
        by_capacity = told.measures.get(f"burden/capacity/{measure}")
        rows.append(
            (
                _measure(measure),
                shown(by_class, measure),
                *_sizes(by_class),
                shown(by_capacity, measure),
                *_sizes(by_capacity),
            )
        )
    head = _heads(("measure", "at_class", "n", "counted"))
    capacity = say("backtest.head.at_capacity", capacity=told.capacity)
    return Table(
        caption=say("backtest.caption.burden"),
        head=(*head, capacity, *_heads(("n", "counted"))),
        rows=tuple(rows),
    )


def _stability(told: BacktestFigures) -> Table:
    rows = []
    for prefix in ("stability", "stability/retrained"):
        figures = {measure: told.measures.get(f"{prefix}/{measure}") for measure in STABLE}
        kappa = figures["kappa"]
        rows.append(
            (
                say(f"backtest.steps.{prefix.rpartition('/')[2]}"),
                *_sizes(kappa),
                *(shown(each, measure) for measure, each in figures.items()),
            )
        )
    return Table(
        caption=say("backtest.caption.stability"),
        head=(*_heads(("steps", "n", "moved")), *map(_measure, STABLE)),
        rows=tuple(rows),
    )


def _segments(found: Backtest, told: BacktestFigures) -> Section:
    tables = []
    for dimension in DIMENSIONS:
        rows = [
            (
                _segment(dimension, name, found),
                *_sizes(figures.get("auc")),
                *(shown(figures.get(measure), measure) for measure in SEGMENT),
            )
            for name, figures in _named(told.measures, f"segment/{dimension}/").items()
        ]
        if rows:
            tables.append(
                Table(
                    caption=_caption("segments", dimension, told),
                    head=(
                        say(f"backtest.dimension.{dimension}"),
                        *_heads(("n", "events")),
                        *map(_measure, SEGMENT),
                    ),
                    rows=tuple(rows),
                )
            )
    return Section(name="segments", tables=tuple(tables), notes=(*_worst(found, told), _least(told)))


def _worst(found: Backtest, told: BacktestFigures) -> tuple[str, ...]:
    """The segment that is ranked worst, by its name; nothing without segments."""
    worst = told.measures.get("segment/worst/auc")
    for path, figure in told.measures.items():
        _, dimension, *name = path.split("/")[:-1] if path.endswith("/auc") else ("", "")
        if name and figure == worst:
            where = f"{say(f'backtest.dimension.{dimension}')}: {_segment(dimension, name[0], found)}"
            return (say("backtest.worst", where=where, auc=shown(figure, "auc"), n=_sizes(figure)[0]),)
    return ()


def _caption(name: str, dimension: str, told: BacktestFigures) -> str:
    """The caption, and how much of the dimension is not told apart."""
    caption = say(f"backtest.caption.{name}", dimension=say(f"backtest.dimension.{dimension}"))
    small, left = len(told.small[dimension]), told.left_out[dimension]
    return caption + (say("backtest.pooled", small=small, left=_count(left)) if small else "")


def _named(measures: Mapping[str, Figure], prefix: str) -> dict[str, dict[str, Figure]]:
    """By the name between prefix and measure, the measures; in the order in which they come."""
    found: dict[str, dict[str, Figure]] = {}
    for path, figure in measures.items():
        name, slash, measure = path.removeprefix(prefix).rpartition("/")
        if path.startswith(prefix) and slash:
            found.setdefault(name, {})[measure] = figure
    return found


def _segment(dimension: str, name: str, found: Backtest) -> str:
    if name == OTHER:
        return say("backtest.segment.other")
    if dimension == "district" and name in found.districts:
        korean, english = found.districts[name]
        return korean if language() == "ko" else english
    return word("backtest.segment", name)


def _least(told: BacktestFigures) -> str:
    return say("backtest.note.segments", rows=told.limits.rows, events=told.limits.events)


def _fairness(found: Backtest, told: BacktestFigures) -> Section:
    rows, groups = [], []
    for dimension in COMPARED:
        figures = {name: told.measures.get(f"fairness/{dimension}/{name}") for name in FAIR}
        rows.append(
            (
                say(f"backtest.dimension.{dimension}"),
                *_sizes(figures["adverse_impact"]),
                *(shown(each, name) for name, each in figures.items()),
            )
        )
        groups.append(_groups(found, told, dimension))
    table = Table(
        caption=say("backtest.caption.fairness"),
        head=(*_heads(("across", "n", "events")), *map(_measure, FAIR)),
        rows=tuple(rows),
    )
    kept = tuple(each for each in groups if each.rows)
    return Section(name="fairness", tables=(table, *kept), notes=(say("backtest.note.fairness"),))


def _groups(found: Backtest, told: BacktestFigures, dimension: str) -> Table:
    rows = tuple(
        (
            _segment(dimension, name, found),
            _sizes(figures.get("alert_rate"))[0],
            shown(figures.get("alert_rate"), "alert_rate"),
            _sizes(figures.get("true_positive_rate"))[0],
            shown(figures.get("true_positive_rate"), "true_positive_rate"),
        )
        for name, figures in _named(told.measures, f"fairness/{dimension}/").items()
    )
    head = (say(f"backtest.dimension.{dimension}"), say("backtest.head.n"), _measure("alert_rate"),
            say("backtest.head.events"), _measure("true_positive_rate"))  # fmt: skip
    return Table(caption=_caption("groups", dimension, told), head=head, rows=rows, folded=True)
