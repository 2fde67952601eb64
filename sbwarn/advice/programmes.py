"""Which programmes fit a shop: dated rules against its facts, each with an answer, and never an input of a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from sbwarn.advice.facts import Answer, Condition, every, read_conditions
from sbwarn.advice.tables import Entry, Kinds, check_keys, in_every_language, read_entries, wrong_key
from sbwarn.assets import folder
from sbwarn.messages import language as spoken
from sbwarn.messages import number, say

if TYPE_CHECKING:
    from sbwarn.advice.facts import Facts
    from sbwarn.messages import Language

Audience = Literal["consultant", "owner", "file"]
AUDIENCES: tuple[Audience, ...] = ("consultant", "owner", "file")
Serves = Literal["stay", "close", "again"]
Window = Literal["open", "closed", "ahead", "untold"]
LEVELS = ("normal", "watch", "caution", "alert", "severe", "not_scored")
"""Classes of risk that may prompt a programme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a programme gave, and to whom, from one day to another."""

    since: date | None
    """First day; None where no source tells it."""
    until: date | None
    """Last day; None where no end is told."""
    opens: date | None
    closes: date | None
    """Days between which one may apply."""
    gives: Mapping[str, str]
    """By language."""
    conditions: tuple[Condition, ...]
    """All have to be met."""
    confirm: Mapping[str, str]
    """By language: what no source settles, to be confirmed with the office; empty if nothing is left open."""
    source: str
    checked_on: date

    @property
    def dated(self) -> date:
        """The day that is told with every answer: since when the rule holds, or when it was looked up."""
        return self.since or self.checked_on

    def window(self, on: date) -> Window:
        """Whether one may apply on a day."""
        if self.closes and on > self.closes:
            return "closed"
        if self.opens and on < self.opens:
            return "ahead"
        return "open" if self.opens or self.closes else "untold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """Help that somebody gives, with the rules that it had and has."""

    id: str
    name: Mapping[str, str]
    """By language; so `provider`."""
    provider: Mapping[str, str]
    serves: tuple[Serves, ...]
    """Shops that go on, that end in order, or that start again."""
    prompts: tuple[str, ...]
    """Classes of risk in which it is spoken of first; never a condition."""
    rules: tuple[Rule, ...]
    """Oldest first."""

    def rule_on(self, on: date) -> Rule | None:
        """The latest rule that had begun by a day, be it over or not; None before the first."""
        begun = [rule for rule in self.rules if rule.since is None or rule.since <= on]
        return begun[-1] if begun else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One condition and how the shop stands to it."""

    condition: Condition
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How one programme fits one shop on one day: a flag for whoever talks to the owner, no decision."""

    programme: Programme
    rule: Rule
    on: date
    eligibility: Answer
    """"no" and "yes" by the facts that are known; "unknown", to be asked, while one is missing, where the rule leaves
    something to be confirmed with the office, or once it is over."""
    checks: tuple[Check, ...]
    missing: tuple[str, ...]
    """Facts to ask for, by name of `FACTS`."""
    window: Window
    lapsed: bool
    """True if the rule was over by that day and no later one is known."""
    stale: bool
    """True if nobody has looked the rule up for longer than the file allows."""
    prompted: bool
    """True if the class of risk says to speak of it first."""

    @property
    def dated(self) -> date:
        """The rule's day, told with the answer."""
        return self.rule.dated

    def text(self, audience: Audience = "consultant", language: Language | None = None) -> str:
        """The whole answer in sentences."""
        into = language or spoken()
        lines = [
            say(
                f"advice.fit.{audience}.{self.eligibility}",
                into=into,
                name=self.programme.name[into],
                provider=self.programme.provider[into],
                gives=self.rule.gives[into],
            ),
            *self._open_points(audience, into),
        ]
        if audience != "owner":
            since = self.rule.since or say("advice.fit.untold_day", into=into)
            lines.append(say("advice.fit.dated", into=into, since=since, checked=self.rule.checked_on))
        return " ".join(lines)

    def _open_points(self, audience: Audience, into: Language) -> list[str]:
        """What is to be asked, what is not met, and what is wrong with the day."""
        unmet = [check.condition.text(into) for check in self.checks if check.answer == "no"]
        lines = []
        if unmet and audience != "owner":
            lines.append(say("advice.fit.unmet", into=into, conditions="; ".join(unmet)))
        if self.missing:
            asked = ", ".join(say(f"advice.facts.{name}", into=into) for name in self.missing)
            lines.append(say(f"advice.fit.missing.{audience}", into=into, facts=asked))
        if self.rule.confirm:
            points = self.rule.confirm[into]
            lines.append(say(f"advice.fit.confirm.{audience}", into=into, points=points))
        if self.lapsed:
            lines.append(say("advice.fit.lapsed", into=into, until=self.rule.until))
        elif self.window in ("closed", "ahead"):
            day = self.rule.closes if self.window == "closed" else self.rule.opens
            lines.append(say(f"advice.fit.window.{self.window}", into=into, day=day))
        if self.stale and audience != "owner":
            age = number((self.on - self.rule.checked_on).days, "days", into=into)
            lines.append(say("advice.fit.stale", into=into, age=age))
        return lines

    def to_dict(self, language: Language | None = None) -> dict[str, object]:
        """The answer as plain values, ready for JSON."""
        into, rule = language or spoken(), self.rule
        days = {
            "rule_since": rule.since,
            "rule_until": rule.until,
            "opens": rule.opens,
            "closes": rule.closes,
        }
        return {
            "programme": self.programme.id,
            "name": self.programme.name[into],
            "provider": self.programme.provider[into],
            "gives": rule.gives[into],
            "eligibility": self.eligibility,
            "checks": [
                {"condition": each.condition.text(into), "answer": each.answer} for each in self.checks
            ],
            "missing": list(self.missing),
            "confirm": rule.confirm.get(into, ""),
            **{name: str(day) if day else None for name, day in days.items()},
            "checked_on": str(rule.checked_on),
            "window": self.window,
            "lapsed": self.lapsed,
            "stale": self.stale,
            "prompted": self.prompted,
            "source": rule.source,
            "text": self.text(language=into),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Programmes:
    """Every programme of a file, in its order."""

    programmes: tuple[Programme, ...]
    recheck_after_days: int


def fitting(
    facts: Facts, *, on: date, level: str = "not_scored", programmes: Programmes | None = None
) -> list[Fit]:
    """How each programme fits, those to speak of first in front: none is left out because a condition fails.

    Args:
        facts: What is known of the shop (see `facts_of`); what is not named is unknown.
        on: The day one stands on: a rule that had not begun by then is not told.
        level: The shop's class of risk. It changes the order alone, never an answer.
        programmes: From `read_programmes`; None for the ones that are shipped.

    Raises:
        SettingError: the file of programmes is damaged.

    >>> facts = {"small_merchant": True, "in_sejong": True}
    >>> fits = fitting(facts, on=date(2026, 11, 23), level="alert")
    >>> [(fit.eligibility, str(fit.dated)) for fit in fits if fit.programme.id == "support_centre"]
    [('yes', '2025-02-11')]
    """
    known = programmes or shipped_programmes()
    fits = [
        _fit(programme, rule, facts, on, level, known.recheck_after_days)
        for programme in known.programmes
        if (rule := programme.rule_on(on)) is not None
    ]
    return sorted(
        fits, key=lambda fit: (fit.eligibility == "no", not fit.prompted, fit.eligibility == "unknown")
    )


def _fit(programme: Programme, rule: Rule, facts: Facts, on: date, level: str, recheck: int) -> Fit:
    checks = tuple(Check(condition=each, answer=each.answer(facts)) for each in rule.conditions)
    missing = dict.fromkeys(name for each in rule.conditions for name in each.missing(facts))
    lapsed = rule.until is not None and on > rule.until
    answer = every(check.answer for check in checks)
    is_open = lapsed or (answer == "yes" and bool(rule.confirm))
    return Fit(
        programme=programme,
        rule=rule,
        on=on,
        eligibility="unknown" if is_open else answer,
        checks=checks,
        missing=tuple(missing),
        window=rule.window(on),
        lapsed=lapsed,
        stale=(on - rule.checked_on).days > recheck,
        prompted=level in programme.prompts,
    )


@cache
def shipped_programmes() -> Programmes:
    """The programmes of `data_schemas/programmes.toml`.

    >>> "new_start_fund" in [programme.id for programme in shipped_programmes().programmes]
    True
    """
    return read_programmes(folder("data_schemas") / "programmes.toml")


HEAD: Kinds = {"recheck_after_days": int, "programme": list}
PROGRAMME: Kinds = {
    "id": str, "name": dict, "provider": dict, "serves": list, "prompts": list, "rule": list,
}  # fmt: skip
RULE: Kinds = {
    "since": date, "until": date, "opens": date, "closes": date, "gives": dict, "conditions": list,
    "confirm": dict, "source": str, "checked_on": date,
}  # fmt: skip
MAY_LACK = ("since", "until", "opens", "closes", "confirm")


def read_programmes(path: str | Path) -> Programmes:
    """The programmes that a file declares, in the layout of `data_schemas/programmes.toml`.

    Raises:
        SettingError: the file cannot be read, or an entry is wrong; the text names the entry and its key.
    """
    head, entries = read_entries(Path(path), head=HEAD, array="programme")
    return Programmes(
        programmes=tuple(_programme(entry, f"{Path(path).name} {name}") for name, entry in entries.items()),
        recheck_after_days=head["recheck_after_days"],
    )


def _programme(entry: Entry, where: str) -> Programme:
    check_keys(entry, PROGRAMME, where=where)
    for key, known in (("serves", get_args(Serves)), ("prompts", LEVELS)):
        if not entry[key] or not set(entry[key]) <= set(known):
            raise wrong_key(where, key, entry[key])
    rules = tuple(_rule(rule, where) for rule in entry["rule"])
    days = [rule.since or date.min for rule in rules]
    if not rules or days != sorted(set(days)):
        raise wrong_key(where, "since", [str(day) for day in days])
    return Programme(
        id=entry["id"],
        name=in_every_language(entry, "name", where=where),
        provider=in_every_language(entry, "provider", where=where),
        serves=tuple(entry["serves"]),
        prompts=tuple(entry["prompts"]),
        rules=rules,
    )


def _rule(entry: Entry, where: str) -> Rule:
    check_keys(entry, RULE, where=where, optional=MAY_LACK)
    for first, last in (("since", "until"), ("opens", "closes")):
        if first in entry and last in entry and entry[first] > entry[last]:
            raise wrong_key(where, last, str(entry[last]))
    if not entry["source"].strip():
        raise wrong_key(where, "source", entry["source"])
    return Rule(
        **{day: entry.get(day) for day in ("since", "until", "opens", "closes")},
        gives=in_every_language(entry, "gives", where=where),
        conditions=read_conditions(entry["conditions"], where=where),
        confirm=in_every_language(entry, "confirm", where=where) if "confirm" in entry else {},
        source=entry["source"],
        checked_on=entry["checked_on"],
    )
