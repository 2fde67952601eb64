"""Where ours stands on the ladder of baselines: beaten, or not surely beaten, in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sbwarn.messages import number, say
from sbwarn.releases.record import Figure
from sbwarn.training.evaluate import difference

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from sbwarn.messages import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Ours less each rung at one horizon, over all shops."""

    horizon: int
    """Months ahead; 0 if nothing could be compared."""
    gaps: Mapping[str, Mapping[str, Figure]]
    """Rung → "auc" or "average_precision" → ours less theirs, the same shops drawn for both."""

    @property
    def unbeaten(self) -> list[str]:
        """The rungs that ours does not beat in AUC outside the interval."""
        return [name for name, gap in self.gaps.items() if not gap["auc"].low > 0]

    def line(self, into: Language) -> str:
        """What a report says first."""
        if not self.gaps:
            return say("ladder.untold", into=into)
        if not self.unbeaten:
            name, gap = min(self.gaps.items(), key=lambda each: each[1]["auc"].value)
            return say("ladder.beats", into=into, **self._told(name, gap["auc"], into))
        told = "; ".join(
            say("ladder.rung", into=into, **self._told(name, self.gaps[name]["auc"], into))
            for name in self.unbeaten
        )
        return say("ladder.fails", into=into, horizon=self.horizon, rungs=told)

    def _told(self, name: str, gap: Figure, into: Language) -> dict[str, object]:
        return {
            "horizon": self.horizon,
            "rung": say(f"ladder.models.{name}", into=into),
            "gap": f"{gap.value:+.3f} ({gap.low:+.3f} … {gap.high:+.3f})",
            "n": number(gap.n, "count", into=into),
            "events": number(gap.events, "count", into=into),
        }


NOWHERE = Standing(horizon=0, gaps={})


def standing(
    forecasts: Mapping[str, np.ndarray], happened: np.ndarray, shop: np.ndarray, *, horizon: int, seed: int
) -> Standing:
    """Ours against every other forecast of the same rows.

    Args:
        forecasts: Model → risk of each row; "ours" among them.
        happened: Outcomes, 0 or 1.
        shop: Whose row it is.
        horizon: Months ahead.
        seed: Of the bootstrap over shops.
    """
    if not happened.any() or happened.all():
        return NOWHERE
    gaps = {}
    for name, risk in forecasts.items():
        if name != "ours":
            found = difference(forecasts["ours"], risk, happened, shop, seed=seed)
            gaps[name] = {
                measure: Figure(value=value, low=low, high=high, n=len(risk), events=int(happened.sum()))
                for measure, (value, low, high) in found.items()
            }
    return Standing(horizon=horizon, gaps=gaps)
