"""What is learnt from: the label rule, what it found, the months as each was known, and the rows that they make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sbwarn.indicators.selection import default_set
from sbwarn.labels.rules import LabelRule, find_events, label_rule, rule_for
from sbwarn.labels.support import helps_of
from sbwarn.tables.month import from_ordinal
from sbwarn.training.dropout import without_tables
from sbwarn.training.rows import HazardRows, Snapshot, hazard_rows, snapshots
from sbwarn.training.split import Split, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd

    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.labels.events import Events
    from sbwarn.labels.support import Helps
    from sbwarn.tables.history import History
    from sbwarn.training.rows import Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that was public and mature by one month."""

    rule: LabelRule
    events: Events
    helps: Helps
    split: Split
    facts: tuple[Indicator, ...]
    taken: list[Snapshot]
    """Of every watched month; the last few teach nothing yet."""
    rows: HazardRows

    @property
    def names(self) -> tuple[str, ...]:
        """Of the indicators, in the order of the columns."""
        return tuple(fact.name for fact in self.facts)

    @property
    def tested(self) -> list[Snapshot]:
        """The months that a trial had not seen; the last few can tell no horizon yet."""
        return [snapshot for snapshot in self.taken if snapshot.month >= self.split.test_from]

    def learning(self, dropout: float, *, seed: int) -> HazardRows:
        """The rows as a model learns from them: each table that a city may lack is missing from some shops."""
        return replace(self.rows, values=without_tables(self.rows, self.facts, dropout, seed=seed))


def gather(
    history: History,
    month: pd.Period,
    *,
    label: str | None,
    wanted: Sequence[Indicator] | None,
    helped: Way = "keep",
    taken: Iterable[Snapshot] | None = None,
    progress: Callable[[str], None],
) -> Material:
    """The material of a training that stands at the end of a month.

    Args:
        history: The data set.
        month: Nothing that was public later has any part in it.
        label: Name of the label rule; None for the one that fits the data set.
        wanted: Indicators to learn from; None for the default set.
        helped: What becomes of rows whose shop got help before their answer came.
        taken: Snapshots of these indicators made before, of any months: one depends on its own month alone.
        progress: Called with each month that is laid out.

    Raises:
        InputError: the history is too short.
    """
    rule = label_rule(label) if label else rule_for(history, month)
    events, helps = find_events(rule, history, month), helps_of(history, month)
    chosen = split(history.first_month.ordinal, events.mature)
    facts = tuple(wanted or default_set())
    made = {snapshot.month: snapshot for snapshot in taken or ()}
    missing = [from_ordinal(each) for each in chosen.watched if each not in made]
    made |= {each.month: each for each in snapshots(history, missing, facts, progress=progress)}
    months = [made[each] for each in chosen.watched]
    return Material(
        rule=rule,
        events=events,
        helps=helps,
        split=chosen,
        facts=facts,
        taken=months,
        rows=hazard_rows(months, events, helps, way=helped),
    )
