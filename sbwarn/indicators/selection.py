"""Which indicators a model learns from unless told otherwise; the others stay in the catalogue, with the figure why."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from sbwarn.errors import CatalogueError
from sbwarn.indicators.build import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sbwarn.indicators.mechanism import Indicator


def default_set(*, private: bool = False) -> tuple[Indicator, ...]:
    """The indicators of a release, in the order of the catalogue.

    Args:
        private: True adds the facts of the business itself: only where the programme has the right to hold them.

    >>> "sales_yoy" in [fact.name for fact in default_set()]
    True
    """
    return tuple(
        fact for fact in catalogue() if fact.name not in left_out() and (private or not fact.private)
    )


@cache
def left_out() -> Mapping[str, str]:
    """By indicator, why it is not in the default set.

    Raises:
        CatalogueError: a name that the catalogue lacks.
    """
    page = tomllib.loads((files("sbwarn.indicators") / "left_out.toml").read_text("utf-8"))
    strange = sorted(set(page) - {fact.name for fact in catalogue()})
    if strange:
        raise CatalogueError(f"left_out.toml names {strange[0]!r}, which is no indicator")
    return {name: entry["why"] for name, entry in page.items()}
