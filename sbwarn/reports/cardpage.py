"""The card of a release as one HTML page: the Markdown of `releases.card`, laid out."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sbwarn.releases.card import card_in
from sbwarn.releases.markdown import Side
from sbwarn.reports.extras import report_library
from sbwarn.reports.house import templates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sbwarn.messages import Language
    from sbwarn.releases.record import Release, Verdict

SECTION, TITLE = "\n## ", "# "
HEADLINES = (("all", "auc"), ("trading", "auc"))
"""Population and measure of the figures at the top, six months ahead."""
INTERVAL = re.compile("(\\([^()<>]*\u00a0–\u00a0[^()<>]*\\))")
"""In brackets, and in one piece: a line may end before it, not in it."""
NOT_PASSED = ("failed", "unmeasured", "unmeasured_optional")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One section of the page; `body` is HTML that was made here, so it is not escaped again."""

    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One figure that is read first."""

    title: str
    value: str
    below: str


def card_page(
    release: Release, language: Language, *, delivery: Mapping[str, Mapping[str, int]] | None = None
) -> str:
    """One HTML file that loads nothing, runs nothing and can be printed.

    Args:
        release: Whose card it is.
        language: Of every word.
        delivery: By table, what the import of its data set kept (see `card_in`); None leaves it out.

    Raises:
        SettingError: a library that pages need is not installed.
    """
    side = Side(language, release.demonstration)
    top, *sections = card_in(release, language, delivery=delivery).split(SECTION)
    standing, _, rest = top.partition("\n")
    title, _, warning = rest.strip().partition("\n")
    house = templates()
    text = house.get_template("card.html").render(
        release=release,
        language=language,
        say=side.say,
        standing=_html(standing),
        title=title.removeprefix(TITLE),
        warning=_html(warning),
        headlines=headlines(release, side),
        parts=[_part(section) for section in sections],
    )
    return str(text)


def headlines(release: Release, side: Side) -> tuple[Headline, ...]:
    """Discrimination six months ahead, and how many criteria it passed."""
    six = release.metrics.get("6", {})
    found = [
        Headline(
            title=", ".join(
                (
                    side.word("figures.measure", measure),
                    side.say("months", n=6),
                    side.word("figures.population", population),
                )
            ),
            value=f"{figure.value:.3f}",
            below=f"{side.figure(figure, measure)}, {side.counted(figure)}",
        )
        for population, measure in HEADLINES
        if (figure := six.get(population, {}).get("ours", {}).get(measure)) is not None
    ]
    if release.gates:
        states = Counter(_state(verdict) for verdict in release.gates)
        below = ", ".join(
            f"{side.word('gates.states', name)} {states[name]}" for name in NOT_PASSED if states[name]
        )
        value = f"{states['passed']} / {len(release.gates)}"
        found.append(Headline(title=side.say("section.gates"), value=value, below=below))
    return tuple(found)


def _state(verdict: Verdict) -> str:
    if verdict.passed is None:
        return "unmeasured_optional" if verdict.optional else "unmeasured"
    return "passed" if verdict.passed else "failed"


def _part(section: str) -> Part:
    title, _, body = section.partition("\n")
    return Part(title=title, body=_html(body))


def _html(text: str) -> str:
    """HTML of Markdown in which HTML has no meaning."""
    reader = report_library("markdown_it").MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    _lay_out(tokens)
    rendered: str = reader.renderer.render(tokens, reader.options, {})
    # Markdown's own tags: a tag in the text would have been escaped.
    rendered = rendered.replace("<table>", '<div class="wide" tabindex="0"><table class="dense">')
    return INTERVAL.sub(r'<span class="between">\1</span>', rendered.replace("</table>", "</table></div>"))


def _lay_out(tokens: Sequence[Any]) -> None:
    """The first cell of each row of a table names the row; numbers stand to the right by class, not by style."""
    is_first = False
    name = None
    for token in tokens:
        if token.type == "tr_open":
            is_first = True
        if token.type in ("td_open", "th_open"):
            if token.attrs.pop("style", None):
                token.attrSet("class", "num")
            if token.type == "th_open":
                token.attrSet("scope", "col")
            elif is_first:
                token.tag, name = "th", token
                token.attrSet("scope", "row")
            is_first = False
        if token.type == "td_close" and name is not None:
            token.tag, name = "th", None
