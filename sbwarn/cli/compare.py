"""The command that sets a candidate beside the champion: compare."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sbwarn.cli.progress import step
from sbwarn.messages import language, number, say
from sbwarn.scoring.record import LEVELS

if TYPE_CHECKING:
    from sbwarn.engines.compare import Comparison
    from sbwarn.releases.record import Figure

MODELS = Path("models")
SHOWN = 10
"""Changed shops that are shown; the others are in the file."""


@click.command("compare")
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option("--release", required=True, help="The candidate: a name under --models, or a folder.")
@click.option(
    "--champion", default=None, help="The release in use: a name or a folder; left out: the current one."
)
@click.option(
    "--as-of", required=True, help="Month at whose end you stand, YYYY-MM; nothing public later is used."
)
@click.option(
    "--models", type=click.Path(path_type=Path), default=MODELS, show_default=True, help="Folder of releases."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=None,
    help="CSV file with every shop whose class changes, and why.",
)
def compare_command(
    dataset: Path, release: str, champion: str | None, as_of: str, models: Path, out: Path | None
) -> None:
    """Set a candidate beside the champion: figures on the same matured months, and the shops whose class changes.

    \b
    Example:
      sbwarn compare data/texas --release <id> --as-of 2016-08 --out changes.csv
    """
    from sbwarn.engines.compare import compare
    from sbwarn.releases.load import load_release
    from sbwarn.tables.atomic import whole_file
    from sbwarn.tables.dataset import read_dataset
    from sbwarn.tables.history import History

    ours, theirs = load_release(release, models=models), load_release(champion, models=models)
    history = History(read_dataset(dataset))
    with step(say("compare.step"), length=20) as tick:
        found = compare(history, ours, theirs, as_of, progress=tick)
    for line in (*sides(found), *figures(found), *migrations(found), *shops(found)):
        click.echo(line)
    if out is not None:
        with whole_file(out) as fresh:
            found.changes.table.to_csv(fresh, index=False, encoding="utf-8-sig")
        click.echo(say("compare.written", rows=number(len(found.changes.table), "count"), out=out))


def sides(found: Comparison) -> list[str]:
    """Who is compared with whom, and what keeps the two from being alike."""
    ours, theirs = found.candidate, found.champion
    lines = [
        say("compare.candidate", id=ours.id, as_of=ours.as_of, label=ours.label),
        say("compare.champion", id=theirs.id, as_of=theirs.as_of, label=theirs.label),
    ]
    same_rule = ours.parameters.get("label_digest") == theirs.parameters.get("label_digest")
    if ours.label != theirs.label or not same_rule:
        lines.append(say("compare.other_label", ours=ours.label, theirs=theirs.label))
    if ours.dataset != theirs.dataset:
        lines.append(say("compare.other_data", ours=ours.dataset, theirs=theirs.dataset))
    blind = [side.id for side in (ours, theirs) if not any(level.n for level in side.levels)]
    lines += [say("compare.no_classes", id=name) for name in blind]
    new, gone = set(ours.indicators) - set(theirs.indicators), set(theirs.indicators) - set(ours.indicators)
    if new or gone:
        lines.append(
            say(
                "compare.other_columns",
                new=", ".join(sorted(new)) or "–",
                gone=", ".join(sorted(gone)) or "–",
            )
        )
    return lines


def figures(found: Comparison) -> list[str]:
    """Both sides and their paired difference, a line a horizon, population and measure."""
    months = ", ".join(
        say("compare.months", horizon=horizon, first=first, last=last)
        for horizon, (first, last) in found.duel.months.items()
    )
    lines = [say(f"compare.way_{found.way}", as_of=found.as_of, months=months or "–")]
    if found.same_recipe and found.way == "recipe":
        lines.append(say("compare.same_recipe"))
    for key, gap in found.duel.gaps.items():
        horizon, population, measure = key.split("/")
        lines.append(
            say(
                "compare.figure",
                horizon=f"{horizon:>2}",
                population=say(f"cli.populations.{population}"),
                measure=say(f"compare.measures.{measure}"),
                ours=_figure(found.duel.ours[key]),
                theirs=_figure(found.duel.theirs[key]),
                gap=f"{gap.value:+.3f} ({gap.low:+.3f} … {gap.high:+.3f})",
                n=number(gap.n, "count"),
                events=number(gap.events, "count"),
            )
            + _mark(found)
        )
    return lines if found.duel.gaps else [*lines, say("compare.nothing")]


def migrations(found: Comparison) -> list[str]:
    """How many shops go from which class to which, the most frequent move first."""
    changes = found.changes
    moved = len(changes.table)
    psi = changes.shift.psi
    lines = [
        say(
            "compare.moved",
            moved=number(moved, "count"),
            scored=number(changes.scored, "count"),
            share=number(moved / changes.scored if changes.scored else float("nan"), "share"),
            as_of=found.as_of,
        )
        + _mark(found),
        say(
            "compare.psi",
            psi=f"{psi.value:.3f} ({psi.low:.3f}–{psi.high:.3f})",
            critical=f"{changes.shift.critical:.3f}",
            n=number(psi.n, "count"),
        )
        + _mark(found),
    ]
    moves = [
        (int(changes.migration[before, after]), before, after)
        for before in range(len(LEVELS))
        for after in range(len(LEVELS))
        if before != after and changes.migration[before, after]
    ]
    return lines + [
        say("compare.move", count=f"{count:>6,}", before=_level(LEVELS[before]), after=_level(LEVELS[after]))
        for count, before, after in sorted(moves, key=lambda move: -move[0])
    ]


def shops(found: Comparison) -> list[str]:
    """The first shops whose class changes, and why."""
    table = found.changes.table
    lines = [say("compare.first", shown=min(SHOWN, len(table)))] if len(table) else []
    for row in table.head(SHOWN).to_dict("records"):
        lines.append(
            say(
                "compare.shop",
                shop=row["shop_id"],
                risk_before=number(row["risk_6m_before"], "share"),
                risk_after=number(row["risk_6m_after"], "share"),
                before=_level(row["level_before"]),
                after=_level(row["level_after"]),
            )
            + _mark(found)
        )
        lines += [f"      {why}" for why in row[f"why_{language()}"].split("\n") if why]
    return lines


def _level(name: str) -> str:
    return say(f"levels.{name}")


def _figure(figure: Figure) -> str:
    return f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})"


def _mark(found: Comparison) -> str:
    return say("cli.synthetic") if found.synthetic else ""
