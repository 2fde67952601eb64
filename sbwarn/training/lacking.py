"""What a city without one of the tables has to expect: the same model on later months, that table's indicators unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sbwarn.figures.evaluate import difference, figures
from sbwarn.releases.calibration import PLAIN
from sbwarn.releases.predict import risks
from sbwarn.releases.record import Figure
from sbwarn.training.dropout import droppable, lacking
from sbwarn.training.trial import SIX

if TYPE_CHECKING:
    from collections.abc import Sequence

    import lightgbm
    import numpy as np

    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.training.rows import Outcomes


def without_each_table(
    booster: lightgbm.Booster, facts: Sequence[Indicator], seen: Outcomes | None, *, seed: int
) -> dict[str, Figure]:
    """`lacking/<table>/auc` and `lacking/<table>/lost` (AUC with the table less AUC without) at six months.

    Args:
        booster: A trial, so that the months are later than all that it learnt from.
        facts: Of its indicators, in the order of the columns.
        seen: What became of the shops within six months; None: nothing can be said.
        seed: Of the bootstrap over shops.
    """
    if seen is None or not seen.happened.any() or seen.happened.all():
        return {}
    whole = _risk(booster, seen.values)
    found: dict[str, Figure] = {}
    for table in droppable(facts, seen.values):
        less = _risk(booster, lacking(seen.values, facts, table))
        found[f"lacking/{table}/auc"] = figures(
            less, seen.happened, seen.shop, seed=seed, is_probability=False
        )["auc"]
        found[f"lacking/{table}/lost"] = difference(whole, less, seen.happened, seen.shop, seed=seed)["auc"]
    return found


def _risk(booster: lightgbm.Booster, values: np.ndarray) -> np.ndarray:
    return risks(booster, PLAIN, values)[1][:, SIX]
