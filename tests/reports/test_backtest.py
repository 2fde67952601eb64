"""The report of a backtest: whole or not at all, in two languages, nothing of it loads, no shop on the page."""

import json
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from sbwarn.backtest.figures import BacktestFigures, Limits, backtest_figures
from sbwarn.errors import SettingError, StoreError
from sbwarn.messages import catalogue, speaking
from sbwarn.releases.record import Figure
from sbwarn.reports.backtest import figure_table, render_backtest, write_backtest
from sbwarn.reports.backtestcharts import COLOURS, DRAWN, backtest_charts, inlined
from sbwarn.reports.backtestpage import page_of, shown
from sbwarn.reports.house import TEMPLATES
from tests.few_scored import drawn_scored, few_backtest, few_scored

HOSTILE = "<img src=x onerror=alert(1)>"
LOADS = ("src", "srcset", "poster", "action", "formaction", "background", "data")


@cache
def told() -> BacktestFigures:
    return figures_of(few_backtest(drawn_scored()))


def figures_of(found) -> BacktestFigures:
    return backtest_figures(found, capacity=30, limits=Limits(rows=50, events=5, lead_events=5), draws=8)


def city(**options: object):
    return few_backtest(drawn_scored(), **options)


def few(**options: object):
    """A backtest of which nothing is known yet: there is nothing to draw."""
    rows = few_scored(30, happened=np.full((30, 3), np.nan), rung_momentum=np.zeros((30, 3)))
    return few_backtest(rows, **options)


def unbeaten() -> BacktestFigures:
    """The same, but the rung is as good as ours."""
    gap = Figure(value=0.001, low=-0.01, high=0.012, n=1234, events=56)
    return replace(told(), gaps={"6": {"all": {"momentum": gap}, "trading": {"momentum": gap}}})


class Reader(HTMLParser):
    """Elements, attributes and words of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data) -> None:
        self.words.append(data)


@cache
def charts(language: str) -> dict[str, str]:
    """Drawn once: most pages here show the same ones."""
    with speaking(language):
        return backtest_charts(city(), told())


def page(found=None, figures=None, language: str = "en") -> str:
    with speaking(language):
        return render_backtest(found or city(), figures or told(), charts(language), language=language)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The report of the drawn city, to be read only."""
    return write_backtest(city(), told(), tmp_path_factory.mktemp("report") / "out", language="en")


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


def body(text: str) -> list[str]:
    """The words of the page's body, empty ones left out."""
    return [word.strip() for word in read(text.split("<body>")[1]).words if word.strip()]


def test_the_folder_holds_the_page_the_charts_the_figures_and_the_scores(folder):
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    charts = sorted(f"charts/{name}.svg" for name in DRAWN)
    assert names == ["backtest.html", "backtest.json", *charts, "figures.csv", "scored.parquet"]


def test_nobody_but_the_owner_reads_it(folder):
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()} == {0o600}


def test_the_same_figures_give_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_backtest(city(), told(), tmp_path / name, language="ko")

    for path in (tmp_path / "a").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes(), path


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")

    with pytest.raises(StoreError):
        write_backtest(city(), told(), tmp_path / "out", language="en")

    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.txt"]


def test_a_disk_that_is_full_leaves_the_old_report(tmp_path, monkeypatch):
    old = write_backtest(few(), figures_of(few()), tmp_path / "out", language="en")
    text = (old / "backtest.html").read_text("utf-8")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sbwarn.reports.backtest.write_csv", refuse)
    with pytest.raises(StoreError, match="No space left"):
        write_backtest(few(dataset="other"), figures_of(few()), tmp_path / "out", language="en")

    assert (tmp_path / "out" / "backtest.html").read_text("utf-8") == text


def test_an_unknown_language_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(SettingError):
        write_backtest(city(), told(), tmp_path / "out", language="de")

    assert list(tmp_path.iterdir()) == []


def test_the_first_line_says_that_the_ladder_is_beaten():
    first = body(page())[0]

    assert first.startswith("This model beats every rung of the ladder")
    assert re.search(r"AUC gap \+0\.\d{3} \(\+0\.\d{3} – \+0\.\d{3}\), n 1,\d{3}, crises \d+", first)


@pytest.mark.parametrize(
    ("language", "start"), [("en", "This model does NOT beat"), ("ko", "이 모형은 비교 모형")]
)
def test_the_first_line_says_that_it_is_not(language, start):
    first = body(page(figures=unbeaten(), language=language))[0]

    assert first.startswith(start)
    assert "+0.001 (-0.010 – +0.012)" in first
    assert "1,234" in first
    assert "못합니다" in first or language == "en"


def test_a_lost_ladder_looks_like_a_warning():
    assert 'class="verdict good"' in page()
    assert 'class="verdict"' in page(figures=unbeaten())


def test_one_population_lost_is_not_won():
    gap = Figure(value=0.1, low=0.05, high=0.15, n=1000, events=50)
    lost = replace(gap, low=-0.01)
    half = replace(told(), gaps={"6": {"all": {"lags": gap}, "trading": {"lags": lost}}})

    with speaking("en"):
        assert "NOT beat" in half.standing.line()
        assert "plain lags (LightGBM) (still trading)" in half.standing.line()


def test_nothing_to_compare_with_is_said():
    with speaking("en"):
        assert "is not known" in replace(told(), gaps={}).standing.line()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_sentence_is_in_the_language_of_the_page(language):
    text = page(city(districts={}), language=language)

    assert f'<html lang="{language}">' in text
    korean = re.search("[가-힣]", " ".join(body(text)))
    assert bool(korean) == (language == "ko")


def test_districts_are_told_by_their_names():
    assert "한솔동" in page(language="ko")
    assert "Hansol" in page(language="en")


def test_nothing_loads_and_nothing_runs():
    text = page()

    for tag, attributes in read(text).elements:
        assert tag not in ("script", "link", "iframe", "object", "embed", "img", "base"), tag
        for name, value in attributes.items():
            assert not name.startswith("on"), name
            assert name not in LOADS, name
            if name.endswith("href"):
                assert value is not None
                assert value.startswith("#"), value
    assert "url(http" not in text
    assert "@import" not in text


def test_ids_occur_once_and_every_reference_is_there():
    elements = read(page()).elements
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    references = {
        value[1:]
        for _, attributes in elements
        for name, value in attributes.items()
        if name.endswith("href") and value
    }

    assert len(ids) == len(set(ids))
    assert references <= set(ids)


def test_what_comes_from_outside_is_text():
    rows = drawn_scored()
    hostile = replace(rows, about=replace(rows.about, industry=np.full(len(rows.shop), HOSTILE)))
    found = few_backtest(
        hostile,
        dataset=HOSTILE,
        label=HOSTILE,
        left_out={"2015-01": HOSTILE},
        districts={"D0": (HOSTILE, HOSTILE)},
    )

    text = page(found, figures_of(found))

    assert "<img" not in text
    assert text.count("&lt;img src=x onerror=alert(1)&gt;") >= 4


def test_no_shop_is_on_the_page_nor_in_its_figures(folder):
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".parquet":
            assert "SHOP-" not in path.read_text("utf-8"), path
    assert pd.read_parquet(folder / "scored.parquet")["shop_id"].str.startswith("SHOP-").all()


def test_synthetic_is_said_on_every_line_of_the_page_that_tells_a_number():
    text = page(city(synthetic=True))

    rows = re.findall(r"<tbody>.*?</tbody>", text, flags=re.DOTALL)
    lines = [line for table in rows for line in table.splitlines() if line.startswith("<tr>")]
    cards = re.findall(r'<div class="card">.*?</div>', text)
    (first,) = re.findall(r'<p class="verdict.*?</p>', text)
    assert len(lines) > 40
    for line in [*lines, *cards, first]:
        assert ">synthetic</span>" in line, line


def test_synthetic_is_said_in_every_file(tmp_path):
    out = write_backtest(city(synthetic=True), told(), tmp_path / "out", language="en")

    for chart in (out / "charts").iterdir():
        assert "(synthetic)" in chart.read_text("utf-8"), chart
    assert pd.read_csv(out / "figures.csv")["synthetic"].all()
    assert json.loads((out / "backtest.json").read_text("utf-8"))["synthetic"] is True
    assert pd.read_parquet(out / "scored.parquet").attrs["synthetic"] is True


def test_a_real_city_is_not_called_synthetic():
    assert "synthetic" not in " ".join(body(page()))


def test_every_chart_tells_n_and_crises_in_its_title(folder):
    for name in DRAWN:
        svg = (folder / "charts" / f"{name}.svg").read_text("utf-8")
        assert re.search(r": (n|crises|steps) = [\d,]+, (crises|warned of|moved) = [\d,]+", svg), name
        assert ElementTree.fromstring(svg).tag.endswith("svg")  # noqa: S314 - our own file


def test_charts_in_the_page_have_its_colours():
    text = page()
    charts = text[text.index("<main>") :]

    assert not [code for code in COLOURS.values() if code in charts]
    assert "var(--accent)" in charts


def test_the_colours_of_the_charts_are_those_of_the_light_page():
    style = (TEMPLATES / "style.css").read_text("utf-8").split("@media")[0]

    for name, code in COLOURS.items():
        assert f"--{name}: {code};" in style, name


def test_a_chart_keeps_its_references_when_it_is_put_into_the_page():
    svg = '<?xml?>\n<svg id="a"><g clip-path="url(#b)"/><clipPath id="b"/><use xlink:href="#a"/></svg>\n'

    assert inlined(svg, "roc") == (
        '<svg id="roc-a"><g clip-path="url(#roc-b)"/><clipPath id="roc-b"/><use xlink:href="#roc-a"/></svg>'
    )


def test_a_chart_of_nothing_is_left_out_and_said():
    with speaking("en"):
        drawn = backtest_charts(few(), figures_of(few()))
        text = render_backtest(few(), figures_of(few()), drawn, language="en")

    assert drawn == {}
    assert "ROC: too little is known for this chart." in text


def test_left_out_quarters_are_on_the_page():
    text = page(city(left_out={"2015-10": "only eleven months"}))

    assert "2015-10 was left out: only eleven months" in " ".join(body(text))


def test_the_smallest_segments_are_counted_not_shown():
    few = backtest_figures(city(), capacity=30, limits=Limits(rows=900, events=5, lead_events=5), draws=5)

    text = " ".join(body(page(figures=few)))

    assert "2 too small for figures of their own" in text
    assert "below 900 rows" in text


def test_figures_csv_and_json_hold_every_figure(folder):
    table = pd.read_csv(folder / "figures.csv")
    stored = json.loads((folder / "backtest.json").read_text("utf-8"))
    assert set(told().measures) <= set(table["measure"])
    assert set(stored["measures"]) == set(told().measures)
    assert set(table["origin"]) == {"all", "2016-01", "2016-04"}
    auc = table.query(
        "origin == 'all' and horizon == 6 and population == 'all' and model == 'ours' and measure == 'auc'"
    )
    assert len(auc) == 1
    assert auc["value"].iloc[0] == pytest.approx(stored["overall"]["6"]["all"]["ours"]["auc"]["value"])
    assert stored["beats_the_ladder"] is True
    assert set(stored["files"]) == {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "backtest.json"
    }


def test_no_figure_occurs_twice():
    table = figure_table(city(), told())

    assert not table.duplicated(["origin", "horizon", "population", "model", "measure"]).any()


def test_an_unknown_number_is_null_and_a_dash(tmp_path):
    unknown = Figure(value=float("nan"), low=float("nan"), high=float("inf"), n=5, events=0)
    figures = replace(figures_of(few()), measures={"lead/median": unknown})

    out = write_backtest(few(), figures, tmp_path / "out", language="en")

    stored = json.loads((out / "backtest.json").read_text("utf-8"))["measures"]["lead/median"]
    assert stored == {"value": None, "low": None, "high": None, "n": 5, "events": 0}
    assert shown(unknown, "median") == "–"


def test_every_measure_has_its_unit():
    figure = Figure(value=0.5, low=0.25, high=1.25, n=9, events=4)

    with speaking("en"):
        assert shown(figure, "never") == "50.0% (25.0% – 125.0%)"
        assert shown(figure, "median") == "0.5 (0.2 – 1.2)"
        assert shown(figure, "auc") == "0.500 (0.250 – 1.250)"
        assert shown(figure, "gap") == "+0.500 (+0.250 – +1.250)"


def test_every_rung_of_the_ladder_has_a_name_in_both_languages():
    for language in ("en", "ko"):
        for model in ("ours", "momentum", "lags", "scorecard"):
            assert f"figures.model.{model}" in catalogue(language)


def test_the_page_has_a_column_for_every_rung():
    rows = drawn_scored()
    more = replace(
        rows, forecast=replace(rows.forecast, rungs=dict(rows.forecast.rungs, lags=rows.forecast.risk * 0.9))
    )
    found = few_backtest(more)

    with speaking("en"):
        page = page_of(found, figures_of(found))

    (over_time,) = (part for part in page.sections if part.name == "over_time")
    assert over_time.tables[0].head[-2:] == (
        "AUC gap to rule of thumb (sales trend)",
        "AUC gap to plain lags (LightGBM)",
    )
