"""The report of a backtest: a folder with the page, its charts, every figure and every score, whole or not at all."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sbwarn.backtest.figures import OURS
from sbwarn.errors import StoreError
from sbwarn.messages import checked_language, say, speaking
from sbwarn.releases.predict import HORIZONS
from sbwarn.reports.backtestcharts import backtest_charts, inlined
from sbwarn.reports.backtestpage import page_of
from sbwarn.reports.csvfile import write_csv
from sbwarn.reports.extras import report_library
from sbwarn.reports.house import templates
from sbwarn.tables.atomic import whole_folder
from sbwarn.tables.digest import digest_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sbwarn.backtest.figures import BacktestFigures
    from sbwarn.backtest.run import Backtest
    from sbwarn.messages import Language
    from sbwarn.releases.record import Figure

FIGURES = "backtest.json"
"""Every backtest folder holds it: it marks the folder as ours."""
PRIVATE = 0o600
WHOLE = ALL = "all"
"""Of all quarters together; of all shops."""
SIX_MONTHS = "6"
"""The horizon of what is told for one horizon alone."""


def write_backtest(found: Backtest, told: BacktestFigures, out: Path, *, language: Language = "ko") -> Path:
    """The report as a folder: page, charts, figures, scores. The same input gives the same bytes.

    Args:
        found: The backtest.
        told: Its figures.
        out: Folder to write. A report that stands there is replaced once the new one is complete.
        language: Of the page and the charts.

    Returns:
        `out`, now holding `backtest.html`, `charts/*.svg`, `figures.csv`, `scored.parquet` (the only file that names
        shops) and `backtest.json`, readable by the owner only.

    Raises:
        StoreError: `out` is not such a folder, another writer holds it, or the disk refuses.
        SettingError: an unknown language, or a library of the report extra is missing.
    """
    refuse_foreign(out)
    with speaking(checked_language(language)):
        charts = backtest_charts(found, told)
        text = render_backtest(found, told, charts, language=language)
    with whole_folder(Path(out), marker=FIGURES) as folder:
        (folder / "charts").mkdir()
        for name, svg in charts.items():
            (folder / "charts" / f"{name}.svg").write_text(svg, encoding="utf-8", newline="\n")
        (folder / "backtest.html").write_text(text, encoding="utf-8", newline="\n")
        write_csv(figure_table(found, told), folder / "figures.csv")
        table = found.scored.table()
        table.attrs = {
            "dataset": found.dataset,
            "known_as_of": found.known_as_of,
            "synthetic": found.synthetic,
        }
        table.to_parquet(folder / "scored.parquet", engine="pyarrow", index=False)
        _write_json(found, told, folder)
        for path in folder.rglob("*"):
            if path.is_file():
                path.chmod(PRIVATE)
    return Path(out)


def refuse_foreign(out: Path) -> None:
    """Nothing, if a backtest may be written there: whoever is refused after ten minutes of work would rather know.

    Raises:
        StoreError: a file, or a full folder that is not a backtest's.
    """
    out = Path(out)
    if out.exists() and not (out.is_dir() and ((out / FIGURES).is_file() or not any(out.iterdir()))):
        raise StoreError(say("errors.not_ours", path=out, marker=FIGURES))


def figure_table(found: Backtest, told: BacktestFigures) -> pd.DataFrame:
    """`origin, horizon, population, model, measure, value, low, high, n, events, synthetic`, one row a figure."""
    rows = [
        {
            "origin": origin,
            "horizon": int(horizon),
            "population": population,
            "model": model,
            "measure": measure,
            **asdict(figure),
        }
        for origin, horizon, population, model, measure, figure in _every(told)
    ]
    columns = ["origin", "horizon", "population", "model", "measure", "value", "low", "high", "n", "events"]
    return pd.DataFrame(rows, columns=columns).assign(synthetic=found.synthetic)


def _every(told: BacktestFigures) -> Iterator[tuple[str, str, str, str, str, Figure]]:
    for origin, metrics in {WHOLE: told.overall, **told.quarters}.items():
        for horizon, populations in metrics.items():
            for population, models in populations.items():
                yield from (
                    (origin, horizon, population, model, measure, figure)
                    for model, figures in models.items()
                    for measure, figure in figures.items()
                )
    gaps = [(WHOLE, *each) for each in _by_population(told)]
    gaps += [(origin, SIX_MONTHS, ALL, each) for origin, each in told.quarter_gaps.items()]
    for origin, horizon, population, by_rung in gaps:
        yield from ((origin, horizon, population, rung, "auc_gap", gap) for rung, gap in by_rung.items())
    yield from ((WHOLE, SIX_MONTHS, ALL, OURS, measure, figure) for measure, figure in told.measures.items())


def _by_population(told: BacktestFigures) -> Iterator[tuple[str, str, Mapping[str, Figure]]]:
    for horizon, by_population in told.gaps.items():
        yield from ((horizon, population, by_rung) for population, by_rung in by_population.items())


def _write_json(found: Backtest, told: BacktestFigures, folder: Path) -> None:
    page = {
        "format": 1,
        "dataset": found.dataset,
        "synthetic": found.synthetic,
        "first": found.first,
        "last": found.last,
        "known_as_of": found.known_as_of,
        "label": found.label,
        "seed": found.seed,
        "settings": {**asdict(found.settings), "monotone": dict(found.settings.monotone)},
        "indicators": list(found.indicators),
        "capacity": told.capacity,
        "limits": asdict(told.limits),
        "horizons": list(HORIZONS),
        "quarters": [asdict(each) for each in found.quarters],
        "left_out": dict(found.left_out),
        "beats_the_ladder": told.standing.beaten if told.standing.steps else None,
        "overall": _plain(told.overall),
        "by_quarter": _plain(told.quarters),
        "auc_gap": _plain(told.gaps),
        "auc_gap_by_quarter": _plain(told.quarter_gaps),
        "measures": _plain(told.measures),
        "migration": told.migration.tolist(),
        "small_segments": {name: list(small) for name, small in told.small.items()},
        "rows_in_no_segment": dict(told.left_out),
        "files": {
            path.relative_to(folder).as_posix(): digest_file(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
    }
    text = json.dumps(page, ensure_ascii=False, allow_nan=False, indent=1)
    (folder / FIGURES).write_text(text + "\n", encoding="utf-8", newline="\n")


def _plain(branch: Mapping[str, object] | Figure) -> object:
    """Figures as plain JSON; what is not known is null."""
    from collections.abc import Mapping as AnyMapping

    if isinstance(branch, AnyMapping):
        return {name: _plain(each) for name, each in branch.items()}  # type: ignore[arg-type]
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in asdict(branch).items()
    }


def render_backtest(
    found: Backtest, told: BacktestFigures, charts: Mapping[str, str], *, language: Language
) -> str:
    """The page as one HTML file that loads nothing; a chart that is not there is said to be missing.

    Words are those of the language in force (`speaking`).
    """
    jinja2 = report_library("jinja2")
    house = templates()
    # Drawn by us from numbers and escaped texts: the only markup that is not the template's own.
    drawn = {name: jinja2.utils.markupsafe.Markup(inlined(svg, name)) for name, svg in charts.items()}
    page = page_of(found, told)
    text = house.get_template("backtest.html").render(page=page, charts=drawn, say=_word, language=language)
    return str(text)


def _word(name: str, /, **facts: str | int) -> str:
    """The sentence `backtest.<name>` in the language in force."""
    return say(f"backtest.{name}", into=None, **facts)
