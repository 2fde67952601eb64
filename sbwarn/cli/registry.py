"""Commands about which release is in force: releases, promote, rollback, sync."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sbwarn.errors import ReleaseError, StoreError
from sbwarn.messages import number, say

if TYPE_CHECKING:
    from sbwarn.releases.record import Figure, Release
    from sbwarn.releases.registry import Change

MODELS = Path("models")
SHOWN = ("6", "ours", "auc")
"""The figure of the list: horizon, model and measure."""

models_option = click.option(
    "--models", type=click.Path(path_type=Path), default=MODELS, show_default=True, help="Folder of releases."
)
reason_option = click.option("--reason", default="", help="Why, for the history; no person's name.")
store_option = click.option(
    "--tracking-uri", default=None, help="MLflow store or server; left out: SQLite in mlruns/."
)


@click.command("releases")
@models_option
def releases_command(models: Path) -> None:
    """List the releases of a folder: which is current, how its gates stood, how well it ranks.

    \b
    Example:
      sbwarn releases --models models
    """
    from sbwarn.releases.load import current_name, release_names
    from sbwarn.releases.registry import previous_name

    names = release_names(models)
    marks = {previous_name(models): "<", current_name(models): "*"}
    for name in names:
        click.echo(_line(name, models, marks.get(name, " ")))
    click.echo(say("registry.marks") if names else say("registry.none", models=models))


@click.command("promote")
@click.argument("release")
@models_option
@reason_option
@store_option
def promote_command(release: str, models: Path, reason: str, tracking_uri: str | None) -> None:
    """Make RELEASE the current one, if it recomputes its golden rows and every gate lets it pass.

    \b
    Example:
      sbwarn promote texas-2016-08-1a2b3c4d --models models --reason "quarterly retraining"
    """
    from sbwarn.releases.registry import promote

    _tell(promote(release, models, reason=reason), "registry.promoted", models, tracking_uri)


@click.command("rollback")
@models_option
@reason_option
@store_option
def rollback_command(models: Path, reason: str, tracking_uri: str | None) -> None:
    """Make the previous release the current one again.

    \b
    Example:
      sbwarn rollback --models models --reason "alerts doubled without a cause"
    """
    from sbwarn.releases.registry import rollback

    _tell(rollback(models, reason=reason), "registry.rolled_back", models, tracking_uri)


@click.command("sync")
@store_option
@click.option(
    "--outbox", type=click.Path(path_type=Path), default=None, help="Left out: the folder beside the store."
)
def sync_command(tracking_uri: str | None, outbox: Path | None) -> None:
    """Upload what waited for MLflow, and close the runs that a killed upload left open.

    \b
    Example:
      sbwarn sync --tracking-uri http://127.0.0.1:5000
    """
    from sbwarn.tracking import sync
    from sbwarn.tracking.store import outbox_of

    box = outbox or outbox_of(tracking_uri)
    done = sync(uri=tracking_uri, outbox=box)
    for name in done.uploaded:
        click.echo(say("registry.uploaded", name=name))
    if done.closed:
        click.echo(say("registry.closed", count=done.closed))
    if done.missing:
        click.echo(say("registry.missing", releases=", ".join(done.missing)), err=True)
    if done.why:
        raise StoreError(say("registry.errors_waits", why=done.why, waiting=len(done.waiting), outbox=box))
    click.echo(say("registry.synced", uploaded=len(done.uploaded), waiting=len(done.waiting), outbox=box))


def _tell(change: Change, key: str, models: Path, uri: str | None) -> None:
    """Say what was changed, tell MLflow, and say how that went."""
    from sbwarn.tracking import log_change

    left = change.left or say("registry.nothing")
    click.echo(say(key, models=models, id=change.to, left=left))
    logged = log_change(change, uri=uri)
    if logged is None:
        click.echo(say("registry.no_store"))
        return
    warning = logged.warning()
    click.echo(warning or say("registry.aliases", id=change.to, left=left), err=warning is not None)


def _line(name: str, models: Path, mark: str) -> str:
    from sbwarn.releases.load import load_release

    try:
        release = load_release(name, models=models)
    except ReleaseError as damage:
        return say("registry.broken", mark=mark, id=name, why=damage)
    line = say(
        "registry.listed",
        mark=mark,
        id=name,
        as_of=release.as_of,
        label=release.label,
        gates=_gates(release),
        auc=_auc(release),
    )
    return line + (say("cli.synthetic") if release.demonstration else "")


def _gates(release: Release) -> str:
    if not release.gates:
        return say("registry.no_gates")
    states = Counter(verdict.passed for verdict in release.gates)
    return say("registry.gates", passed=states[True], failed=states[False], unmeasured=states[None])


def _auc(release: Release) -> str:
    horizon, model, measure = SHOWN
    for population in ("trading", "all"):
        figure = release.metrics.get(horizon, {}).get(population, {}).get(model, {}).get(measure)
        if figure is not None:
            return _figure(horizon, population, figure)
    return say("registry.no_auc")


def _figure(horizon: str, population: str, figure: Figure) -> str:
    return say(
        "registry.auc",
        horizon=horizon,
        population=say(f"registry.populations.{population}"),
        auc=f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})",
        n=number(figure.n, "count"),
        events=number(figure.events, "count"),
    )
