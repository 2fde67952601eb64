"""A score as a notebook shows it: one small table and the reasons, escaped, without a script."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from sbwarn.consult.text import grouped, headline, risk_of, unknown_lines
from sbwarn.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sbwarn.reasons.record import Reason
    from sbwarn.scoring.record import Score


def html(score: Score) -> str:
    """The score as a piece of HTML, for `_repr_html_`."""
    return f'<div lang="{score.language or "en"}">{"".join(_parts(score))}</div>'


def _parts(score: Score) -> Iterator[str]:
    into = score.language
    if score.demonstration:
        warning = escape(say("told.demonstration", into=into, release=score.release))
        yield f'<p style="color:#b3261e"><strong>{warning}</strong></p>'
    yield f"<p><strong>{escape(headline(score))}</strong></p>"
    if score.scored:
        yield _risks(score)
    for heading, reasons in (("reasons", score.reasons), ("strengths", score.strengths)):
        if reasons:
            yield f"<h4>{escape(say(f'told.page.{heading}', into=into))}</h4>{_list(score, reasons)}"
    lines = [*unknown_lines(score), *(note.text(into) for note in score.notes if note.doubt)]
    yield from (f"<p><small>{escape(line)}</small></p>" for line in lines)


def _risks(score: Score) -> str:
    into = score.language
    heads = "".join(f"<th>{escape(say(f'told.page.{name}', into=into))}</th>" for name in ("horizon", "risk"))
    rows = "".join(
        f"<tr><td>{escape(say('told.page.months', into=into, n=horizon))}</td>"
        f"<td>{escape(risk_of(score, horizon))}</td></tr>"
        for horizon in score.risk
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _list(score: Score, reasons: Sequence[Reason]) -> str:
    items = "".join(
        f"<li>{escape(say(f'score.groups.{group}', into=score.language))}: {escape(reason.text(score.language))}</li>"
        for group, mine in grouped(reasons)
        for reason in mine
    )
    return f"<ul>{items}</ul>"
