"""The page: in two languages, nothing of it runs or loads, and it says what it does not know."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from sbwarn.reports.monthly import write_monthly
from tests.reports.city import ACCOUNTING, city, vacancy_of, watch_of

if TYPE_CHECKING:
    from pathlib import Path

    from sbwarn.scoring.month import ScoredMonth

HOSTILE = "<img src=x onerror=alert(1)>"
ESCAPED = "&lt;img src=x onerror=alert(1)&gt;"
SITES = {"D1": (30, 3), "D2": (20, 4)}
NO_SITES: dict[str, tuple[int, int]] = {}
LOADS = ("src", "href", "xlink:href", "srcset", "poster", "action", "formaction", "background", "data")


class Reader(HTMLParser):
    """Elements, attributes and visible words of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


def text_of_page(
    folder: Path, month: ScoredMonth, language: str = "en", sites=SITES, **options: object
) -> str:
    out = folder / "report"
    write_monthly(month, watch_of(month), vacancy_of(sites), ACCOUNTING, out, language=language, **options)
    return (out / "report.html").read_text(encoding="utf-8")


def small(**options: object) -> ScoredMonth:
    return city({"D1": 12, "D2": 8}, **options)


def hostile() -> ScoredMonth:
    """Every text that comes from outside is markup."""
    month = small(names=dict.fromkeys(range(20), HOSTILE), unscored=1)
    scores = month.scores.assign(
        reasons_en=HOSTILE,
        strengths_en=HOSTILE,
        industry_code=HOSTILE,
        shop_id=[f"{HOSTILE}{n}" for n in range(21)],
    )
    scores["status"] = scores["status"].replace("closed", HOSTILE)
    return replace(
        month,
        dataset=HOSTILE,
        currency=HOSTILE,
        scores=scores,
        sales=month.sales.set_axis(scores["shop_id"], axis=0),
        districts=month.districts.assign(name_en=HOSTILE),
        release=replace(month.release, id=HOSTILE, dataset=HOSTILE, label=HOSTILE, tested=HOSTILE),
    )


def test_a_hostile_name_is_shown_as_text(tmp_path):
    month = small(names=dict.fromkeys(range(20), HOSTILE))

    text = text_of_page(tmp_path, month)

    assert text.count(f"<bdi>{ESCAPED}</bdi>") == 10


def test_no_text_from_outside_becomes_an_element(tmp_path):
    text = text_of_page(tmp_path, hostile())

    assert HOSTILE not in text


def test_no_text_from_outside_leaves_its_attribute(tmp_path):
    month = replace(small(), currency='" onload="alert(1)', dataset='" onload="alert(1)')

    page = read(text_of_page(tmp_path, month))

    assert [
        tag for tag, attributes in page.elements if any(name.startswith("on") for name in attributes)
    ] == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_links_to_nothing_but_itself(language, tmp_path):
    page = read(text_of_page(tmp_path, small(), language))

    links = [value for _, found in page.elements for name, value in found.items() if name in LOADS]
    assert [link for link in links if not str(link).startswith("#")] == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_link_of_the_page_has_its_target(language, tmp_path):
    page = read(text_of_page(tmp_path, small(), language))

    targets = {found.get("id") for _, found in page.elements}
    assert {found["href"][1:] for tag, found in page.elements if tag == "a"} <= targets


@pytest.mark.parametrize(
    "pattern", [r"https?://", r"url\(", r"@import", r"<script", r"<link", r"<iframe", r"src="]
)
def test_the_page_holds_nothing_that_loads_or_runs(pattern, tmp_path):
    text = text_of_page(tmp_path, small(synthetic=True, demonstration=True))

    assert re.findall(pattern, text) == []


def test_the_page_forbids_itself_to_load_anything(tmp_path):
    text = text_of_page(tmp_path, small())

    assert "default-src 'none'" in text


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_names_its_language(language, tmp_path):
    page = read(text_of_page(tmp_path, small(), language))

    assert page.elements[0] == ("html", {"lang": language})


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", ["정상", "관심", "주의", "경계", "심각"]),
        ("en", ["normal", "watch", "caution", "alert", "severe"]),
    ],
)
def test_every_class_has_its_word_in_the_table_of_classes(language, words, tmp_path):
    text = text_of_page(tmp_path, small(), language)

    classes = text.split('id="classes"')[1].split("</section>")[0]
    assert re.findall(r'<span class="chip \w+">(\w+)</span>', classes) == words


def test_the_english_page_holds_no_korean_but_the_names(tmp_path):
    month = replace(small(names={n: f"Shop {n}" for n in range(20)}), dataset="Sejong")
    month = replace(month, release=replace(month.release, dataset="Sejong"))

    page = read(text_of_page(tmp_path, month, "en").split("</style>")[1])

    assert [words for words in page.words if re.search("[가-힣]", words)] == []


@pytest.mark.parametrize(("language", "word"), [("ko", "합성"), ("en", "Synthetic")])
@pytest.mark.parametrize("what", ["synthetic", "demonstration"])
def test_a_simulated_city_or_model_has_a_banner(what, language, word, tmp_path):
    text = text_of_page(tmp_path, small(**{what: True}), language)

    banner = re.search(r'<aside class="banner".*?</aside>', text, re.DOTALL)
    assert word in banner.group()


@pytest.mark.parametrize(("language", "word"), [("ko", "합성"), ("en", "synthetic")])
def test_every_listed_shop_of_a_simulated_city_bears_the_mark(language, word, tmp_path):
    text = text_of_page(tmp_path, small(synthetic=True), language)

    listed = text.split('<table class="listed">')[1].split("</table>")[0]
    assert len(re.findall(rf'<span class="mark"[^>]*>{word}</span>', listed)) == 10


def test_a_real_city_with_a_real_model_has_no_banner(tmp_path):
    page = read(text_of_page(tmp_path, small()))

    assert [tag for tag, found in page.elements if found.get("class") in {"banner", "mark"}] == []


@pytest.mark.parametrize(
    ("language", "sentence"), [("ko", "산출한 점포가 없습니다"), ("en", "No shop was scored this month.")]
)
def test_a_month_without_scores_says_so(language, sentence, tmp_path):
    text = text_of_page(tmp_path, city({"D1": 0}, unscored=4), language)

    classes = text.split('id="classes"')[1].split("</section>")[0]
    assert sentence in classes


def test_a_month_without_any_shop_has_a_page(tmp_path):
    text = text_of_page(tmp_path, city({}), sites=NO_SITES)

    assert "No shop was scored this month." in text


def test_a_page_says_no_nan(tmp_path):
    text = text_of_page(tmp_path, city({"D1": 0}, unscored=4), sites=NO_SITES)

    assert re.findall(r"\b(nan|None|inf)\b", text.split("</style>")[1]) == []


@pytest.mark.parametrize(
    ("language", "sentence"), [("ko", "빈자리는 알 수 없습니다"), ("en", "Vacancy is not known")]
)
def test_without_premises_the_page_says_that_vacancy_is_not_known(language, sentence, tmp_path):
    text = text_of_page(tmp_path, small(), language, sites=NO_SITES)

    assert sentence in text


def test_with_premises_the_page_shows_the_vacant_share(tmp_path):
    text = text_of_page(tmp_path, small())

    row = re.search(r"<bdi>D2-dong</bdi></th>.*?</tr>", text, re.DOTALL)
    assert "20.0%" in row.group()


def test_the_reasons_for_no_score_are_counted(tmp_path):
    text = text_of_page(tmp_path, small(unscored=3))

    part = text.split('id="not_scored"')[1].split("</section>")[0]
    assert re.findall(r'<th scope="row">([^<]+)</th><td class="num">(\d+)</td>', part) == [
        ("the shop is closed in the register", "2"),
        ("fewer than two months of sales are known", "1"),
    ]


def test_a_month_in_which_all_were_scored_says_so(tmp_path):
    text = text_of_page(tmp_path, small())

    assert "Every shop was scored." in text


def test_the_page_shows_the_first_of_the_list_only(tmp_path):
    text = text_of_page(tmp_path, small(), top=3)

    assert re.findall(r'<td class="num rank">(\d+)</td>', text) == ["1", "2", "3"]


def test_a_shop_without_known_sales_says_so(tmp_path):
    month = small()
    month = replace(month, sales=month.sales * float("nan"))

    text = text_of_page(tmp_path, month)

    assert text.count("sales not known") == 10


def test_a_small_district_shows_no_figure(tmp_path):
    text = text_of_page(tmp_path, city({"D1": 20, "D2": 3, "D3": 9}), sites=NO_SITES)

    row = re.search(r"<bdi>D2-dong</bdi></th>(.*?)</tr>", text, re.DOTALL)
    assert re.findall(r">([^<>\n]+)</span>", row.group(1)) == ["hidden"] * 4


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_part_on_the_model_begins_with_where_it_stands_among_plainer_ones(language, tmp_path):
    month = small()
    told = {"ko": f"앞서지 못합니다 {HOSTILE}", "en": f"does NOT beat {HOSTILE}"}
    month = replace(month, release=replace(month.release, facts={**month.release.facts, "standing": told}))

    model = text_of_page(tmp_path, month, language).split('<section id="model">')[1]

    before_tables = model.split("<table")[0]
    assert told[language].replace(HOSTILE, ESCAPED) in before_tables
    assert HOSTILE not in model
