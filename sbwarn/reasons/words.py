"""A reason or strength in words: exact for a consultant, plain and kind for the owner, formal for the file.

First comes the shop's value, then its place beside the peers' value where that is known and prints differently. An owner
also hears what may be done about it, or what is good about it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

from sbwarn.errors import CatalogueError, SettingError
from sbwarn.messages import language as spoken
from sbwarn.messages import number, say
from sbwarn.reasons.measure import PERCENT, beside, is_nothing, measure_of, shown

if TYPE_CHECKING:
    from sbwarn.messages import Language
    from sbwarn.reasons.record import Reason

Audience = Literal["consultant", "owner", "file"]

MOVES = ("grew", "rose", "stood", "drifted")
"""Verbs of an owner's sentence about a change; each tells its size and its direction."""
RANKS = frozenset(("rank_among_peers", "rank_in_industry_12m", "rank_in_district_12m"))
"""Shares of shops that sell less: under the label "rank", 30 % would be taken for the top 30 %."""
NO_SIDE = "chain_member"
"""The flag of which theory sees the risk on neither side: its words suit a yes and a no."""
HANGUL, FINALS = 0xAC00, 28
"""First syllable of the alphabet, and the ways in which a syllable may end, the first of them with a vowel."""


def told(reason: Reason, *, language: Language | None = None, audience: Audience = "consultant") -> str:
    """What one person hears of a reason, as whole sentences.

    Args:
        reason: A push above 0 is told as raising the risk, any other as a strength.
        language: None: that of the messages.
        audience: "consultant", "owner" or "file".

    Raises:
        SettingError: another audience.
        CatalogueError: a reason without a value, which there must not be.

    >>> from sbwarn.reasons.record import Reason
    >>> fall = Reason(indicator="sales_mom", value=-0.12, peer_value=0.03, push=0.4, together=1, group="internal",
    ...               unit="change", currency="KRW", beside="peers")
    >>> told(fall, language="en")
    'Sales changed by -12.0% against the month before. That is lower than the median of the peers (+3.0%).'
    >>> told(fall, language="ko", audience="file")
    '전월 대비 매출 증감률은 -12.0%이며, 동종 점포의 중앙값(+3.0%)보다 낮음. 모형상 위험을 높이는 요인임.'
    """
    if math.isnan(reason.value):
        raise CatalogueError(f"{reason.indicator!r} has no value: what is unknown is never a reason")
    into = language or spoken()
    if audience == "consultant":
        return _joined(_exact(reason, into), _beside(reason, into, "score"))
    if audience == "owner":
        rough = _rounded(reason)
        return _joined(_plain(rough, into), _beside(rough, into, "owner"), _meaning(reason, into))
    if audience == "file":
        return _formal(reason, into)
    raise SettingError(f"audience {audience!r} is not known; use one of {', '.join(get_args(Audience))}")


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _exact(reason: Reason, into: Language) -> str:
    """The catalogue's neutral sentence about the value."""
    key, measure = f"indicators.{reason.indicator}", measure_of(reason)
    if measure == "class":
        return say(f"{key}.named", into=into, value=shown(reason, reason.value, into))
    variant = _variant(reason, key, into)
    if variant:
        return say(f"{key}.{variant}", into=into)
    unit = "change" if measure == "points" else reason.unit
    value = number(reason.value, unit, into=into, currency=reason.currency)
    return say(f"{key}.reason", into=into, value=value.removeprefix("+") if is_nothing(value) else value)


def _rounded(reason: Reason) -> Reason:
    """The same with three figures of an amount: nobody says thirteen million two hundred and ninety-four thousand …"""
    if not reason.unit.startswith("money"):
        return reason
    return replace(reason, value=float(f"{reason.value:.3g}"), peer_value=float(f"{reason.peer_value:.3g}"))


def _plain(reason: Reason, into: Language) -> str:
    """The sentence about the value as an owner would put it: a change has a verb instead of a sign."""
    key = f"owner.{reason.indicator}"
    variant = _variant(reason, key, into)
    if variant:
        return say(f"{key}.{variant}", into=into)
    verb = _verb(key, into)
    if not verb:
        return say(f"{key}.fact", into=into, value=shown(reason, reason.value, into))
    size = shown(reason, abs(reason.value), into).removeprefix("+")
    way = "flat" if is_nothing(size) else "up" if reason.value > 0 else "down"
    return say(f"{key}.fact", into=into, **{verb: say(f"owner.moves.{verb}_{way}", into=into, n=size)})


def _beside(reason: Reason, into: Language, page: str) -> str:
    """The sentence that sets the value beside that of the peers."""
    word, peers = beside(reason, into)
    # "The best month of the year. That is smaller than …": a sentence about nothing has no figure to compare.
    if (
        not word
        or _variant(reason, f"{'indicators' if page == 'score' else page}.{reason.indicator}", into) == "zero"
    ):
        return ""
    if reason.unit == "flag":
        return say(f"{page}.beside.unlike", into=into)
    more = say(f"{page}.more.{word}", into=into)
    return say(f"{page}.beside.{reason.beside}", into=into, peers=peers, more=more)


def _meaning(reason: Reason, into: Language) -> str:
    raises = reason.push > 0
    if reason.unit == "flag" and reason.indicator != NO_SIDE and bool(reason.value) != raises:
        # Its words are about the other answer.
        return ""
    return say(f"owner.{reason.indicator}.{'reason' if raises else 'strength'}", into=into)


def _formal(reason: Reason, into: Language) -> str:
    """One or two sentences made of the label, the value, the peers and the effect."""
    label = say(f"indicators.{reason.indicator}.label", into=into)
    effect = say(f"score.file.{'raises' if reason.push > 0 else 'lowers'}", into=into)
    word, _ = beside(reason, into)
    if reason.unit == "flag":
        value = say(f"score.file.{'yes' if reason.value else 'no'}", into=into)
        return say(
            f"score.file.{'unlike' if word else 'flag'}", into=into, label=label, value=value, effect=effect
        )
    subject = label + _topic(label) if into == "ko" else label
    facts = {"label": subject, "value": _ranked(reason, reason.value, into), "effect": effect}
    if not word:
        return say("score.file.alone", into=into, **facts)
    peers, more = _ranked(reason, reason.peer_value, into), say(f"score.file_more.{word}", into=into)
    return say(f"score.file.{reason.beside}", into=into, peers=peers, more=more, **facts)


def _ranked(reason: Reason, value: float, into: Language) -> str:
    if reason.indicator in RANKS:
        return say("score.shown.rank", into=into, n=f"{PERCENT * (1.0 - value):z.1f}%")
    return shown(reason, value, into)


def _variant(reason: Reason, key: str, into: Language) -> str:
    """Which sentence of its own a yes, a no or nothing at all has; empty if the usual one serves."""
    if reason.unit == "flag":
        return "yes" if reason.value else "no"
    if not _has_zero(key, into):
        return ""
    return (
        "zero" if is_nothing(number(reason.value, reason.unit, into=into, currency=reason.currency)) else ""
    )


@cache
def _has_zero(key: str, into: Language) -> bool:
    # Not `knows`, which would read the other language's file as well.
    try:
        return bool(say(f"{key}.zero", into=into))
    except CatalogueError:
        return False


@cache
def _verb(key: str, into: Language) -> str:
    """The verb that an owner's sentence has a gap for; empty if it has one for the value."""
    gaps = {name: f"{{{name}}}" for name in (*MOVES, "value")}
    sentence = say(f"{key}.fact", into=into, **gaps)
    return next((verb for verb in MOVES if gaps[verb] in sentence), "")


def _topic(label: str) -> str:
    """The Korean topic particle of a label, by the sound of its last syllable; what is in brackets is not read.

    >>> _topic("공실률(호수)"), _topic("순위 변화")
    ('은', '는')
    """
    last = label.partition("(")[0].rstrip()[-1]
    return "은" if (ord(last) - HANGUL) % FINALS else "는"
