"""What an indicator is: a function of windows, with the facts about it attached.

The function's name is the column; its parameters are the inputs. The decorator returns the same function, so that
tests, doctests and readers meet the formula itself.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from sbwarn.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

Window: TypeAlias = NDArray[np.float64]
"""Months × shops, the last row is the last closed month, NaN = unknown."""
Column: TypeAlias = NDArray[np.float64]
"""One number a shop, NaN = unknown."""

Unit = Literal[
    "money",
    "share",
    "change",
    "ratio",
    "months",
    "count",
    "people",
    "flag",
    "money_per_area",
    "days",
    "metres",
    "index",
]
Riskier = Literal["high", "low"]
Group = Literal["internal", "competitive", "external"]
Beside = Literal["peers", "everyone"]
Formula: TypeAlias = "Callable[..., Column]"
AnyFormula = TypeVar("AnyFormula", bound="Callable[..., Column]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One column of the feature table and everything that is said about it."""

    name: str
    family: str
    """The file that it lives in: sales, rent, footfall …"""
    reads: tuple[str, ...]
    """Names of its inputs (see `build.INPUTS`)."""
    months: int
    """Rows of each window that it is handed."""
    unit: Unit
    riskier: Riskier | None
    """Where theory says that risk lies; None where it says nothing or both."""
    version: int
    """Raised when the meaning of the number changes; a release trained on another version refuses to load."""
    source: str
    """Key of the formula in the catalogue of indicators."""
    group: Group
    """Whom a reason points to: the shop itself, its peers, its surroundings."""
    beside: Beside
    """Whose median is told beside the value: the shop's peers, or all shops where peers share the value."""
    tells: bool
    """False for an input that a model may use and nobody should hear as a reason."""
    private: bool = False
    """True for facts of the business itself, used only where the programme has the right to hold them."""
    function: Formula


def indicator(
    *,
    months: int,
    unit: Unit,
    source: str,
    riskier: Riskier | None = None,
    group: Group = "internal",
    version: int = 1,
    beside: Beside = "peers",
    tells: bool = True,
    private: bool = False,
) -> Callable[[AnyFormula], AnyFormula]:
    """Attach the facts to a formula and hand the same formula back.

    Raises:
        CatalogueError: a window of no months.
    """
    if months < 1:
        raise CatalogueError(f"an indicator of {months} months has no window")

    def attach(function: AnyFormula) -> AnyFormula:
        function.indicator = Indicator(  # type: ignore[attr-defined]
            name=function.__name__,
            family=function.__module__.rpartition(".")[2],
            reads=tuple(inspect.signature(function).parameters),
            months=months,
            unit=unit,
            riskier=riskier,
            version=version,
            source=source,
            group=group,
            beside=beside,
            tells=tells,
            private=private,
            function=function,
        )
        return function

    return attach


def collect(modules: Iterable[ModuleType]) -> tuple[Indicator, ...]:
    """Every indicator of the modules, in the order in which they are written.

    Raises:
        CatalogueError: two indicators of one name.
    """
    found: dict[str, Indicator] = {}
    for module in modules:
        for thing in vars(module).values():
            fact = getattr(thing, "indicator", None)
            if not isinstance(fact, Indicator) or thing.__module__ != module.__name__:
                continue
            if fact.name in found:
                raise CatalogueError(f"two indicators are called {fact.name!r}")
            found[fact.name] = fact
    return tuple(found.values())
