"""One retraining: what was public and mature by a month becomes a candidate release, with figures beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sbwarn.gates.gates import Gates, check_loosening, judge, read_gates
from sbwarn.labels.rules import LabelRule
from sbwarn.releases.calibration import PLAIN
from sbwarn.releases.predict import HORIZONS, risks
from sbwarn.releases.record import Figure, Release
from sbwarn.tables.month import as_month, from_ordinal
from sbwarn.training.candidate import Evidence, candidate
from sbwarn.training.champion import against
from sbwarn.training.choose import Choice, choose
from sbwarn.training.datafacts import data_facts
from sbwarn.training.fit import DEFAULT, Settings
from sbwarn.training.judge import figures_by_horizon
from sbwarn.training.learn import Learnt, learn
from sbwarn.training.material import Material, gather
from sbwarn.training.measured import measured
from sbwarn.training.rows import Outcomes, Way
from sbwarn.training.split import Split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.tables.history import History
    from sbwarn.training.judge import Judged

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What a retraining leaves: the release before it has a name, and what to log beside it."""

    release: Release
    golden: np.ndarray
    """Indicator rows by which every reader checks that it computes the same."""
    rule: LabelRule
    split: Split
    rows: int
    events: int
    outcomes: Mapping[str, pd.DataFrame]
    """By horizon: `risk, happened, trading, shop_id, as_of` of the out-of-time months, for charts."""


def retrain(
    history: History,
    as_of: str | pd.Period,
    *,
    label: str | None = None,
    seed: int = 1,
    settings: Settings = DEFAULT,
    trials: int | None = None,
    study: Path | None = None,
    wanted: Sequence[Indicator] | None = None,
    helped: Way = "keep",
    gates: Gates | None = None,
    champion: Release | None = None,
    contact: str = "",
    progress: Progress = lambda _: None,
) -> Training:
    """A candidate release as of one month: nothing that was public later has any part in it.

    Args:
        history: The data set.
        as_of: The month at whose end the training stands.
        label: Name of the label rule; None for the one that fits the data set.
        seed: Of the model and the bootstrap: same data and seed, same release.
        settings: Of every model; where a search begins.
        trials: Of the search for better settings, inside the training months; None for as many as `search.toml`
            declares, 0 to keep the given ones.
        study: Folder in which the trials are kept, so that a search that stops can go on.
        wanted: Indicators to learn from; None for the default set.
        helped: What becomes of rows whose shop got help before their answer came.
        gates: What the release has to show; None for the shipped ones.
        champion: The release in use, to be compared with; None if there is none.
        contact: Whom a reader of the card may ask: an office, not a person.
        progress: Called with a word after each step.

    Raises:
        InputError: the history is too short, or holds too few crises.
        SettingError: the gates are easier to pass than the champion's, and give no reason.
    """
    month, synthetic = as_month(as_of, argument="as_of"), history.dataset.synthetic
    gates = gates or read_gates()
    if champion is not None:
        check_loosening(gates, champion.gates, synthetic=champion.demonstration)
    material = gather(history, month, label=label, wanted=wanted, helped=helped, progress=progress)
    choice = choose(material, trials=trials, seed=seed, study=study, start=settings, progress=progress)
    learnt = learn(material, choice.settings, seed=seed, progress=progress)
    judged = figures_by_horizon(
        learnt.trial, PLAIN, learnt.seen, learnt.folds[0].earlier,
        seed=seed, facts=material.facts, settings=choice.settings,
    )  # fmt: skip
    progress("ladder")
    measures = measured(material, learnt, seed=seed, progress=progress)
    facts = told(history, month, material, choice, learnt, judged, helped=helped) | {
        "gates": gates.facts(),
        "contact": contact,
    }
    if choice.held is not None:
        measures["monotone/cost"] = choice.held.cost
    measures |= _calibration_error(judged)
    if champion is not None:
        versus = against(champion, history, month, material, learnt, seed=seed, progress=progress)
        measures |= versus.measures()
        facts["champion"] = versus.facts()
    evidence = Evidence(
        metrics=judged.metrics,
        measures=measures,
        gates=judge(gates, measures, judged.metrics, synthetic=synthetic),
        facts=facts,
    )
    release, golden = candidate(history, month, material, learnt, evidence, seed=seed)
    progress("release")
    return Training(
        release=release,
        golden=golden,
        rule=material.rule,
        split=material.split,
        rows=len(material.rows.happened),
        events=int(material.rows.happened.sum()),
        outcomes={str(horizon): _chart_table(learnt, learnt.seen[horizon], horizon) for horizon in HORIZONS},
    )


def told(
    history: History,
    month: pd.Period,
    material: Material,
    choice: Choice,
    learnt: Learnt,
    judged: Judged,
    *,
    helped: Way,
) -> dict[str, Any]:
    """What the card tells beside the figures, as plain JSON."""
    rule, rows = material.rule, material.rows
    return {
        "standing": {language: judged.standing.line(language) for language in ("ko", "en")},
        "label": {
            "title": rule.title,
            "reads": list(rule.reads),
            "maturity": rule.maturity,
            "exclusions": list(rule.exclusions),
            "horizons": list(rule.horizons),
            "digest": rule.digest,
            "excluded": dict(material.events.excluded),
        },
        "made": {
            "rows": len(rows.happened),
            "events": int(rows.happened.sum()),
            "shops": len(np.unique(rows.shop)),
            "first": str(from_ordinal(material.split.first)),
            "last": str(from_ordinal(material.split.last)),
        },
        "search": choice.search.facts() if choice.search else None,
        "monotone": choice.held.facts() if choice.held else None,
        "calibration": asdict(learnt.kind),
        "helped": {"way": helped, "rows": int(rows.helped.sum()), "told": not material.helps.none},
        "data": data_facts(history, month),
    }


def _calibration_error(judged: Judged) -> dict[str, Figure]:
    six = judged.metrics.get("6", {}).get("all", {}).get("ours", {})
    return {"calibration/error": six["calibration_error"]} if "calibration_error" in six else {}


def _chart_table(learnt: Learnt, outcome: Outcomes | None, horizon: int) -> pd.DataFrame:
    if outcome is None:
        return pd.DataFrame({"risk": [], "happened": [], "trading": []})
    return pd.DataFrame(
        {
            "risk": risks(learnt.trial, PLAIN, outcome.values)[1][:, HORIZONS.index(horizon)],
            "happened": outcome.happened.astype(int),
            "trading": outcome.trading,
            "shop_id": outcome.shop,
            "as_of": [str(from_ordinal(int(each))) for each in outcome.month],
        }
    )
