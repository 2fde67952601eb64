"""What would lower a shop's risk by the model's reading: one or two registered actions, applied and scored again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sbwarn.advice.actions import Actions, Step, shipped_actions
from sbwarn.indicators.build import named
from sbwarn.messages import language as spoken
from sbwarn.messages import number, say

if TYPE_CHECKING:
    from sbwarn.advice.facts import Condition
    from sbwarn.advice.programmes import Audience
    from sbwarn.messages import Language

PassedReason = Literal[
    "not_read", "unknown_input", "not_needed", "out_of_range", "no_fall", "too_little", "unsteady", "others_first",
]  # fmt: skip
Nothing = Literal["", "closed", "stopped", "too_short", "beyond_help", "low_already", "nothing_helps"]
HUNDRED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactual:
    """What the model would say, had the actions been in force: a reading of the model, never a promise."""

    actions: tuple[Step, ...]
    """One or two, in the order of the catalogue."""
    risk_before: float
    risk_after: float
    changed: Mapping[str, tuple[float, float]]
    """By indicator, its value before and after."""
    horizon: int
    """Months of the risk."""
    months: int
    """Closed months over which the actions are taken to have been in force."""
    level_after: str
    weight: float
    """Sum of the weights of the actions' classes of cost."""
    to_check: tuple[str, ...]
    """Facts that the actions need and nobody has told, by name of `FACTS`."""
    programmes: tuple[str, ...]
    """Ids of the programmes that support the actions."""

    @property
    def fall(self) -> float:
        """By how much the risk is lower."""
        return self.risk_before - self.risk_after

    def text(
        self,
        audience: Audience = "consultant",
        language: Language | None = None,
        *,
        actions: Actions | None = None,
    ) -> str:
        """What may be said aloud: the assumption, the two figures, and that it is no promise."""
        into, known = language or spoken(), actions or shipped_actions()
        titles = [known.title(step, plain=audience == "owner", language=into) for step in self.actions]
        sentence = say(
            f"advice.counterfactual.{audience}",
            into=into,
            actions=say(f"advice.counterfactual.and.{audience}", into=into).join(titles),
            months=number(self.months, "months", into=into),
            horizon=number(self.horizon, "months", into=into),
            before=number(self.risk_before, "share", into=into),
            after=number(self.risk_after, "share", into=into),
            before_of_hundred=round(HUNDRED * self.risk_before),
            after_of_hundred=round(HUNDRED * self.risk_after),
            level=say(f"levels.{self.level_after}", into=into),
        )
        if not self.to_check:
            return sentence
        asked = ", ".join(say(f"advice.facts.{name}", into=into) for name in self.to_check)
        return f"{sentence} {say(f'advice.fit.missing.{audience}', into=into, facts=asked)}"

    def changes(self, language: Language | None = None, *, currency: str = "KRW") -> list[str]:
        """A line for each indicator that reads another value: its label, before and after."""
        into = language or spoken()
        return [
            say(
                "advice.counterfactual.changed",
                into=into,
                label=say(f"indicators.{fact.name}.label", into=into),
                before=number(self.changed[fact.name][0], fact.unit, into=into, currency=currency),
                after=number(self.changed[fact.name][1], fact.unit, into=into, currency=currency),
            )
            for fact in named(tuple(self.changed))
        ]

    def to_dict(
        self, language: Language | None = None, *, actions: Actions | None = None
    ) -> dict[str, object]:
        """The counterfactual as plain values, ready for JSON; an unknown number is None."""
        return {
            "actions": [{"action": step.action, "size": step.size} for step in self.actions],
            "risk_before": self.risk_before,
            "risk_after": self.risk_after,
            "horizon": self.horizon,
            "months": self.months,
            "level_after": self.level_after,
            "changed": {
                name: [_plain(before), _plain(after)] for name, (before, after) in self.changed.items()
            },
            "to_check": list(self.to_check),
            "programmes": list(self.programmes),
            "text": self.text(language=language, actions=actions),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """An action that is not told for a shop, and why."""

    action: str
    reason: PassedReason
    need: Condition | None = None
    """The condition that is not met, for "not_needed"."""

    def text(self, language: Language | None = None, *, actions: Actions | None = None) -> str:
        """The action's name and why it is not told."""
        into, known = language or spoken(), actions or shipped_actions()
        return say(
            f"advice.passed_over.{self.reason}",
            into=into,
            action=known.named(self.action).name[into],
            need=self.need.text(into) if self.need else "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What was found for one shop."""

    shop_id: str
    as_of: str
    release: str
    horizon: int
    months: int
    risk: float
    """Within the horizon, as it is; NaN if the shop cannot be scored."""
    level: str
    """Class of the six-month risk."""
    found: tuple[Counterfactual, ...]
    """The largest fall for its class of cost first."""
    passed_over: tuple[PassedOver, ...]
    """Every other action that changes something, in the order of the catalogue."""
    endings: tuple[str, ...]
    """Actions that end well, offered to a shop that closed or stopped, and to one beyond help."""
    nothing: Nothing
    """Why nothing was found; empty if something was."""

    def assumption(self, audience: Audience = "consultant", language: Language | None = None) -> str:
        """What all the figures take for granted, in words."""
        into = language or spoken()
        months = number(self.months, "months", into=into)
        return say(f"advice.assumption.{audience}", into=into, months=months)

    def lines(
        self,
        audience: Audience = "consultant",
        language: Language | None = None,
        *,
        actions: Actions | None = None,
    ) -> list[str]:
        """Everything that may be said: the counterfactuals under their assumption, or why there is none."""
        into, known = language or spoken(), actions or shipped_actions()
        told = [each.text(audience, into, actions=known) for each in self.found]
        if told:
            told.insert(0, self.assumption(audience, into))
        else:
            told.append(say(f"advice.nothing.{self.nothing}.{audience}", into=into))
        if self.endings:
            names = [known.named(name).name[into] for name in self.endings]
            told.append(say(f"advice.endings.{audience}", into=into, endings=", ".join(names)))
        return told

    def to_dict(
        self, language: Language | None = None, *, actions: Actions | None = None
    ) -> dict[str, object]:
        """The whole search as plain values, ready for JSON; texts are the consultant's."""
        return {
            "shop_id": self.shop_id,
            "as_of": self.as_of,
            "release": self.release,
            "horizon": self.horizon,
            "months": self.months,
            "risk": _plain(self.risk),
            "level": self.level,
            "found": [each.to_dict(language, actions=actions) for each in self.found],
            "passed_over": [
                {"action": each.action, "reason": each.reason, "text": each.text(language, actions=actions)}
                for each in self.passed_over
            ],
            "endings": list(self.endings),
            "nothing": self.nothing,
            "lines": self.lines(language=language, actions=actions),
        }


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
