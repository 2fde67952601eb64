"""Names that people know, for the codes of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sbwarn.messages import knows, say

if TYPE_CHECKING:
    from sbwarn.messages import Language
    from sbwarn.scoring.month import ScoredMonth


def area_names(
    month: ScoredMonth, by: Literal["district_id", "industry_code"], *, language: Language
) -> dict[str, str]:
    """The name of each code; a district without an English name keeps its own, an industry is its code."""
    names = {"": say("report.no_area", into=language)}
    if by == "industry_code":
        return names
    column = "name_en" if language == "en" and "name_en" in month.districts else "name"
    for code, name, fallback in zip(
        month.districts["district_id"], month.districts[column], month.districts["name"], strict=True
    ):
        known = next((str(text) for text in (name, fallback) if isinstance(text, str) and text), str(code))
        names[str(code)] = known
    return names


def word(group: str, name: str) -> str:
    """The catalogue's word for a code of the data, or the code itself where it has none.

    >>> word("score.inputs", "no_such_input")
    'no_such_input'
    """
    key = f"{group}.{name}"
    return say(key) if knows(key) else name
