"""What a training leaves in MLflow: parameters, digests, every figure, gates, charts, the release; nothing personal."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sbwarn.tracking.logged import Logged
from sbwarn.tracking.names import experiment_name, label_name, model_name
from sbwarn.tracking.outbox import Entry
from sbwarn.tracking.sending import send

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from sbwarn.releases.record import Figure, Release, Verdict
    from sbwarn.training.retrain import Training

TOLD = ("happened", "trading", "helped", "as_of")
"""Columns of the outcomes that name no shop and no place; a risk of any model is told too."""


def log_training(
    training: Training,
    release: Path,
    charts: Sequence[Path],
    *,
    uri: str | None = None,
    outbox: Path | None = None,
) -> Logged:
    """The finished run of a training and its version of the registered model, or where it waits.

    Args:
        training: What was trained.
        release: The release's folder.
        charts: Files to keep beside it.
        uri: A store or server; None for the SQLite store in `mlruns/`.
        outbox: Where the run waits if the store cannot be used; None for the folder beside the store.
    """
    facts = training.release
    entry = Entry(
        kind="run",
        name=release.name,
        experiment=experiment_name(label_name(facts)),
        tags=_tags(facts, release.name),
        params=_parameters(training),
        metrics=dict(_metrics(facts)),
        model=model_name(facts.dataset, label_name(facts)),
    )
    return send(entry, lambda folder: _fill(folder, training, release, charts), uri=uri, outbox=outbox)


def _tags(facts: Release, name: str) -> Mapping[str, str]:
    return {
        "release": name,
        "as_of": facts.as_of,
        "label": facts.label,
        "synthetic": str(facts.demonstration).lower(),
        **{f"gate/{verdict.name}": _state(verdict) for verdict in facts.gates},
    }


def _state(verdict: Verdict) -> str:
    if verdict.passed is None:
        return "not measured"
    return "passed" if verdict.passed else "failed"


def _parameters(training: Training) -> Mapping[str, str]:
    facts = training.release
    told = {
        **facts.parameters,
        "seed": facts.seed,
        "rows": training.rows,
        "events": training.events,
        "tested": facts.tested,
        **{f"data.{quantity}": digest for quantity, digest in facts.data.items()},
    }
    return {name: str(value) for name, value in told.items()}


def _metrics(facts: Release) -> Iterator[tuple[str, float]]:
    """Each figure with its interval, n and crises, under one flat name."""
    for horizon, populations in facts.metrics.items():
        for population, models in populations.items():
            place = f"{horizon}m/{population}"
            for model, measures in models.items():
                for measure, figure in measures.items():
                    yield from _with_interval(f"{place}/{model}/{measure}", figure)
                    yield f"{place}/n", float(figure.n)
                    yield f"{place}/events", float(figure.events)
    for name, figure in facts.measures.items():
        yield from _with_interval(name, figure)
        yield f"{name}/n", float(figure.n)


def _with_interval(name: str, figure: Figure) -> Iterator[tuple[str, float]]:
    yield from ((name, figure.value), (f"{name}/low", figure.low), (f"{name}/high", figure.high))


def _fill(folder: Path, training: Training, release: Path, charts: Sequence[Path]) -> None:
    shutil.copytree(release, folder / "release")
    for chart in charts:
        (folder / "charts").mkdir(exist_ok=True)
        shutil.copyfile(chart, folder / "charts" / chart.name)
    gates = [_without_nan(asdict(verdict)) for verdict in training.release.gates]
    text = json.dumps(gates, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "gates.json").write_text(text + "\n", "utf-8")
    (folder / "outcomes").mkdir()
    for horizon, table in training.outcomes.items():
        _nameless(table).to_parquet(folder / "outcomes" / f"outcomes_{horizon}m.parquet")


def _nameless(table: pd.DataFrame) -> pd.DataFrame:
    return table[[name for name in table.columns if name in TOLD or name.startswith("risk")]]


def _without_nan(page: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in page.items()
    }
