"""The main job on a city that the program makes itself."""

from __future__ import annotations

from pathlib import Path

import click

from sbwarn.cli.data import accounts, simulated
from sbwarn.cli.model import figures, standing, trained
from sbwarn.cli.month import reported, riskiest
from sbwarn.cli.progress import step
from sbwarn.messages import Language, language, say

LAST, SHOPS, MONTHS, SEED = "2026-09", 2000, 40, 1


@click.command("demo")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("demo"), show_default=True, help="Folder to fill."
)
@click.option("--shops", default=SHOPS, show_default=True, help="Shops of the simulated city.")
@click.option("--months", default=MONTHS, show_default=True, help="Months of its history.")
@click.option("--seed", default=SEED, show_default=True, help="Same seed, same city, same release.")
def demo_command(out: Path, shops: int, months: int, seed: int) -> None:
    """Simulate a city, train on it, publish a release, score its last month and write the monthly report.

    \b
    Example:
      sbwarn demo --out demo
    """
    from sbwarn.errors import ReleaseError
    from sbwarn.releases.load import load_release
    from sbwarn.releases.registry import promote
    from sbwarn.tables.history import History
    from sbwarn.tracking import default_uri, log_change

    dataset = simulated(out / "data", shops=shops, months=months, last=LAST, seed=seed)
    history = History(dataset)
    models = out / "models"
    # Without a search for settings: the demonstration shows the way, and the settings as declared serve it.
    release, logged = trained(
        history, LAST, models=models, tracking_uri=default_uri(out / "mlruns"), seed=seed, trials=0
    )
    with step(say("cli.steps.promote"), length=2) as tick:
        model = load_release(release.id, models=models)
        tick(model.id)
        try:
            log_change(promote(model.id, models), uri=default_uri(out / "mlruns"))
            refusal = ""
        except ReleaseError as failed:
            # A small city may give no proof: the month is scored all the same, with the candidate's name.
            refusal = str(failed)
    tongue: Language = language()
    month, _ = reported(history, LAST, model, out=out / "report", capacity=120, language=tongue)
    first = month.scores.set_index("shop_id")["risk_6m"].idxmax()
    lines = [
        "",
        *accounts(dataset),
        "",
        standing(model),
        *figures(model.metrics, synthetic=True, only=("ours",)),
        *([refusal] if refusal else []),
        "",
        say("cli.riskiest", count=5),
        *riskiest(month, 5),
        "",
        say("cli.reported", page=(out / "report" / "report.html").resolve()),
        say("cli.demo_next", out=out, id=model.id, last=LAST, run=logged, shop=first),
    ]
    for line in lines:
        click.echo(line)
