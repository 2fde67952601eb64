"""The ledger: which alerts were raised, what was done about them, and what became of the shops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self, get_args

import numpy as np
import pandas as pd

from sbwarn.errors import InputError, SettingError
from sbwarn.ledger.effect import compare
from sbwarn.messages import say
from sbwarn.tables.month import as_month, last_day

if TYPE_CHECKING:
    from datetime import date
    from types import TracebackType

    from sbwarn.ledger.store import Store

DEFAULT_URL = "sqlite:///ledger.db"

Kind = Literal[
    "diagnosis",
    "consulting",
    "education",
    "special_fund",
    "rent_mediation",
    "closure_support",
    "second_chance",
    "none",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""What can be done for a shop; `ledger.kinds.*` of the catalogue has the words."""

Decision = Literal["visit", "offer", "no_action"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)
"""What a person decided; `ledger.decisions.*` of the catalogue has the words."""

LEDGER_COLUMNS = (
    "shop_id", "as_of", "release", "rank", "quadrant", "level", "risk_6m", "change_3m", "review_on",
    "kind", "decision", "action_on", "by", "acted", "event", "outcome_on",
)  # fmt: skip

_FROM_WATCH = ("shop_id", "rank", "quadrant", "level", "risk_6m", "change_3m", "review_on")


@dataclass(frozen=True, slots=True)
class Ledger:
    """Alert → action → outcome, in a database; entries are only added, a later entry corrects an earlier one.

    It holds no personal data: shops by their number, people by their role.

    >>> from datetime import date
    >>> watch = pd.DataFrame({
    ...     "rank": [1], "shop_id": ["A17"], "quadrant": ["level"], "risk_6m": [0.31], "change_3m": [0.02],
    ...     "level": ["alert"], "review_on": ["2025-04-30"]})
    >>> with Ledger.open("sqlite://") as ledger:
    ...     alerts = ledger.record_alerts(watch, as_of="2025-03", release="2025-01")
    ...     action = ledger.record_action(
    ...         "A17", as_of="2025-03", kind="consulting", decision="visit", on=date(2025, 4, 9), by="consultant")
    ...     ledger.record_outcome("A17", as_of="2025-03", event=False, on=date(2025, 9, 30))
    ...     print(ledger.table()[["shop_id", "decision", "acted", "event"]])
      shop_id decision  acted  event
    0     A17    visit   True  False
    """

    store: Store
    """Where the entries lie; `Ledger.open` makes it."""

    @classmethod
    def open(cls, url: str = DEFAULT_URL) -> Ledger:
        """The ledger at this database address; a new one if the database is empty.

        Any address of SQLAlchemy is taken. Only SQLite is tested, and only there may several processes make one
        ledger at once: elsewhere open it once before it is shared. `with Ledger.open(…) as ledger:` closes it.

        Raises:
            SettingError: the `ledger` extra or the database's driver is not installed, or the address is none.
            StoreError: the database cannot be reached, is not a ledger, or is one of another version.
        """
        try:
            from sbwarn.ledger.store import open_store
        except ModuleNotFoundError as missing:
            raise SettingError(say("ledger.no_extra")) from missing
        return cls(open_store(url))

    def close(self) -> None:
        """Let go of the database."""
        self.store.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def record_alerts(self, watch: pd.DataFrame, *, as_of: str, release: str) -> int:
        """How many alerts of this watch list are new.

        Recording the same list again adds nothing: a shop, month and release that the ledger has stay as they were.

        Args:
            watch: A watch list as `watch_list` returns it.
            as_of: The month of the list, "YYYY-MM".
            release: The release that scored it.

        Raises:
            InputError: a column is missing, a shop occurs twice, or a risk is unknown.
        """
        _check_watch(watch)
        month = _month(as_of)
        rows = watch[list(_FROM_WATCH)].astype(object)
        alerts = rows.where(rows.notna(), None).to_dict("records")
        named = [
            {**{str(k): v for k, v in alert.items()}, "as_of": month, "release": release} for alert in alerts
        ]
        return self.store.add_alerts(named, as_of=month, release=release)

    def record_action(
        self, shop_id: str, *, as_of: str, kind: Kind, decision: Decision, on: date, by: str | None = None
    ) -> int:
        """The number of the new entry: a person looked at the alert and decided.

        Args:
            shop_id: The shop that was alerted.
            as_of: The month of the alert, "YYYY-MM".
            kind: What was done or offered; "none" with the decision "no_action", and only with it.
            decision: "visit", "offer" or "no_action".
            on: The day of the decision.
            by: The role of the person who decided ("consultant", "programme_office"); never a name.

        Raises:
            SettingError: an unknown kind or decision, or two that contradict each other.
            InputError: no such alert, or a day before the alert's month was over.
        """
        _check_choice("kind", kind, KINDS)
        _check_choice("decision", decision, DECISIONS)
        if (kind == "none") != (decision == "no_action"):
            raise SettingError(say("ledger.contradiction", kind=repr(kind), decision=repr(decision)))
        month = _month(as_of)
        day = _day(on, entry="action", shop_id=shop_id, as_of=month)
        action = {"kind": kind, "decision": decision, "action_on": day, "by": by}
        return self.store.add_action({"shop_id": shop_id, "as_of": month, **action})

    def record_outcome(self, shop_id: str, *, as_of: str, event: bool, on: date) -> None:
        """Record what became of an alerted shop.

        Args:
            shop_id: The shop that was alerted.
            as_of: The month of the alert, "YYYY-MM".
            event: True if the crisis came, False if the horizon passed without one.
            on: The day on which that was established.

        Raises:
            InputError: no such alert, or a day before the alert's month was over.
        """
        month = _month(as_of)
        day = _day(on, entry="outcome", shop_id=shop_id, as_of=month)
        self.store.add_outcome({"shop_id": shop_id, "as_of": month, "event": bool(event), "outcome_on": day})

    def table(self) -> pd.DataFrame:
        """One row an alert, with its last action and its last outcome.

        "Last" is the latest day, and on one day the entry recorded last. Two releases that alerted the same shop in
        the same month are two rows with the same action and outcome.

        Returns:
            `LEDGER_COLUMNS`; `acted` is True if there was a visit or an offer, on or before the outcome's day if one
            is known; `event` is missing while the outcome is unknown.
        """
        alerts, actions, outcomes = self.store.rows()
        last_outcome = _last(outcomes, "outcome_on")
        both = alerts.merge(_last(actions, "action_on"), on=_ALERT, how="left", validate="many_to_one")
        both = both.merge(last_outcome, on=_ALERT, how="left", validate="many_to_one")
        both = both.assign(
            acted=_acted(alerts, actions, last_outcome),
            event=both["event"].astype("boolean"),
            change_3m=both["change_3m"].astype(float),
        )
        return both[list(LEDGER_COLUMNS)]

    def effect(self) -> pd.DataFrame:
        """Shops that were helped beside shops that were not: how many came into crisis; see `compare`."""
        return compare(self.table())


_ALERT = ["shop_id", "as_of"]


def _check_watch(watch: pd.DataFrame) -> None:
    missing = [name for name in _FROM_WATCH if name not in watch]
    if missing:
        raise InputError(say("ledger.missing_columns", columns=", ".join(missing)))
    twice = watch.loc[watch["shop_id"].duplicated(), "shop_id"]
    if len(twice):
        raise InputError(say("ledger.shop_twice", shop=repr(twice.iloc[0])))
    unknown = watch.loc[watch["risk_6m"].isna(), "shop_id"]
    if len(unknown):
        raise InputError(say("ledger.no_risk", shop=repr(unknown.iloc[0])))


def _check_choice(argument: str, got: str, choices: tuple[str, ...]) -> None:
    if got not in choices:
        raise SettingError(
            say("ledger.no_such_choice", argument=argument, got=repr(got), choices=", ".join(choices))
        )


def _month(as_of: str) -> str:
    return str(as_month(as_of, argument="as_of"))


def _day(on: date, *, entry: str, shop_id: str, as_of: str) -> str:
    # Through text: a moment with a time zone keeps its own day, where NumPy would take the day in UTC.
    day, end = np.datetime64(str(pd.Timestamp(on))[:10]), last_day(as_month(as_of))
    # Written so that a missing day (NaT), which compares as False, is refused too.
    if not day >= end:
        what = say(f"ledger.entries.{entry}")
        raise InputError(say("ledger.too_early", entry=what, shop=repr(shop_id), got=day, end=end))
    return str(day)


def _last(entries: pd.DataFrame, day: str) -> pd.DataFrame:
    return entries.sort_values(day, kind="stable").drop_duplicates(_ALERT, keep="last")


def _acted(alerts: pd.DataFrame, actions: pd.DataFrame, last_outcome: pd.DataFrame) -> np.ndarray:
    done = actions[actions["decision"] != "no_action"]
    done = done.merge(last_outcome, on=_ALERT, how="left", validate="many_to_one")
    # Help that began after the crisis came (an orderly closure) did not act on the alert.
    in_time = done[done["outcome_on"].isna() | (done["action_on"] <= done["outcome_on"])]
    answered = pd.MultiIndex.from_frame(in_time[_ALERT])
    return pd.MultiIndex.from_frame(alerts[_ALERT]).isin(answered)
