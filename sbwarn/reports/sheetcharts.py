"""Charts of the diagnosis sheet as SVG that needs no style sheet: the same on a screen, in a PDF and on paper."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from sbwarn.messages import number, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sbwarn.messages import Language
    from sbwarn.releases.record import LevelFacts
    from sbwarn.reports.sheetfacts import FootfallFacts, RentFacts, SalesFacts
    from sbwarn.scoring.record import Score

INK = {
    "ink": "#1b2430", "soft": "#4d5866", "line": "#cfd6de", "tint": "#f0f3f7", "accent": "#1f4e86", "bar": "#9db8d6",
    "peers": "#c25e12", "warn": "#b3261e",
}  # fmt: skip
"""Colours of the light page; on paper they differ in brightness as well."""
LEVEL_INK = {
    "normal": ("#4f9a63", "#e3f1e5", "#1e5b2a"), "watch": ("#4a86c5", "#e0ecfa", "#174a85"),
    "caution": ("#c79a00", "#fff3c4", "#6b4e00"), "alert": ("#e07420", "#ffdfc2", "#8a3a00"),
    "severe": ("#c93a3a", "#f9d3d3", "#8e1b1b"), "not_scored": ("#5a6675", "#f0f3f7", "#4d5866"),
}  # fmt: skip
"""Of each class: for marks, for a ground, for words on that ground."""
FONTS = "Pretendard, 'Noto Sans KR', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', 'Malgun Gothic', NanumGothic, sans-serif"
SMALL, PLAIN = 2.35, 2.7
"""Letters in mm: 6.7 and 7.7 points."""
HUNDRED, TEN = 100, 10
FULL = 0.5
"""Share of sales at the right edge of the drawing of the rent's burden."""


def level_strip(levels: Sequence[LevelFacts], level: str, *, into: Language, width: float = 112.0) -> str:
    """The five classes side by side, each with what happened to 100 shops in it; the shop's own stands out."""
    step = width / len(levels)
    parts = []
    for place, each in enumerate(levels):
        mark, ground, words = LEVEL_INK[each.level]
        is_own, left = each.level == level, place * step
        fill, ink = (mark, "#ffffff") if is_own else (ground, words)
        parts.append(_box(left + 0.4, 3.6, step - 0.8, 7.2, fill, radius=1.0))
        weight = "700" if is_own else "500"
        parts.append(
            _text(
                left + step / 2, 8.5, say(f"levels.{each.level}", into=into), size=3.6, ink=ink, weight=weight
            )
        )
        parts.append(
            _text(left + step / 2, 14.2, of_hundred(each.observed_rate, into), ink=INK["soft"], weight=weight)
        )
        if is_own:
            middle = left + step / 2
            parts.append(
                f'<path d="M{middle - 2:.2f},0.4 h4 l-2,2.8 z" fill="{mark}"/>'
                f'<rect x="{left + 0.1:.2f}" y="3.3" width="{step - 0.2:.2f}" height="7.8" rx="1.2" fill="none" '
                f'stroke="{words}" stroke-width="0.45"/>'
            )
    label = say("sheet.alt.levels", into=into, level=say(f"levels.{level}", into=into))
    return _svg(width, 15.2, label, parts)


def of_hundred(rate: float, into: Language) -> str:
    """A rate as shops of a hundred, in words."""
    if not math.isfinite(rate):
        return "–"
    count = round(HUNDRED * rate)
    key = "fewer" if count == 0 else "of_hundred"
    return say(f"sheet.{key}", into=into, n=count)


def risk_bars(score: Score, *, into: Language, width: float = 112.0) -> str:
    """A bar a horizon from 0 to 100 %, with its interval as a bracket and both as numbers."""
    mark = LEVEL_INK[score.level][0]
    left, right = 17.0, width - 40.0
    scale = right - left
    parts, told = [], []
    for row, (horizon, risk) in enumerate(score.risk.items()):
        y = 1.2 + row * 6.6
        is_headline = horizon == score.horizon
        name, value = say("sheet.within", into=into, n=horizon), number(risk, "share", into=into)
        low, high = score.interval[horizon]
        parts += [
            _text(0, y + 3.6, name, anchor="start", weight="700" if is_headline else "400"),
            _box(left, y, scale, 4.6, INK["tint"]),
            _box(left, y, max(scale * risk, 0.3), 4.6, mark, opacity=1.0 if is_headline else 0.6),
            _text(
                right + 1.5, y + 3.8, value, anchor="start", size=3.6 if is_headline else 3.1, weight="700"
            ),
        ]
        between = ""
        if math.isfinite(low) and math.isfinite(high):
            between = say(
                "sheet.between",
                into=into,
                low=number(low, "share", into=into),
                high=number(high, "share", into=into),
            )
            start, end, middle = left + scale * low, left + scale * high, y + 2.3
            parts.append(
                f'<path d="M{start:.2f},{middle - 1.5:.2f} v3 M{start:.2f},{middle:.2f} H{end:.2f} '
                f'M{end:.2f},{middle - 1.5:.2f} v3" fill="none" stroke="{INK["ink"]}" stroke-width="0.4"/>'
            )
        shown = between or say("sheet.no_interval", into=into)
        parts.append(_text(right + 14.5, y + 3.6, shown, anchor="start", ink=INK["soft"]))
        told.append(f"{name} {value} {between}".strip())
    floor = 1.2 + 6.6 * len(score.risk)
    for tick in (0, 25, 50, 75, 100):
        x = left + scale * tick / HUNDRED
        parts.append(
            _text(
                x,
                floor + 1.6,
                f"{tick}%",
                size=2.1,
                ink=INK["soft"],
                anchor="end" if tick == HUNDRED else "middle",
            )
        )
    return _svg(width, floor + 2.4, say("sheet.alt.risk", into=into, told=", ".join(told)), parts)


def hundred_shops(rate: float, level: str, *, into: Language, width: float = 30.0) -> str:
    """A hundred shops as little houses, so many of them filled as came into a crisis."""
    step, count = width / TEN, round(HUNDRED * rate)
    mark = LEVEL_INK[level][0]
    parts = []
    for place in range(HUNDRED):
        row, column = divmod(place, TEN)
        x, y = column * step + step * 0.12, row * step + step * 0.1
        size = step * 0.76
        house = (
            f"M{x:.2f},{y + size * 0.42:.2f} l{size / 2:.2f},{-size * 0.42:.2f} l{size / 2:.2f},{size * 0.42:.2f} "
            f"v{size * 0.58:.2f} h{-size:.2f} z"
        )
        is_hit = place < count
        parts.append(
            f'<path d="{house}" fill="{mark if is_hit else "#ffffff"}" '
            f'stroke="{mark if is_hit else "#9aa5b1"}" stroke-width="0.22"/>'
        )
    return _svg(width, width, say("sheet.alt.hundred", into=into, told=of_hundred(rate, into)), parts)


def sales_chart(
    sales: SalesFacts, *, into: Language, currency: str, width: float = 118.0, height: float = 40.0
) -> str:
    """Columns for the shop's months, a line for the peers' pace, a tick for the same month a year earlier."""
    top, floor, left = 3.0, height - 5.0, 15.0
    step = (width - left) / len(sales.months)
    highest = max((v for v in (*sales.own, *sales.year_before, *sales.pace) if math.isfinite(v)), default=1.0)
    edge = nice_top(highest)

    def y_of(amount: float) -> float:
        return floor - max(amount, 0.0) / edge * (floor - top)

    parts = [_grid(edge, y_of, left, width, into=into, currency=currency)]
    for place, amount in enumerate(sales.own):
        x = left + place * step
        if math.isfinite(amount):
            is_recent = place >= len(sales.own) - 3
            parts.append(
                _box(
                    x + step * 0.14,
                    y_of(amount),
                    step * 0.72,
                    floor - y_of(amount),
                    INK["accent" if is_recent else "bar"],
                )
            )
        else:
            parts.append(_text(x + step / 2, floor - 0.8, "?", ink=INK["soft"], size=2.2))
    for place, amount in enumerate(sales.year_before):
        if math.isfinite(amount):
            x = left + place * step
            parts.append(
                f'<path d="M{x + step * 0.02:.2f},{y_of(amount):.2f} h{step * 0.96:.2f}" stroke="{INK["ink"]}" stroke-width="0.5"/>'
            )
    points = [(left + (place + 0.5) * step, y_of(amount)) for place, amount in enumerate(sales.pace)]
    if line := _line(points):
        parts.append(f'<path d="{line}" fill="none" stroke="#ffffff" stroke-width="1.5"/>')
        parts.append(
            f'<path d="{line}" fill="none" stroke="{INK["peers"]}" stroke-width="0.7" stroke-dasharray="1.6 0.8"/>'
        )
    parts += _months(sales.months, left, step, floor, height)
    label = say("sheet.alt.sales", into=into, first=sales.months[0], last=sales.months[-1], known=sales.known)
    return _svg(width, height, label, parts)


def nice_top(highest: float) -> float:
    """The least of 1, 2, 3, 4, 5, 6, 8 or 10 times a power of ten that is not below a number: where an axis may end.

    >>> nice_top(17_300_000), nice_top(0.0)
    (20000000.0, 1.0)
    """
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return power * next(step for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * power >= highest * (1 - 1e-9))


def rent_bar(rent: RentFacts, *, into: Language, width: float = 66.0) -> str:
    """Of sales, the part that the rent takes, with a mark where the peers stand."""
    edge = max(
        FULL, 1.0 if max(rent.share, rent.peer_share if math.isfinite(rent.peer_share) else 0) > FULL else 0
    )
    parts = [
        _box(0, 3.8, width, 4.6, INK["tint"]),
        _box(0, 3.8, width * min(rent.share / edge, 1.0), 4.6, INK["accent"]),
    ]
    told = number(rent.share, "share", into=into)
    if math.isfinite(rent.peer_share):
        x = width * min(rent.peer_share / edge, 1.0)
        peers = say("sheet.peers", into=into, value=number(rent.peer_share, "share", into=into))
        anchor = "start" if x < width * 0.3 else "end" if x > width * 0.7 else "middle"
        parts += [
            f'<path d="M{x:.2f},3.0 v6.2" stroke="{INK["peers"]}" stroke-width="0.8"/>',
            _text(x, 2.5, peers, ink=INK["peers"], anchor=anchor),
        ]
        told += f", {peers}"
    ends = (("start", 0.0, "0%"), ("end", width, f"{edge:.0%}"))
    parts += [_text(x, 11.2, words, size=2.1, ink=INK["soft"], anchor=anchor) for anchor, x, words in ends]
    return _svg(width, 11.8, say("sheet.alt.rent", into=into, told=told), parts)


def footfall_line(
    footfall: FootfallFacts, *, into: Language, width: float = 66.0, height: float = 13.0
) -> str:
    """Persons a weekday, month by month, from nought; first and last month named below."""
    known = [value for value in footfall.weekday if math.isfinite(value)]
    top, floor = 1.6, height - 3.2
    edge, step = max(known) * 1.05 or 1.0, (width - 2) / (len(footfall.weekday) - 1)
    points = [
        (1 + place * step, floor - value / edge * (floor - top))
        for place, value in enumerate(footfall.weekday)
    ]
    parts = [
        f'<path d="M0,{floor:.2f} H{width:.2f}" stroke="{INK["line"]}" stroke-width="0.3"/>',
        f'<path d="{_line(points)}" fill="none" stroke="{INK["accent"]}" stroke-width="0.7" stroke-linejoin="round"/>',
        *(
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="0.9" fill="{INK["accent"]}"/>'
            for x, y in points[-1:]
            if math.isfinite(y)
        ),
        _text(0, height - 0.4, footfall.months[0], size=2.1, ink=INK["soft"], anchor="start"),
        _text(width, height - 0.4, footfall.months[-1], size=2.1, ink=INK["soft"], anchor="end"),
    ]
    label = say("sheet.alt.footfall", into=into, change=number(footfall.over_year, "change", into=into))
    return _svg(width, height, label, parts)


def _line(points: Iterable[tuple[float, float]]) -> str:
    """The path through the known points; it breaks where one is unknown."""
    marks, follows = [], False
    for x, y in points:
        if math.isfinite(y):
            marks.append(f"{'L' if follows else 'M'}{x:.2f},{y:.2f}")
        follows = math.isfinite(y)
    return " ".join(marks)


def _grid(edge: float, y_of: object, left: float, width: float, *, into: Language, currency: str) -> str:
    lines = []
    for share in (0.0, 0.5, 1.0):
        y = y_of(share * edge)  # type: ignore[operator]
        lines.append(
            f'<path d="M{left:.2f},{y:.2f} H{width:.2f}" stroke="{INK["line"]}" stroke-width="0.25"/>'
            + _text(
                left - 1,
                y + 0.8,
                axis_money(share * edge, into, currency),
                anchor="end",
                size=2.1,
                ink=INK["soft"],
            )
        )
    return "".join(lines)


def axis_money(amount: float, into: Language, currency: str) -> str:
    """An amount at an axis: short, the currency is told beside the drawing.

    >>> axis_money(15_000_000.0, "ko", "KRW"), axis_money(15_000_000.0, "en", "KRW"), axis_money(0.0, "en", "KRW")
    ('1,500만원', '15 M', '0')
    """
    if not amount:
        return "0"
    if into == "ko" and currency == "KRW":
        return number(amount, "money", into=into, currency=currency)
    size, word = next(
        each for each in ((1e9, " bn"), (1e6, " M"), (1e3, " k"), (0.0, "")) if amount >= each[0]
    )
    return f"{amount / (size or 1.0):g}{word}"


def _months(months: Sequence[str], left: float, step: float, floor: float, height: float) -> list[str]:
    """Number of every third month, and the year where it begins."""
    parts = []
    for place, month in enumerate(months):
        year, _, number_of_month = month.partition("-")
        x = left + (place + 0.5) * step
        if number_of_month in ("01", "04", "07", "10"):
            parts.append(_text(x, floor + 2.4, str(int(number_of_month)), size=2.1, ink=INK["soft"]))
        if number_of_month == "01" or place == 0:
            parts.append(_text(x, height - 0.2, year, size=2.1, ink=INK["soft"], weight="700"))
    return parts


def _svg(width: float, height: float, label: str, parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(label)}" font-family="{FONTS}" '
        f'font-size="{PLAIN}"><title>{escape(label)}</title>{"".join(parts)}</svg>'
    )


def _text(
    x: float,
    y: float,
    words: str,
    *,
    size: float = PLAIN,
    ink: str = INK["ink"],
    anchor: str = "middle",
    weight: str = "400",
) -> str:
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:g}" fill="{ink}" text-anchor="{anchor}" '
        f'font-weight="{weight}">{escape(words)}</text>'
    )


def _box(
    x: float, y: float, width: float, height: float, ink: str, *, radius: float = 0.4, opacity: float = 1.0
) -> str:
    faint = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" rx="{radius:g}" fill="{ink}"{faint}/>'
