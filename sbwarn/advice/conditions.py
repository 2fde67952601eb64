"""Whether a shop meets a condition: yes, no, or unknown because nobody has told the fact that it asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from sbwarn.advice.facts import FACTS, Fact, Facts, is_of_kind
from sbwarn.errors import SettingError
from sbwarn.messages import number, say

if TYPE_CHECKING:
    from sbwarn.messages import Language

Answer = Literal["yes", "no", "unknown"]
Rule = Literal["is", "at_least", "at_most"]
RULES: tuple[Rule, ...] = ("is", "at_least", "at_most")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One fact and what it has to be."""

    fact: str
    rule: Rule
    value: Fact

    def answer(self, facts: Facts) -> Answer:
        """Whether the facts meet it; "unknown" without the fact.

        >>> Condition(fact="days_past_due", rule="at_least", value=90).answer({"days_past_due": 12.0})
        'no'
        >>> Condition(fact="days_past_due", rule="at_least", value=90).answer({})
        'unknown'
        """
        if self.fact not in facts:
            return "unknown"
        told, wanted = facts[self.fact], self.value
        if self.rule == "is":
            return "yes" if told == wanted else "no"
        # Months are written so that the order of their letters is the order of time.
        holds = told >= wanted if self.rule == "at_least" else told <= wanted  # type: ignore[operator]
        return "yes" if holds else "no"

    def missing(self, facts: Facts) -> tuple[str, ...]:
        """The facts that somebody has to ask for before it can be answered."""
        return () if self.fact in facts else (self.fact,)

    def text(self, language: Language | None = None) -> str:
        """The condition in words.

        >>> Condition(fact="months_open", rule="at_least", value=3).text("en")
        'time in business: at least 3 months'
        """
        name = say(f"advice.facts.{self.fact}", into=language)
        if self.rule == "is":
            return say(
                "advice.conditions.is" if self.value else "advice.conditions.is_not", into=language, fact=name
            )
        return say(f"advice.conditions.{self.rule}", into=language, fact=name, value=self._told(language))

    def _told(self, language: Language | None) -> str:
        kind = FACTS[self.fact]
        if isinstance(self.value, str):
            return self.value
        unit = {"points": "count", "flag": "flag"}.get(kind, kind)
        return number(float(self.value), unit, into=language)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """Several ways to meet one condition."""

    ways: tuple[Condition, ...]

    def answer(self, facts: Facts) -> Answer:
        """Met if one way is; missed only if every way is known to be.

        >>> ways = AnyOf(ways=(Condition(fact="closing", rule="is", value=True),
        ...                    Condition(fact="is_closed", rule="is", value=True)))
        >>> ways.answer({"is_closed": False}), ways.answer({"is_closed": True})
        ('unknown', 'yes')
        """
        answers = {way.answer(facts) for way in self.ways}
        return "yes" if "yes" in answers else "unknown" if "unknown" in answers else "no"

    def missing(self, facts: Facts) -> tuple[str, ...]:
        """The facts of the ways that are still open; none once one way is met."""
        if self.answer(facts) != "unknown":
            return ()
        return tuple(name for way in self.ways for name in way.missing(facts))

    def text(self, language: Language | None = None) -> str:
        """The ways in words, joined by "or"."""
        return say("advice.conditions.or", into=language).join(way.text(language) for way in self.ways)


Wanted: TypeAlias = "Condition | AnyOf"


def every(answers: Iterable[Answer]) -> Answer:
    """One answer to conditions that all have to be met.

    >>> every(["yes", "unknown"]), every(["unknown", "no"]), every([])
    ('unknown', 'no', 'yes')
    """
    found = set(answers)
    return "no" if "no" in found else "unknown" if "unknown" in found else "yes"


def read_conditions(told: object, *, where: str) -> tuple[Wanted, ...]:
    """Conditions as a file declares them: `{fact, is|at_least|at_most}` or `{any = […]}`.

    Raises:
        SettingError: an unknown fact, a value of the wrong kind, or another shape; the text says where.

    >>> [each.text("en") for each in read_conditions([{"fact": "tenant", "is": True}], where="x")]
    ['the premises are rented']
    """
    if not isinstance(told, Sequence) or isinstance(told, str):
        raise SettingError(say("advice.errors.condition", where=where, got=repr(told)))
    return tuple(_wanted(entry, where) for entry in told)


def _wanted(entry: object, where: str) -> Wanted:
    if (
        isinstance(entry, Mapping)
        and set(entry) == {"any"}
        and isinstance(entry["any"], list)
        and entry["any"]
    ):
        return AnyOf(ways=tuple(_condition(way, where) for way in entry["any"]))
    return _condition(entry, where)


def _condition(entry: object, where: str) -> Condition:
    given = [rule for rule in RULES if isinstance(entry, Mapping) and rule in entry]
    if not isinstance(entry, Mapping) or len(given) != 1 or set(entry) != {"fact", given[0]}:
        raise SettingError(say("advice.errors.condition", where=where, got=repr(entry)))
    fact, rule = entry["fact"], given[0]
    if fact not in FACTS:
        raise SettingError(say("advice.errors.fact_name", name=fact, known=", ".join(FACTS)))
    kind = FACTS[fact]
    if not is_of_kind(entry[rule], kind) or (rule == "is") != (kind == "flag"):
        raise SettingError(say("advice.errors.condition", where=where, got=repr(entry)))
    return Condition(fact=fact, rule=rule, value=entry[rule])
