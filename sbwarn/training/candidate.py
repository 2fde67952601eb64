"""What was learnt and measured becomes a release, before it has a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sbwarn.indicators.build import month_features
from sbwarn.releases.names import stem_of
from sbwarn.releases.predict import risks
from sbwarn.releases.record import Figure, Release, Verdict
from sbwarn.releases.save import booster_text
from sbwarn.tables.digest import digest_table
from sbwarn.tables.month import from_ordinal
from sbwarn.training.fit import FIXED, weights
from sbwarn.training.rows import scorable
from sbwarn.training.themes import themes_of
from sbwarn.training.trial import SIX

if TYPE_CHECKING:
    import lightgbm

    from sbwarn.releases.record import Metrics
    from sbwarn.tables.history import History
    from sbwarn.training.learn import Learnt
    from sbwarn.training.material import Material
    from sbwarn.training.rows import Outcomes
    from sbwarn.training.split import Split

GOLDEN = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was measured of a candidate, and how it stood against the gates."""

    metrics: Metrics
    measures: Mapping[str, Figure]
    gates: tuple[Verdict, ...]
    facts: Mapping[str, Any]


def candidate(
    history: History, month: pd.Period, material: Material, learnt: Learnt, evidence: Evidence, *, seed: int
) -> tuple[Release, np.ndarray]:
    """The release, its id still a stem, and the golden rows by which every reader checks that it computes the same."""
    dataset, facts = history.dataset, material.facts
    panel = history.as_known(month)
    values, peers = month_features(panel, wanted=facts)
    alive = values[scorable(panel)]
    _, risk = risks(learnt.booster, learnt.calibration, alive)
    release = Release(
        id=f"{stem_of(dataset.name)}-{month}",
        dataset=dataset.name,
        currency=dataset.currency,
        as_of=str(month),
        demonstration=dataset.synthetic,
        label=material.rule.title,
        seed=seed,
        indicators=material.names,
        versions={fact.name: fact.version for fact in facts},
        weights=weights(learnt.booster),
        themes=themes_of(material.rows.values, facts),
        lags=dict(dataset.lags),
        country=dataset.country,
        booster=learnt.booster,
        calibration=learnt.calibration,
        peers=peers.without_positions(),
        levels=learnt.levels,
        reference=tuple(map(float, np.quantile(risk[:, SIX], np.linspace(0.0, 1.0, 1001)))),
        metrics=evidence.metrics,
        measures=evidence.measures,
        gates=evidence.gates,
        facts=evidence.facts,
        tested=_tested(material.split, learnt.seen),
        data=_known_digests(history, month),
        parameters={**FIXED, **asdict(learnt.settings), "label_digest": material.rule.digest},
    )
    order = np.argsort(risk[:, SIX], kind="stable")
    golden = alive[order[np.linspace(0, len(order) - 1, GOLDEN).astype(int)]]
    return replace(release, booster=_as_text(release)), golden


def _as_text(release: Release) -> lightgbm.Booster:
    """The booster as a reader will see it: what is released is what is tested."""
    import lightgbm

    return lightgbm.Booster(model_str=booster_text(release))


def _known_digests(history: History, month: pd.Period) -> dict[str, str]:
    """SHA-256 of each quantity as it was known: files that came later do not change it."""
    panel = history.as_known(month)
    return {
        quantity: digest_table(pd.DataFrame(rows))
        for quantity, rows in panel.quantities.items()
        if not np.isnan(rows).all()
    }


def _tested(chosen: Split, seen: Mapping[int, Outcomes | None]) -> str:
    spans = [
        f"{from_ordinal(int(outcome.month.min()))} … {from_ordinal(int(outcome.month.max()))} ({horizon})"
        for horizon, outcome in seen.items()
        if outcome is not None
    ]
    return ", ".join(spans) or str(from_ordinal(chosen.test_from))
