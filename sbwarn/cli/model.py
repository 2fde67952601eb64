"""Commands that make and judge releases: retrain, importance, evaluate."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from sbwarn.cli.progress import step
from sbwarn.messages import language, number, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sbwarn.gates.gates import Gates
    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.releases.record import Metrics, Release
    from sbwarn.tables.history import History
    from sbwarn.tracking import Logged
    from sbwarn.training.importance import Importance
    from sbwarn.training.rows import Way

MODELS = Path("models")
PARTS = 20
"""Words that a training tells beside its months and trials, at most."""


class Choices(TypedDict, total=False):
    """What a training may be told, as `retrain` knows it."""

    label: str | None
    seed: int
    trials: int | None
    study: Path | None
    wanted: Sequence[Indicator]
    helped: Way
    gates: Gates
    champion: Release | None
    contact: str


@click.command("retrain")
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option("--as-of", required=True, help="Month at whose end the training stands, YYYY-MM.")
@click.option(
    "--models", type=click.Path(path_type=Path), default=MODELS, show_default=True, help="Folder of releases."
)
@click.option(
    "--label",
    default=None,
    help="Label rule: closed, silent_3, sales_collapse, arrears_31 …, A+B for whichever comes first; left out: the one that fits.",
)
@click.option("--seed", default=1, show_default=True, help="Same data and seed, same release, byte for byte.")
@click.option(
    "--trials",
    type=click.IntRange(min=0),
    default=None,
    help="Settings to try inside the training months; left out: the 20 that search.toml declares; 0: no search.",
)
@click.option(
    "--study",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder in which the search is kept, to go on with later.",
)
@click.option("--private", is_flag=True, help="Also learn from the facts of the business itself.")
@click.option(
    "--helped",
    type=click.Choice(("keep", "censor", "weight")),
    default="keep",
    show_default=True,
    help="Rows whose shop got help before their answer came: keep, leave out, count by half.",
)
@click.option(
    "--gates",
    type=click.Path(path_type=Path),
    default=None,
    help="The city's own criteria, beside the shipped ones.",
)
@click.option(
    "--champion",
    default=None,
    help="Release to compare with; left out: the current one of --models, if it is of this data set.",
)
@click.option("--contact", default="", help="Whom a reader of the card may ask: an office, not a person.")
@click.option("--tracking-uri", default=None, help="MLflow store or server; left out: SQLite in mlruns/.")
def retrain_command(
    dataset: Path, as_of: str, models: Path, label: str | None, seed: int, trials: int | None, study: Path | None,
    private: bool, helped: Way, gates: Path | None, champion: str | None, contact: str, tracking_uri: str | None,  # noqa: FBT001
) -> None:  # fmt: skip
    """Train a candidate release on what was public and mature by a month, judge it, and log it to MLflow.

    \b
    Example:
      sbwarn retrain data/texas --as-of 2016-08 --models models
      sbwarn retrain data/texas --as-of 2016-08 --study studies/2016-08
    """
    from sbwarn.gates.gates import lines, read_gates
    from sbwarn.indicators.selection import default_set
    from sbwarn.tables.dataset import read_dataset
    from sbwarn.tables.history import History

    history = History(read_dataset(dataset))
    release, logged = trained(
        history, as_of, models=models, tracking_uri=tracking_uri, label=label, seed=seed,
        trials=trials, study=study, wanted=default_set(private=private), helped=helped, gates=read_gates(gates),
        champion=_champion(champion, models, history.dataset.name), contact=contact,
    )  # fmt: skip
    click.echo(standing(release))
    for line in figures(release.metrics, synthetic=release.demonstration):
        click.echo(line)
    for line in lines(release.gates, synthetic=release.demonstration):
        click.echo(line)
    click.echo(say("cli.trained", id=release.id, models=models, run=logged))
    if warning := logged.warning():
        click.echo(warning, err=True)


def trained(
    history: History, as_of: str, *, models: Path, tracking_uri: str | None, **choices: Unpack[Choices]
) -> tuple[Release, Logged]:
    """A saved release and what became of its MLflow run, with bars."""
    from sbwarn.releases.save import save_release
    from sbwarn.reports.figures import training_figures
    from sbwarn.tables.month import as_month
    from sbwarn.tracking import log_training
    from sbwarn.training.retrain import retrain
    from sbwarn.training.search import declared

    months = as_month(as_of, argument="--as-of").ordinal - history.first_month.ordinal
    wanted = choices.get("trials")
    length = max(months, 1) + PARTS + (declared().trials if wanted is None else wanted)
    with step(say("cli.steps.train"), length=length) as tick:
        training = retrain(history, as_of, progress=tick, **choices)
    with step(say("cli.steps.log"), length=3) as tick, tempfile.TemporaryDirectory() as folder:
        release = save_release(training.release, training.golden, models)
        tick(release.id)
        charts = training_figures(training.outcomes, Path(folder), synthetic=release.demonstration)
        tick("charts")
        logged = log_training(training, models / release.id, charts, uri=tracking_uri)
    return release, logged


def standing(release: Release) -> str:
    """Where the release stands against its ladder; a synthetic one says so."""
    told: str = release.facts["standing"][language()]
    return told + (say("cli.synthetic") if release.demonstration else "")


def _champion(named: str | None, models: Path, dataset: str) -> Release | None:
    """The release that is named, or the current one of the folder if it learnt from the same data set."""
    from sbwarn.releases.load import current_name, load_release

    if named:
        return load_release(named, models=models)
    current = current_name(models)
    release = load_release(current, models=models) if current else None
    # Another city's release, the shipped demonstration for one, is no champion here.
    return release if release and release.dataset == dataset else None


@click.command("importance")
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option("--as-of", required=True, help="Month at whose end the training stands, YYYY-MM.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="CSV file, a row a family or indicator."
)
@click.option(
    "--all", "everything", is_flag=True, help="Weigh the whole catalogue, not the default set alone."
)
@click.option("--origins", default=3, show_default=True, help="Quarters that are tried.")
@click.option(
    "--trees", default=300, show_default=True, help="Trees of each model; fewer are faster and rougher."
)
@click.option("--label", default=None, help="Label rule; left out: the one that fits.")
@click.option("--seed", default=1, show_default=True, help="Of models, shuffles and intervals.")
@click.option("--tracking-uri", default=None, help="MLflow store or server; left out: SQLite in mlruns/.")
def importance_command(
    dataset: Path, as_of: str, out: Path, everything: bool, origins: int, trees: int, label: str | None,  # noqa: FBT001
    seed: int, tracking_uri: str | None,
) -> None:  # fmt: skip
    """Weigh each family and indicator on a rolling origin inside the training months, and log it to MLflow.

    \b
    Example:
      sbwarn importance data/texas --as-of 2016-08 --out importance.csv
    """
    from sbwarn.engines.features import every
    from sbwarn.tables.atomic import whole_file
    from sbwarn.tables.dataset import read_dataset
    from sbwarn.tables.history import History
    from sbwarn.tracking import log_importance
    from sbwarn.training.importance import importance

    history = History(read_dataset(dataset))
    with step(say("cli.steps.weigh"), length=100) as tick:
        found = importance(
            history,
            as_of,
            trees=trees,
            label=label,
            seed=seed,
            origins=origins,
            wanted=every() if everything else None,
            progress=tick,
        )
    with whole_file(out) as fresh:
        found.losses.to_csv(fresh, index=False)
    logged = log_importance(found, out, uri=tracking_uri)
    for line in worth(found):
        click.echo(line)
    click.echo(say("cli.weighed", out=out, run=logged))
    if warning := logged.warning():
        click.echo(warning, err=True)


def worth(found: Importance) -> list[str]:
    """A line a horizon and family: what is lost without it, with the 95 % interval; synthetic ones say so."""
    mark = say("cli.synthetic") if found.synthetic else ""
    lines = [
        say("cli.whole", horizon=row["horizon"], auc=f"{row['auc']:.3f} ({row['auc_low']:.3f}–{row['auc_high']:.3f})",
            n=f"{row['n']:,}", events=f"{row['events']:,}") + mark
        for row in found.whole.to_dict("records")
    ]  # fmt: skip
    families = found.losses.loc[found.losses["kind"] == "family"]
    return lines + [
        say("cli.worth", horizon=row["horizon"], way=say(f"cli.ways.{row['way']}"), name=f"{row['name']:<10}",
            auc=f"{row['auc_loss']:+.4f} ({row['auc_low']:+.4f} … {row['auc_high']:+.4f})", ap=f"{row['ap_loss']:+.4f}") + mark
        for row in families.to_dict("records")
    ]  # fmt: skip


@click.command("evaluate")
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option("--release", required=True, help="Name under --models, or a folder.")
@click.option(
    "--models", type=click.Path(path_type=Path), default=MODELS, show_default=True, help="Folder of releases."
)
@click.option("--from", "first", required=True, help="First as-of month to test, YYYY-MM.")
@click.option("--to", "last", required=True, help="Last as-of month to test.")
@click.option("--known-as-of", required=True, help="Month as of which the outcomes are read.")
def evaluate_command(
    dataset: Path, release: str, models: Path, first: str, last: str, known_as_of: str
) -> None:
    """Test a release on later months, each as it was known, beside the ladder of baselines.

    \b
    Example:
      sbwarn evaluate data/texas --release <id> --from 2016-09 --to 2017-02 --known-as-of 2017-10
    """
    from sbwarn.releases.load import load_release
    from sbwarn.tables.dataset import read_dataset
    from sbwarn.tables.history import History
    from sbwarn.tables.month import month_range
    from sbwarn.training.judge import evaluate

    model = load_release(release, models=models)
    history = History(read_dataset(dataset))
    judged = evaluate(history, model, month_range(first, last), known_as_of=known_as_of)
    mark = say("cli.synthetic") if history.dataset.synthetic else ""
    click.echo(judged.standing.line(language()) + mark)
    for line in figures(judged.metrics, synthetic=history.dataset.synthetic):
        click.echo(line)


def figures(metrics: Metrics, *, synthetic: bool, only: Sequence[str] = ()) -> list[str]:
    """A line a forecast, of these models if any are named: AUC and average precision; synthetic ones say so."""
    mark = say("cli.synthetic") if synthetic else ""
    return [
        say(
            "cli.figure", horizon=f"{horizon:>2}", population=say(f"cli.populations.{population}"), model=f"{model:<9}",
            auc=f"{found['auc'].value:.3f} ({found['auc'].low:.3f}–{found['auc'].high:.3f})",
            ap=f"{found['average_precision'].value:.3f} ({found['average_precision'].low:.3f}–{found['average_precision'].high:.3f})",
            capture=number(found["capture_10"].value, "share"),
            n=f"{found['auc'].n:,}", events=f"{found['auc'].events:,}",
        ) + mark
        for horizon, populations in metrics.items()
        for population, models in populations.items()
        for model, found in models.items()
        if found and (not only or model in only)
    ]  # fmt: skip
