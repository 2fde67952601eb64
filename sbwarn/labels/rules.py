"""The registry of label rules. A rule says, for each shop, in which month its crisis came, as far as that is known.

Labels look ahead by nature. Nothing that scores imports this room; training does, and asks only for months that are
mature: those of which no later delivery will change the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from sbwarn.errors import InputError, SettingError
from sbwarn.labels import arrears, collapse, exclusions
from sbwarn.labels import closed as closing
from sbwarn.labels.code import digest_of
from sbwarn.labels.events import FAR, Events
from sbwarn.labels.first import first_of
from sbwarn.labels.silent import silent
from sbwarn.messages import say

if TYPE_CHECKING:
    import pandas as pd

    from sbwarn.tables.history import History

__all__ = ["FAR", "Events", "LabelRule", "answerable", "find_events", "label_rule", "rule_for"]

HORIZONS = (3, 6, 12)
"""Months ahead for which a rule is asked."""
USUAL = ("closed", "silent_3", "sales_collapse", "arrears_31", "arrears_90")
"""Rules that are looked at where none is named, and the order in which parts of a composition stand."""
FIRST = "+"
"""Stands between the parts of a composition."""
MOST_DAYS = 3660
"""The longest arrears that the table holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRule:
    """One meaning of "crisis"."""

    name: str
    """Never holds a space."""
    version: str
    """A number, raised when the meaning changes; of a composition those of its parts, "1+1"."""
    maturity: int
    """Months after an event until it is surely known, beyond the lag of the table it is read from."""
    reads: tuple[str, ...]
    """Tables without which it has no answer."""
    quantity: str | None = None
    """Quantity of which something has to be known, if a table alone is not enough."""
    horizons: tuple[int, ...] = HORIZONS
    exclusions: tuple[str, ...] = ()
    """Names of what makes an event none."""
    find: Callable[[History, pd.Period], Events]
    parts: tuple[LabelRule, ...] = ()
    """Of a composition: the rules of which the first counts."""

    @property
    def title(self) -> str:
        """Name and version as a release tells them.

        >>> label_rule("sales_collapse+closed").title
        'closed+sales_collapse v1+1'
        """
        return f"{self.name} v{self.version}"

    @property
    def digest(self) -> str:
        """SHA-256 of everything that decides: two teams can tell whether they mean the same.

        Name, version, maturity, horizons, exclusions and the code that finds the events, of a composition the digests
        of its parts; comments, docstrings and the layout of the code do not count.
        """
        facts = (self.name, self.version, self.maturity, self.horizons, self.exclusions)
        deciding: list[Callable[..., Any]] = [self.find, Events.ahead]
        deciding += [exclusions.EXCLUSIONS[name] for name in self.exclusions]
        return digest_of(facts, deciding, [part.digest for part in self.parts])


def label_rule(name: str) -> LabelRule:
    """The rule of this name: `closed`, `silent_2` to `silent_6`, `sales_collapse`, `arrears_31` or other days, or several.

    Args:
        name: Of one rule, or of several with "+" between them for whichever comes first, in any order.

    Raises:
        SettingError: there is no such rule, or it stands twice.

    >>> label_rule("silent_3").title, label_rule("silent_3+closed").name
    ('silent_3 v1', 'closed+silent_3')
    """
    names = name.split(FIRST)
    twice = sorted({each for each in names if names.count(each) > 1})
    if twice:
        raise SettingError(say("labels.errors_twice", name=repr(name), twice=", ".join(twice)))
    parts = sorted((_one(each) for each in names), key=_place)
    return parts[0] if len(parts) == 1 else _composed(parts)


def _one(name: str) -> LabelRule:
    """The rule of this name, which is no composition."""
    gone_on = tuple(exclusions.EXCLUSIONS)
    if name == "closed":
        return LabelRule(
            name=name, version="1", maturity=closing.MATURITY, reads=("shops", "sales"), exclusions=gone_on,
            find=closing.closed,
        )  # fmt: skip
    if name == "sales_collapse":
        return LabelRule(
            name=name, version="1", maturity=collapse.MATURITY, reads=("shops", "sales"),
            find=collapse.sales_collapse,
        )  # fmt: skip
    if found := re.fullmatch(r"silent_([2-6])", name):
        months = int(found[1])
        return LabelRule(
            name=name, version="1", maturity=months, reads=("shops", "sales"), exclusions=gone_on,
            find=partial(silent, months=months),
        )  # fmt: skip
    if (found := re.fullmatch(r"arrears_([1-9][0-9]{0,3})", name)) and int(found[1]) <= MOST_DAYS:
        return LabelRule(
            name=name, version="1", maturity=arrears.MATURITY, reads=("shops", "profile"), quantity="days_past_due",
            find=partial(arrears.arrears, days=int(found[1])),
        )  # fmt: skip
    raise SettingError(say("labels.errors_no_rule", name=repr(name), most=MOST_DAYS))


def _place(rule: LabelRule) -> tuple[int, int]:
    """Where a rule stands in a composition: by kind, then by its months or days."""
    kinds = [name.partition("_")[0] for name in USUAL]
    kind, _, length = rule.name.partition("_")
    return kinds.index(kind), int(length) if length.isdigit() else 0


def _composed(parts: Sequence[LabelRule]) -> LabelRule:
    """Whichever of these comes first."""
    return LabelRule(
        name=FIRST.join(part.name for part in parts),
        version=FIRST.join(part.version for part in parts),
        maturity=max(part.maturity for part in parts),
        reads=_distinct([table for part in parts for table in part.reads]),
        exclusions=_distinct([name for part in parts for name in part.exclusions]),
        find=partial(_first, parts=tuple(parts)),
        parts=tuple(parts),
    )


def _first(history: History, as_of: pd.Period, *, parts: Sequence[LabelRule]) -> Events:
    return first_of({part.name: part.find(history, as_of) for part in parts})


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def rule_for(history: History, as_of: pd.Period) -> LabelRule:
    """The rule that fits what was known by `as_of`: closing dates where the register had any, else three silent months."""
    return label_rule("closed" if closing.has_closings(history, as_of) else "silent_3")


def answerable(history: History, as_of: pd.Period) -> tuple[LabelRule, ...]:
    """The usual rules to which the data set had an answer by `as_of`."""
    rules = [label_rule(name) for name in USUAL if name != "closed" or closing.has_closings(history, as_of)]
    return tuple(rule for rule in rules if not _lacking(rule, history, as_of))


def find_events(rule: LabelRule, history: History, as_of: pd.Period) -> Events:
    """The events of a rule as they were known on the last day of `as_of`.

    Raises:
        InputError: the data set lacks a table or quantity that the rule reads.
    """
    for part in rule.parts or (rule,):
        lacking = _lacking(part, history, as_of)
        if lacking:
            raise InputError(
                say("labels.errors_lacking", rule=part.name, table=lacking, dataset=history.dataset.name)
            )
    return rule.find(history, as_of)


def _lacking(rule: LabelRule, history: History, as_of: pd.Period) -> str | None:
    """The first table, or quantity of a table, that a rule reads and the data set did not hold by `as_of`."""
    for table in rule.reads:
        if table not in history.dataset.tables or not len(history.dataset.tables[table]):
            return table
    if rule.quantity and np.isnan(history.whole(rule.quantity, as_of).values).all():
        return f"{rule.reads[-1]}.{rule.quantity}"
    return None
