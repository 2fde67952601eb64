"""Where ours stands on the ladder of baselines: beaten, or not surely beaten, in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sbwarn.figures.evaluate import DRAWS, difference
from sbwarn.messages import knows, number, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from sbwarn.messages import Language
    from sbwarn.releases.record import Figure

DECIDING = ("all", "trading")
"""Populations in which the ladder has to be beaten: every shop, and those that help can still reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One comparison: ours less a rung in AUC over one population."""

    rung: str
    population: str
    gap: Figure

    def told(self, into: Language | None = None) -> str:
        """Rung, population, gap with its interval, n and crises."""
        return say(
            "ladder.step",
            into=into,
            rung=_word("model", self.rung, into),
            population=_word("population", self.population, into),
            gap=f"{self.gap.value:+.3f} ({self.gap.low:+.3f} – {self.gap.high:+.3f})",
            n=number(self.gap.n, "count", into=into),
            events=number(self.gap.events, "count", into=into),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Every comparison that decides, at one horizon."""

    horizon: int
    """Months ahead; 0 if nothing could be compared."""
    steps: tuple[Step, ...]

    @property
    def unbeaten(self) -> tuple[Step, ...]:
        """Those that ours does not win outside the interval."""
        return tuple(step for step in self.steps if not step.gap.low > 0)

    @property
    def beaten(self) -> bool:
        """True if there were comparisons and ours won every one of them."""
        return bool(self.steps) and not self.unbeaten

    def line(self, into: Language | None = None) -> str:
        """What a report says first."""
        if not self.steps:
            return say("ladder.unknown", into=into)
        if self.unbeaten:
            steps = "; ".join(step.told(into) for step in self.unbeaten)
            return say("ladder.unbeaten", into=into, horizon=self.horizon, steps=steps)
        closest = min(self.steps, key=lambda step: step.gap.low)
        return say("ladder.beaten", into=into, horizon=self.horizon, step=closest.told(into))


NOWHERE = Standing(horizon=0, steps=())


def standing(found: Mapping[str, Mapping[str, Figure]], horizon: int) -> Standing:
    """Where ours stands by the gaps to each rung.

    Args:
        found: Population → rung → ours less the rung in AUC; those of `DECIDING` count.
        horizon: Months ahead.
    """
    steps = tuple(
        Step(rung=rung, population=population, gap=gap)
        for population in DECIDING
        for rung, gap in found.get(population, {}).items()
    )
    return Standing(horizon=horizon, steps=steps) if steps else NOWHERE


def gaps(
    forecasts: Mapping[str, np.ndarray],
    happened: np.ndarray,
    shop: np.ndarray,
    who: np.ndarray,
    *,
    seed: int,
    draws: int = DRAWS,
) -> dict[str, Figure]:
    """By rung, ours less the rung in AUC over some rows; empty if only one outcome occurs among them.

    Args:
        forecasts: Model → risk of each row; "ours" among them, all others are rungs.
        happened: Outcomes, 0 or 1.
        shop: Whose row it is; the same shops are drawn for both sides.
        who: True for the rows that count.
        seed: Of the bootstrap over shops.
        draws: Bootstrap resamples.
    """
    came, events = happened[who], int(happened[who].sum())
    if not 0 < events < len(came):
        return {}
    ours = forecasts["ours"][who]
    return {
        rung: difference(ours, risk[who], came, shop[who], seed=seed, draws=draws)["auc"]
        for rung, risk in forecasts.items()
        if rung != "ours"
    }


def _word(group: str, name: str, into: Language | None) -> str:
    key = f"figures.{group}.{name}"
    return say(key, into=into) if knows(key) else name
