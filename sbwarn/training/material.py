"""What is learnt from: the label rule, what it found, the months as each was known, and the rows that they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sbwarn.indicators.selection import default_set
from sbwarn.labels.rules import LabelRule, find_events, label_rule, rule_for
from sbwarn.tables.month import from_ordinal
from sbwarn.training.rows import HazardRows, Snapshot, hazard_rows, snapshots
from sbwarn.training.split import Split, split

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.labels.rules import Events
    from sbwarn.tables.history import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that was public and mature by one month."""

    rule: LabelRule
    events: Events
    split: Split
    facts: tuple[Indicator, ...]
    taken: list[Snapshot]
    rows: HazardRows


def gather(
    history: History,
    month: pd.Period,
    *,
    label: str | None,
    wanted: Sequence[Indicator] | None,
    progress: Callable[[str], None],
) -> Material:
    """The material of a training that stands at the end of a month.

    Args:
        history: The data set.
        month: Nothing that was public later has any part in it.
        label: Name of the label rule; None for the one that fits the data set.
        wanted: Indicators to learn from; None for the default set.
        progress: Called with each month that is laid out.

    Raises:
        InputError: the history is too short.
    """
    rule = label_rule(label) if label else rule_for(history, month)
    events = find_events(rule, history, month)
    chosen = split(history.first_month.ordinal, events.mature)
    facts = tuple(wanted or default_set())
    taken = snapshots(history, [from_ordinal(each) for each in chosen.months], facts, progress=progress)
    return Material(
        rule=rule, events=events, split=chosen, facts=facts, taken=taken, rows=hazard_rows(taken, events)
    )
