"""The facts of a diagnosis sheet in words, for one language and one reader; the template only lays them out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

from sbwarn.advice.actions import shipped_actions
from sbwarn.messages import knows, number, say
from sbwarn.reports.extras import report_library
from sbwarn.reports.sheetfacts import ACTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sbwarn.advice.counterfactual import Counterfactual
    from sbwarn.advice.programmes import Fit
    from sbwarn.messages import Language
    from sbwarn.reasons.record import Group, Reason
    from sbwarn.reports.sheetfacts import SheetFacts

Reader = Literal["owner", "consultant"]
READERS: tuple[Reader, ...] = ("owner", "consultant")
GROUPS: tuple[Group, ...] = ("internal", "competitive", "external")
HUNDRED = 100
STOPPED = ("closed", "stopped", "too_short")
"""Why a search found nothing, where the reason is not the risk."""
NEARLY_ALL = 0.9
"""Share known from which nothing is said of months that are missing."""
LEAST_COST = 0.0005
"""Share that is still shown as more than nothing."""
DOUBTS = 2
"""Doubts about the input that have room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One point of a list."""

    head: str
    """What stands before it, set apart: a group, an action, a programme; may be empty."""
    text: str
    mark: str = ""
    """What stands behind it."""
    small: str = ""
    """A line below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetWords:
    """Every text of the sheet that is not in a chart, in the order of the page."""

    title: str
    warning: str
    """Empty, unless the model or the shop is simulated."""
    name: str
    shop_id: str
    about: tuple[tuple[str, str], ...]
    """Trade, district, month and score id with their names."""
    headline: str
    unscored: str
    """What that there is no risk means; empty if there is one."""
    hundred: str
    hundred_n: str
    depth_means: str
    """Empty for a closed shop, of which depth says nothing."""
    known: str
    sales_title: str
    sales: str
    legend: str
    """What the chart's columns are."""
    pace: str
    rent_title: str
    rent: tuple[str, ...]
    footfall_title: str
    footfall: str
    reasons_title: str
    reasons: tuple[Told, ...]
    strengths_title: str
    strengths: tuple[Told, ...]
    lower_title: str
    lower_note: str
    lower: tuple[Told, ...]
    fits_title: str
    fits_note: str
    fits: tuple[Told, ...]
    ask_facts: str
    """Facts to ask the owner for, of all that stands above; empty if there are none."""
    missing_title: str
    missing: tuple[str, ...]
    how_title: str
    how: tuple[str, ...]
    rights_title: str
    rights: tuple[str, ...]
    memo: str


def sheet_words(facts: SheetFacts, language: Language, reader: Reader) -> SheetWords:
    """The texts of the sheet.

    Args:
        facts: What is told.
        language: Of every word.
        reader: The owner hears plain words, the consultant exact ones.
    """
    return _Words(facts, language, reader).all()


class _Words:
    """Says what the facts hold, to one reader."""

    def __init__(self, facts: SheetFacts, language: Language, reader: Reader) -> None:
        self.facts, self.score, self.into, self.reader = facts, facts.score, language, reader
        # A shop without a risk has none that could be lowered, whatever a search says.
        self.told_actions = facts.search.found[:ACTIONS] if self.score.scored else ()
        self._html = report_library("markupsafe").Markup

    def say(self, name: str, **facts: object) -> str:
        """The sheet's text of a name, for this reader where it has one of its own; it may set parts in bold."""
        own = f"sheet.{name}.{self.reader}"
        safe = {gap: escape(str(value)) for gap, value in facts.items()}
        found: str = self._html(say(own if knows(own) else f"sheet.{name}", into=self.into, **safe))
        return found

    def joined(self, mark: str, parts: list[str]) -> str:
        """Texts of the sheet side by side; what is bold in them stays so."""
        found: str = self._html(mark).join(parts)
        return found

    def all(self) -> SheetWords:
        """Every text."""
        facts, score = self.facts, self.score
        return SheetWords(
            title=self.say("title"),
            warning=self._warning(),
            name=facts.name or self.say("shop_id", id=score.shop_id),
            shop_id=self.say("shop_id", id=score.shop_id) if facts.name else "",
            about=self._about(),
            headline=self._headline(),
            unscored="" if score.scored else self.say("unscored_means"),
            hundred=self._hundred(),
            hundred_n=self._hundred_n(),
            depth_means=""
            if score.status == "closed"
            else say(f"sheet.depths.{self.reader}.{score.depth}", into=self.into),
            known=self.say("known", share=self.number(score.known_share, "share")) if score.scored else "",
            sales_title=self.say("sales_title"),
            sales=self._sales(),
            legend=self.say("legend_own", currency=facts.currency),
            pace=self._pace(),
            rent_title=self.say("rent_title"),
            rent=self._rent(),
            footfall_title=self.say("footfall_title"),
            footfall=self._footfall(),
            reasons_title=self.say("reasons_title"),
            reasons=self._reasons(score.reasons, "reasons_none"),
            strengths_title=self.say("strengths_title"),
            strengths=self._reasons(score.strengths, "strengths_none"),
            lower_title=self.say("lower_title" if self.told_actions else "lower_none_title"),
            lower_note=self._lower_note(),
            lower=self._lower(),
            fits_title=self.say("fits_title"),
            fits_note=self._fits_note(),
            fits=tuple(map(self._fit, facts.fits)) or (Told(head="", text=self.say("fits_none")),),
            ask_facts=self._ask_facts(),
            missing_title=self.say("missing_title"),
            missing=self._missing(),
            how_title=self.say("how_title"),
            how=self._how(),
            rights_title=self.say("rights_title"),
            rights=(self.say("rights"), self._contact()),
            memo=self.say("memo"),
        )

    def number(self, value: float, unit: str) -> str:
        """A quantity in the language and currency of the sheet."""
        return number(value, unit, into=self.into, currency=self.facts.currency)

    def _warning(self) -> str:
        score = self.score
        if score.demonstration and score.synthetic:
            return self.say("both")
        return (
            self.say("demonstration")
            if score.demonstration
            else self.say("synthetic")
            if score.synthetic
            else ""
        )

    def _about(self) -> tuple[tuple[str, str], ...]:
        facts = self.facts
        told = {
            "trade": facts.industry,
            "district": facts.district,
            "as_of": self.say("as_of_end", month=self.score.as_of),
            "score_id": facts.score_id,
        }
        return tuple((self.say(name), text) for name, text in told.items() if text)

    def _headline(self) -> str:
        score = self.score
        if not score.scored:
            return self.say("unscored", why=say(f"score.status.{score.status}", into=self.into))
        return self.say(
            "headline",
            horizon=score.horizon,
            risk=self.number(score.risk[score.horizon], "share"),
            level=say(f"levels.{score.level}", into=self.into),
            percentile=math.floor(score.percentile),
        )

    def _hundred(self) -> str:
        if not self.score.scored:
            return ""
        if not math.isfinite(self.score.observed_rate):
            return self.say("hundred_none")
        count = round(HUNDRED * self.score.observed_rate)
        return self.say("hundred" if count else "hundred_fewer", n=count, rest=HUNDRED - count)

    def _hundred_n(self) -> str:
        if not self.score.scored or not self.score.observed_n:
            return ""
        level = say(f"levels.{self.score.level}", into=self.into)
        return self.say("hundred_n", level=level, n=self.number(self.score.observed_n, "count"))

    def _sales(self) -> str:
        sales = self.facts.sales
        if not sales.known:
            return self.say("sales_unknown")
        if not math.isfinite(sales.over_year):
            return self.say("sales_short", known=sales.known)
        own, peers = (self.number(each, "change") for each in (sales.over_year, sales.peers_over_year))
        return self.say(
            "sales_recent" if math.isfinite(sales.peers_over_year) else "sales_recent_alone",
            own=own,
            peers=peers,
        )

    def _pace(self) -> str:
        sales = self.facts.sales
        if not sales.known:
            return ""
        if not sales.base:
            return self.say("no_pace")
        who = say(f"sheet.who.{sales.peers}", into=self.into)
        return self.say("pace", who=who, n=self.number(sales.peers_n, "count"), base=sales.base)

    def _rent(self) -> tuple[str, ...]:
        rent = self.facts.rent
        lines = []
        if math.isfinite(rent.share):
            share = self.number(rent.share, "share")
            lines.append(
                self.say(
                    "rent_share" if rent.share <= 1 else "rent_above",
                    n=f"{HUNDRED * rent.share:.0f}",
                    share=share,
                )
            )
            lines.append(self.say("rent_is", rent=self.number(rent.rent, "money")))
        elif math.isfinite(rent.rent):
            lines.append(self.say("rent_alone", rent=self.number(rent.rent, "money")))
        else:
            lines.append(self.say("rent_unknown"))
        if rent.lease_ends:
            left = self.number(max(rent.lease_left, 0), "months")
            state = "left" if rent.lease_left > 0 else "over" if rent.lease_left < 0 else "now"
            lines.append(self.say(f"lease_{state}", month=rent.lease_ends, left=left))
        elif math.isfinite(rent.rent):
            lines.append(self.say("lease_unknown"))
        return tuple(lines)

    def _footfall(self) -> str:
        footfall = self.facts.footfall
        if not math.isfinite(footfall.latest):
            return self.say("footfall_unknown")
        return self.say(
            "footfall_is" if math.isfinite(footfall.over_year) else "footfall_short",
            people=self.number(footfall.latest, "people"),
            change=self.number(footfall.over_year, "change"),
        )

    def _reasons(self, reasons: Sequence[Reason], none: str) -> tuple[Told, ...]:
        """By group, the strongest of each first; the group is named once."""
        told = []
        for group in GROUPS:
            mine = [reason for reason in reasons if reason.group == group]
            for place, reason in enumerate(mine):
                head = "" if place else say(f"score.groups.{group}", into=self.into)
                told.append(Told(head=head, text=reason.text(self.into, self.reader)))
        if told or not self.score.scored:
            return tuple(told)
        return (Told(head="", text=self.say(none)),)

    def _lower_note(self) -> str:
        search = self.facts.search
        if not self.told_actions:
            return ""
        months, horizon = (self.number(each, "months") for each in (search.months, search.horizon))
        return self.say("assumption", months=months, horizon=horizon)

    def _lower(self) -> tuple[Told, ...]:
        """The counterfactuals, or why there is none; and the ways to end well for a shop beyond help."""
        search = self.facts.search
        if not self.score.scored and search.nothing not in STOPPED:
            return (Told(head="", text=self.say("lower_unscored")),)
        lines = search.lines(self.reader, self.into)
        if not search.found:
            return tuple(Told(head="", text=line) for line in lines)
        endings = lines[1 + len(search.found) :]
        return (
            *map(self._counterfactual, self.told_actions),
            *(Told(head="", text=line) for line in endings),
        )

    def _counterfactual(self, found: Counterfactual) -> Told:
        known, is_owner = shipped_actions(), self.reader == "owner"
        titles = [known.title(step, plain=is_owner, language=self.into) for step in found.actions]
        before, after = found.risk_before, found.risk_after
        mark = self.say(
            "after",
            before=round(HUNDRED * before) if is_owner else self.number(before, "share"),
            after=round(HUNDRED * after) if is_owner else self.number(after, "share"),
        )
        return Told(
            head=say(f"advice.counterfactual.and.{self.reader}", into=self.into).join(titles),
            text="",
            mark=mark,
        )

    def _fit(self, fit: Fit) -> Told:
        day = "rule" if fit.rule.since else "rule_checked"
        small = [self.say(day, day=fit.dated, provider=fit.programme.provider[self.into])]
        if fit.window == "ahead":
            small.append(self.say("ahead", day=fit.rule.opens))
        if fit.stale:
            small.append(self.say("stale"))
        return Told(
            head=fit.programme.name[self.into],
            text=fit.rule.gives[self.into],
            mark=self.say("yes" if fit.eligibility == "yes" else "unknown_fit"),
            small=self.joined(" · ", small),
        )

    def _fits_note(self) -> str:
        facts = self.facts
        told = [self.say("more_fits", n=facts.more_fits)] if facts.more_fits and facts.fits else []
        return self.joined(" ", [*told, self.say("fits_note")]) if facts.fits else ""

    def _ask_facts(self) -> str:
        """Each fact once, however many programmes and actions ask for it."""
        asked = dict.fromkeys(
            [name for fit in self.facts.fits for name in fit.missing]
            + [name for each in self.told_actions for name in each.to_check]
        )
        if not asked:
            return ""
        return self.say(
            "ask_facts", facts=", ".join(say(f"advice.facts.{name}", into=self.into) for name in asked)
        )

    def _missing(self) -> tuple[str, ...]:
        lines = []
        if self.score.unknown:
            parts = [
                self.say(
                    "missing_item" if each.cost >= LEAST_COST else "missing_free",
                    input=say(f"score.inputs.{each.name}", into=self.into),
                    cost=self.number(each.cost, "share"),
                )
                for each in self.score.unknown
            ]
            lines += [self.joined(", ", parts), self.say("missing_means")]
        elif self.score.known_share < NEARLY_ALL:
            lines.append(self.say("missing_months", share=self.number(self.score.known_share, "share")))
        else:
            lines.append(self.say("missing_none"))
        if self.reader == "consultant":
            doubts = [note.text(self.into) for note in self.score.notes if note.doubt]
            lines += [self.say("doubt", told=told) for told in doubts[:DOUBTS]]
        return tuple(lines)

    def _how(self) -> tuple[str, ...]:
        facts = self.facts
        population = (
            self.say("population", n=self.number(facts.population, "count")) if facts.population else ""
        )
        lines = [
            self.say(
                "release",
                release=self.score.release,
                dataset=facts.dataset,
                as_of=facts.trained,
                population=population,
            )
        ]
        auc = facts.tested
        if auc is not None and math.isfinite(auc.value):
            interval = self.say("interval_of", low=f"{auc.low:.3f}", high=f"{auc.high:.3f}")
            lines.append(
                self.say(
                    "tested_synthetic" if self.score.demonstration else "tested",
                    right=round(HUNDRED * auc.value),
                    auc=f"{auc.value:.3f}",
                    interval=interval,
                    n=self.number(auc.n, "count"),
                    months=facts.tested_on,
                )
            )
        if facts.score_id and self.reader == "consultant":
            lines.append(self.say("id_line", id=facts.score_id))
        return tuple(lines)

    def _contact(self) -> str:
        contact = self.facts.contact
        return self.say("contact", contact=contact) if contact else self.say("no_contact")
