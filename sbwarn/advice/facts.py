"""Facts about one shop, and whether it meets a condition: yes, no, or unknown because nobody has told."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from sbwarn.errors import SettingError
from sbwarn.messages import number, say
from sbwarn.tables.month import from_ordinal, ordinal
from sbwarn.tables.panel import NEVER

if TYPE_CHECKING:
    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.messages import Language
    from sbwarn.tables.panel import Panel

Fact: TypeAlias = bool | float | str
Facts: TypeAlias = Mapping[str, Fact]
Kind = Literal["flag", "month", "money", "months", "days", "share", "count"]
"""`month` is written "YYYY-MM"; the kinds behind it are numbers, and the unit in which they are told."""
Answer = Literal["yes", "no", "unknown"]
Bound = Literal["is", "at_least", "at_most"]
BOUNDS: tuple[Bound, ...] = ("is", "at_least", "at_most")

FACTS: Mapping[str, Kind] = {
    "small_merchant": "flag", "in_sejong": "flag", "excluded_trade": "flag",
    "opened": "month", "months_open": "months", "closed": "month", "is_closed": "flag", "closing": "flag",
    "sales_12m": "money", "delivery_share": "share", "is_chain": "flag",
    "tenant": "flag", "lease_left": "months", "rent_days_late": "days", "lease_act_applies": "flag",
    "in_designated_street": "flag", "voucher_member": "flag", "shops_per_2000m2": "count",
    "good_price_shop": "flag", "yellow_umbrella_member": "flag", "employment_insured": "flag",
    "restarted": "flag", "days_past_due": "days", "public_arrears": "flag", "at_risk_borrower": "flag",
    "debt_adjusted": "flag",
}  # fmt: skip
"""Every fact that a condition may ask for, and its kind."""
HELD_ONLY_BY_RIGHT = ("days_past_due", "public_arrears")
"""Facts of the business itself that a data set may hold: read only where the programme has the right to."""
YEAR, QUARTER = 12, 3


def facts_of(
    panel: Panel,
    peers: PeerTable,
    shop: int = 0,
    *,
    given: Mapping[str, Fact | None] | None = None,
    private: bool = False,
) -> dict[str, Fact]:
    """What is known of one shop, by name of `FACTS`: from the data, and from whoever talked to the owner.

    These facts decide nothing about the score: they are read by programmes and actions alone.

    Args:
        panel: What was known on the day.
        peers: Whose surroundings tell whether the district is designated.
        shop: Place of the shop in the panel.
        given: Facts from the interview; they outweigh the data. None or NaN: unknown.
        private: True reads arrears from the data set, too: only where the programme has the right to hold them.

    Raises:
        SettingError: a given fact has a strange name or kind. The text never repeats its value.
    """
    found = {
        **_from_shop(panel, shop),
        **_from_sales(panel, shop),
        **_from_rent(panel, shop),
        **_from_district(panel, peers, shop),
        **(_from_profile(panel, shop) if private else {}),
    }
    return {**found, **checked_facts(given or {})}


def checked_facts(given: Mapping[str, Fact | None]) -> dict[str, Fact]:
    """The given facts that are known, each of its kind.

    Raises:
        SettingError: a name that is not in `FACTS`, or a value of another kind; its value is not repeated.

    >>> checked_facts({"small_merchant": True, "sales_12m": None})
    {'small_merchant': True}
    """
    known: dict[str, Fact] = {}
    for name, value in given.items():
        if name not in FACTS:
            raise SettingError(say("advice.errors.fact_name", name=name, known=", ".join(FACTS)))
        if value is None or (isinstance(value, float) and math.isnan(value)):
            continue
        if not is_of_kind(value, FACTS[name]):
            wanted = say(f"advice.kinds.{FACTS[name]}")
            raise SettingError(
                say("advice.errors.fact_kind", name=name, got=type(value).__name__, wanted=wanted)
            )
        known[name] = value
    return known


def is_of_kind(value: object, kind: Kind) -> bool:
    """True if a value can be a fact of this kind.

    >>> is_of_kind("2025-06", "month"), is_of_kind("2025-6", "month"), is_of_kind(True, "days")
    (True, False, False)
    """
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "month":
        year, _, month = value.partition("-") if isinstance(value, str) else ("", "", "")
        return [len(year), len(month)] == [4, 2] and (year + month).isdigit() and 1 <= int(month) <= YEAR
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _from_shop(panel: Panel, shop: int) -> dict[str, Fact]:
    shops, now = panel.shops, ordinal(panel.as_of)
    opened, closed = int(shops.opened[shop]), int(shops.closed[shop])
    is_closed = closed != NEVER and closed <= now
    found: dict[str, Fact] = {"is_closed": is_closed}
    if opened != NEVER:
        found |= {"opened": str(from_ordinal(opened)), "months_open": float(max(now - opened, 0))}
    if is_closed:
        found["closed"] = str(from_ordinal(closed))
    if not np.isnan(shops.is_chain[shop]):
        found["is_chain"] = bool(shops.is_chain[shop])
    if shops.voucher_since[shop] <= now:  # without a day nobody says that it did not join
        found["voucher_member"] = True
    return found


def _from_sales(panel: Panel, shop: int) -> dict[str, Fact]:
    sales, delivery = panel.quantities["sales"][:, shop], panel.quantities["delivery"][:, shop]
    found: dict[str, Fact] = {}
    if not np.isnan(sales[-YEAR:]).any():
        found["sales_12m"] = float(sales[-YEAR:].sum())
    known = ~np.isnan(sales[-QUARTER:]) & ~np.isnan(delivery[-QUARTER:])
    sold = float(sales[-QUARTER:][known].sum())
    if sold > 0:
        found["delivery_share"] = float(delivery[-QUARTER:][known].sum()) / sold
    return found


def _from_rent(panel: Panel, shop: int) -> dict[str, Fact]:
    rent = panel.quantities["rent"][-YEAR:, shop]
    late = panel.quantities["rent_days_late"][-QUARTER:, shop]
    left = panel.shops.lease_ends[shop] - ordinal(panel.as_of)
    found: dict[str, Fact] = {}
    if (rent > 0).any():
        found["tenant"] = True
    if not np.isnan(left):
        found["lease_left"] = float(max(left, 0.0))
    if not np.isnan(late).all():
        found["rent_days_late"] = float(np.nanmax(late))
    return found


def _from_district(panel: Panel, peers: PeerTable, shop: int) -> dict[str, Fact]:
    """Designation, where the district's table tells the day; without one it may be missing as well as not designated."""
    around = peers.surroundings
    place = np.flatnonzero(around.districts.astype(str) == str(panel.shops.district[shop]))
    age = around.facts.get("months_designated")
    if age is None or not len(place) or np.isnan(age[place[0]]):
        return {}
    return {"in_designated_street": True}


def _from_profile(panel: Panel, shop: int) -> dict[str, Fact]:
    found: dict[str, Fact] = {}
    for name in HELD_ONLY_BY_RIGHT:
        month = panel.quantities[name][-QUARTER:, shop]
        if not np.isnan(month).all():
            latest = float(month[~np.isnan(month)][-1])
            found[name] = latest > 0 if FACTS[name] == "flag" else latest
    return found


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
        is_month = isinstance(self.value, str)
        told = self.value if is_month else number(float(self.value), FACTS[self.fact], into=language)
        return say(f"advice.conditions.{self.bound}", into=language, fact=name, value=told)


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
