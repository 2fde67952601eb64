"""Whether a shop meets a condition: yes, no, or unknown because nobody has told the fact that it asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sbwarn.advice.facts import FACTS, Fact, Facts, is_of_kind
from sbwarn.errors import SettingError
from sbwarn.messages import number, say

if TYPE_CHECKING:
    from sbwarn.messages import Language

Answer = Literal["yes", "no", "unknown"]
Bound = Literal["is", "at_least", "at_most"]
BOUNDS: tuple[Bound, ...] = ("is", "at_least", "at_most")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One fact and what it has to be."""

    fact: str
    bound: Bound
    value: Fact

    def answer(self, facts: Facts) -> Answer:
        """Whether the facts meet it; "unknown" without the fact."""
        if self.fact not in facts:
            return "unknown"
        told, wanted = facts[self.fact], self.value
        if self.bound == "is":
            return "yes" if told == wanted else "no"
        # Months are written so that the order of their letters is the order of time.
        holds = told >= wanted if self.bound == "at_least" else told <= wanted  # type: ignore[operator]
        return "yes" if holds else "no"

    def text(self, language: Language | None = None) -> str:
        """The way in words."""
        name = say(f"advice.facts.{self.fact}", into=language)
        if self.bound == "is":
            return say(f"advice.conditions.{'is' if self.value else 'is_not'}", into=language, fact=name)
        told = self.value if isinstance(self.value, str) else self._number(float(self.value), language)
        return say(f"advice.conditions.{self.bound}", into=language, fact=name, value=told)

    def _number(self, value: float, language: Language | None) -> str:
        kind = FACTS[self.fact]
        return number(value, "count" if kind == "points" else kind, into=language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What has to hold: one way to meet it is enough."""

    ways: tuple[Way, ...]

    def answer(self, facts: Facts) -> Answer:
        """Met if one way is; missed only if every way is known to be.

        >>> (ended,) = read_conditions(
        ...     [{"any": [{"fact": "closing", "is": True}, {"fact": "closed", "at_least": "2023-01"}]}],
        ...     where="an example")
        >>> ended.answer({"closed": "2024-05"}), ended.answer({"closing": False})
        ('yes', 'unknown')
        >>> ended.answer({"closing": False, "closed": "2020-01"})
        'no'
        """
        answers = {way.answer(facts) for way in self.ways}
        return "yes" if "yes" in answers else "unknown" if "unknown" in answers else "no"

    def missing(self, facts: Facts) -> tuple[str, ...]:
        """The facts that somebody has to ask for before it can be answered; none once it is."""
        if self.answer(facts) != "unknown":
            return ()
        return tuple(way.fact for way in self.ways if way.fact not in facts)

    def text(self, language: Language | None = None) -> str:
        """The ways in words, joined by "or"."""
        return say("advice.conditions.or", into=language).join(way.text(language) for way in self.ways)


def every(answers: Iterable[Answer]) -> Answer:
    """One answer to conditions that all have to be met.

    >>> every(["yes", "unknown"]), every(["unknown", "no"]), every([])
    ('unknown', 'no', 'yes')
    """
    found = set(answers)
    return "no" if "no" in found else "unknown" if "unknown" in found else "yes"


def read_conditions(told: list[object], *, where: str) -> tuple[Condition, ...]:
    """Conditions as a file declares them: `{fact, is|at_least|at_most}` or `{any = […]}`.

    Raises:
        SettingError: an unknown fact, a value of the wrong kind, or another shape; the text says where.

    >>> [each.text("en") for each in read_conditions([{"fact": "tenant", "is": True}], where="x")]
    ['the premises are rented']
    """
    found = []
    for entry in told:
        ways = entry["any"] if isinstance(entry, Mapping) and set(entry) == {"any"} else [entry]
        if not isinstance(ways, list) or not ways:
            raise SettingError(say("advice.errors.condition", where=where, got=repr(entry)))
        found.append(Condition(ways=tuple(_way(way, where) for way in ways)))
    return tuple(found)


def _way(entry: object, where: str) -> Way:
    refusal = SettingError(say("advice.errors.condition", where=where, got=repr(entry)))
    if not isinstance(entry, Mapping):
        raise refusal
    given = [bound for bound in BOUNDS if bound in entry]
    if len(given) != 1 or set(entry) != {"fact", given[0]}:
        raise refusal
    fact, bound = entry["fact"], given[0]
    if fact not in FACTS:
        raise SettingError(say("advice.errors.fact_name", name=fact, known=", ".join(FACTS)))
    if not is_of_kind(entry[bound], FACTS[fact]) or (bound == "is") != (FACTS[fact] == "flag"):
        raise refusal
    return Way(fact=fact, bound=bound, value=entry[bound])
