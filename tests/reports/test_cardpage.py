"""The card as a page: the same content, nothing loaded, nothing run, and texts of the data shown as they are."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser

import pandas as pd
import pytest
from click.testing import CliRunner

from sbwarn.cli.card import card_command
from sbwarn.messages import LANGUAGES, speaking
from sbwarn.releases.card import card_in
from sbwarn.reports.cardpage import card_page
from sbwarn.tables.check import check_table
from sbwarn.tables.dataset import dataset_of, write_dataset
from sbwarn.tables.schema import table_schema
from tests.releases.cards import GOLDEN, full_release, old_release

EMPTY = {"meta", "br", "hr"}


class Reader(HTMLParser):
    """Collects tags and text, and notices tags that are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text.append(data)


def read(page: str) -> Reader:
    """The page, parsed."""
    reader = Reader()
    reader.feed(page)
    assert reader.wrong == []
    assert reader.open == []
    return reader


@pytest.mark.parametrize("tongue", LANGUAGES)
@pytest.mark.parametrize("made", [old_release, full_release, partial(full_release, demonstration=True)])
def test_the_page_says_all_that_the_card_says(tongue, made):
    release = made()
    shown = " ".join("".join(read(card_page(release, tongue)).text).split())

    # What Markdown needs to look right is not seen on the page.
    plain = re.sub(r"\\([^a-z])", r"\1", card_in(release, tongue).replace("**", "").replace("`", ""))
    cells = [cell.strip().lstrip("#- ").strip() for line in plain.splitlines() for cell in line.split("|")]
    wanted = [
        re.sub(r"\*\((.+?)\)\*", r"(\1)", " ".join(cell.split())) for cell in cells if cell.strip("- :")
    ]
    assert len(wanted) > 100
    assert [cell for cell in wanted if cell not in shown] == []


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_the_page_loads_and_runs_nothing(tongue):
    page = card_page(full_release(), tongue)
    reader = read(page)

    assert {tag for tag, _ in reader.tags} & {"script", "img", "iframe", "object", "form", "base"} == set()
    links = [attrs["href"] for _, attrs in reader.tags if "href" in attrs]
    assert links
    assert all(link.startswith("#") for link in links)
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|url\(|@import", page)
    assert len(page) < 100_000


def test_texts_of_the_data_cannot_become_tags_links_or_marks():
    evil = '<script>alert(1)</script> [a](javascript:x) ![i](http://x/y.png) <b>&amp;&lt; **bold** "q"'
    release = full_release()
    measures = {f"segment/industry/{evil.replace('/', '|')}/auc": release.measures["segment/worst/auc"]}
    gates = tuple(replace(verdict, reason=evil, name=evil) for verdict in release.gates)
    facts = {**release.facts, "contact": evil, "standing": {"ko": evil, "en": evil}}

    page = card_page(replace(release, measures=measures, gates=gates, facts=facts, dataset=evil), "en")

    reader = read(page)
    assert {tag for tag, _ in reader.tags} & {"script", "b", "img"} == set()
    assert [
        attrs for tag, attrs in reader.tags if tag == "a" and not str(attrs["href"]).startswith("#")
    ] == []
    assert "".join(reader.text).count(evil) >= 3


def test_every_link_of_the_contents_leads_somewhere():
    reader = read(card_page(full_release(), "ko"))
    ids = {attrs.get("id") for _, attrs in reader.tags}

    assert {attrs["href"].removeprefix("#") for tag, attrs in reader.tags if tag == "a"} <= ids


def test_the_first_cell_of_a_row_names_it_and_every_head_its_column():
    tags = read(card_page(full_release(), "en")).tags
    rows = [place for place, (tag, _) in enumerate(tags) if tag == "tr"]

    assert len(rows) > 40
    assert {(tags[place + 1][0], tags[place + 1][1].get("scope")) for place in rows} == {
        ("th", "col"), ("th", "row"),
    }  # fmt: skip
    assert not [attrs for _, attrs in tags if "style" in attrs]


def test_a_demonstration_is_marked_at_the_top_and_beside_the_figures_that_are_read_first():
    page = card_page(full_release(demonstration=True), "en")

    assert "DEMONSTRATION ONLY" in page.partition("<h1>")[0]
    assert page.partition("</h1>")[2].partition('part-1">')[2].count("synthetic") > 40
    assert page.count('class="mark"') == 4  # the title and three figures
    assert "synthetic" not in card_page(full_release(), "en")


def test_the_command_writes_the_page_of_a_release(tmp_path):
    out = tmp_path / "card.html"

    with speaking("en"):
        done = CliRunner().invoke(
            card_command, [old_release().id, "--models", str(GOLDEN), "--out", str(out), "--language", "en"]
        )

    assert done.exit_code == 0, done.output
    assert str(out) in done.output
    assert out.read_text("utf-8") == card_page(old_release(), "en")
    assert out.stat().st_mode & 0o777 == 0o644


def test_the_command_adds_what_the_import_kept_and_refuses_another_data_set(tmp_path):
    write_dataset(_data(old_release().dataset), tmp_path / "mine")
    write_dataset(_data("other"), tmp_path / "other")
    call = [
        old_release().id,
        "--models",
        str(GOLDEN),
        "--out",
        str(tmp_path / "card.html"),
        "--language",
        "en",
        "--data",
    ]

    done = CliRunner().invoke(card_command, [*call, str(tmp_path / "mine")])
    refused = CliRunner().invoke(card_command, [*call, str(tmp_path / "other")])

    assert done.exit_code == 0, done.output
    cells = re.findall(r"<td class=\"num\">([\d,]+)</td>", (tmp_path / "card.html").read_text("utf-8"))
    assert ["3", "1", "1", "1", "0"] in [cells[place : place + 5] for place in range(len(cells))]
    assert "'other'" in str(refused.exception)


def _data(name: str):
    shops = pd.DataFrame({"shop_id": ["A"], "industry_code": ["I56"], "district_id": ["D"]})
    # One row twice, and one below zero.
    sales = pd.DataFrame({"shop_id": "A", "month": ["2026-01", "2026-01", "2026-02"], "amount": [5, 5, -1]})
    tables = {"shops": shops, "sales": sales}
    for table, rows in tables.items():
        schema = table_schema(table)
        tables[table] = check_table(rows.reindex(columns=list(schema.names)), schema, where=table)
    return dataset_of(tables, name=name, currency="KRW")
