"""The registry of label rules. A rule says, for each shop, in which month its crisis came, as far as that is known.

Labels look ahead by nature. Nothing that scores imports this room; training does, and asks only for months that are
mature: those of which no later delivery will change the answer.
"""

from __future__ import annotations

import hashlib
import inspect
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.errors import SettingError
from sbwarn.messages import say
from sbwarn.tables.month import ordinal
from sbwarn.tables.panel import NEVER

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from sbwarn.tables.history import History
    from sbwarn.tables.panel import Shops

FAR = 1 << 30
"""An event month that lies beyond everything: no event is known."""
SUCCESSOR = 6
"""Months within which a shop of the same name at the same place is its successor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """When the crisis of each shop came, as known on one day; arrays in the order of `shop_ids` (sorted)."""

    shop_ids: np.ndarray
    month: np.ndarray
    """Event month (ordinal), `FAR` if none is known."""
    transferred: np.ndarray
    """Month from which the shop went on under another number, `FAR` if it did not: no crisis, and no proof of none."""
    mature: int
    """Last month whose events are all known: a horizon that ends later has no label yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRule:
    """One meaning of "crisis"."""

    name: str
    version: int
    """Raised when the meaning changes."""
    maturity: int
    """Months after an event until it is surely known, beyond the lag of the table it is read from."""
    reads: str
    """The table that it is read from."""
    find: Callable[[History, pd.Period], Events]

    @property
    def title(self) -> str:
        """Name and version as a release tells them."""
        return f"{self.name} v{self.version}"

    @property
    def digest(self) -> str:
        """SHA-256 of the rule's name, version, maturity and code: two teams can tell whether they mean the same."""
        function = self.find.func if isinstance(self.find, partial) else self.find
        code = inspect.getsource(function) + inspect.getsource(_has_successor)
        text = f"{self.name}|{self.version}|{self.maturity}|{SUCCESSOR}|{code}"
        return hashlib.sha256(text.encode()).hexdigest()


def label_rule(name: str) -> LabelRule:
    """The rule of this name: `closed`, or `silent_2` to `silent_6`.

    Raises:
        SettingError: there is no such rule.

    >>> label_rule("silent_3").title
    'silent_3 v1'
    """
    if name == "closed":
        return LabelRule(name=name, version=1, maturity=2, reads="shops", find=_closed)
    silent = re.fullmatch(r"silent_([2-6])", name)
    if silent:
        months = int(silent[1])
        return LabelRule(
            name=name, version=1, maturity=months, reads="sales", find=partial(_silent, months=months)
        )
    raise SettingError(say("errors.no_label", name=repr(name)))


def rule_for(history: History, as_of: pd.Period) -> LabelRule:
    """The rule that fits what was known by `as_of`: closing dates where the register had any, else three silent months."""
    has_closings = bool((history.as_known(as_of).shops.closed != NEVER).any())
    return label_rule("closed" if has_closings else "silent_3")


def find_events(rule: LabelRule, history: History, as_of: pd.Period) -> Events:
    """The events of a rule as they were known on the last day of `as_of`."""
    return rule.find(history, as_of)


def _closed(history: History, as_of: pd.Period) -> Events:
    """The month of the closing date in the register."""
    panel = history.as_known(as_of)
    first, _ = history.sales_span(as_of)
    month = np.where(panel.shops.closed == NEVER, FAR, panel.shops.closed)
    moved = _has_successor(panel.shops, first, month)
    return Events(
        shop_ids=panel.shops.ids,
        month=np.where(moved, FAR, month),
        transferred=np.where(moved, month, FAR),
        mature=ordinal(as_of) - 2,
    )


def _silent(history: History, as_of: pd.Period, *, months: int) -> Events:
    """The last month with sales, once `months` closed months have passed without any.

    A reported zero is silence as much as a missing report; a late report ends it.
    """
    panel = history.as_known(as_of)
    closed_month = ordinal(as_of) - panel.lags["sales"]
    first, last = history.sales_span(as_of)
    quiet = (last != NEVER) & (last <= closed_month - months)
    month = np.where(quiet, last, FAR)
    moved = _has_successor(panel.shops, first, month)
    return Events(
        shop_ids=panel.shops.ids,
        month=np.where(moved, FAR, month),
        transferred=np.where(moved, month, FAR),
        mature=closed_month - months,
    )


def _has_successor(shops: Shops, first_sale: np.ndarray, ended: np.ndarray) -> np.ndarray:
    """True where another shop of the same name opened at the same place around the end: the shop goes on."""
    place: dict[tuple[str, str], list[int]] = {}
    for other, (name, site) in enumerate(zip(shops.name, shops.site, strict=True)):
        if name and site and first_sale[other] != NEVER:
            place.setdefault((name, site), []).append(other)
    moved = np.zeros(len(shops), dtype=bool)
    for shop in np.flatnonzero(ended != FAR):
        others = place.get((shops.name[shop], shops.site[shop]), ())
        moved[shop] = any(
            other != shop and -1 <= first_sale[other] - ended[shop] <= SUCCESSOR for other in others
        )
    return moved
