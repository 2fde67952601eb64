"""Text as somebody meant it: composed Hangul, half-width signs, no invisible characters, no space around it."""

from __future__ import annotations

import unicodedata

_HALF = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)}
_GONE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD))
_SPACES = dict.fromkeys((0x00A0, 0x2007, 0x2009, 0x202F, 0x3000), " ")
_MEANT = {**_HALF, **_GONE, **_SPACES, 0xFFE6: "₩"}


def plain(text: str) -> str:
    """The same text without what keyboards, Macs and copied cells add.

    Superscripts stay: compatibility forms would turn "1200²" into twelve thousand and two.

    >>> plain("　１２，３００\\u00a0원 "), plain("1200²")
    ('12,300 원', '1200²')
    """
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFC", text).translate(_MEANT).strip()
