"""Which months teach, which ones test: always forward in time, with a gap as long as the horizon."""

from __future__ import annotations

from dataclasses import dataclass

from sbwarn.errors import InputError
from sbwarn.messages import say
from sbwarn.releases.predict import HORIZONS
from sbwarn.tables.month import from_ordinal

WARM_UP = 2
"""Months after the first known one before anything is learnt from a month: two months make no trend."""
TEST_MONTHS = 3
"""As-of months that the longest testable horizon is tested on."""
FEWEST_FIT_MONTHS = 6
QUARTER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """As-of months (ordinals) of one training."""

    first: int
    """First as-of month that teaches."""
    last: int
    """Last as-of month whose nearest interval is mature."""
    test_from: int
    """First out-of-time month: a row teaches the tested model only if its interval has ended by then."""

    @property
    def origins(self) -> tuple[int, ...]:
        """Where a model is fitted to be tried on later months: from the test's beginning, a quarter apart."""
        return tuple(range(self.test_from, self.last + 1, QUARTER))

    @property
    def months(self) -> list[int]:
        """Every as-of month that teaches or tests."""
        return list(range(self.first, self.last + 1))

    @property
    def watched(self) -> list[int]:
        """The same and the months up to the last crisis that is known for good: a warning may come in them, too."""
        return list(range(self.first, self.last + HORIZONS[0]))


def split(first_known: int, mature: int) -> Split:
    """The split for a history that begins in `first_known` and whose events are all known up to `mature`.

    The test begins early enough for the longest horizon that leaves half a year to learn from; a shorter horizon
    then has more test months.

    Raises:
        InputError: the history is too short for any horizon.

    >>> chosen = split(0, 40)
    >>> chosen.first, chosen.test_from, chosen.last
    (2, 26, 37)
    """
    first, last = first_known + WARM_UP, mature - HORIZONS[0]
    for horizon in sorted(HORIZONS, reverse=True):
        test_from = mature - horizon - TEST_MONTHS + 1
        fitting = test_from - HORIZONS[0] - first + 1
        if fitting >= FEWEST_FIT_MONTHS:
            return Split(first=first, last=last, test_from=test_from)
    need = WARM_UP + FEWEST_FIT_MONTHS + 2 * HORIZONS[0] + TEST_MONTHS
    raise InputError(
        say(
            "errors.short_history",
            first=from_ordinal(first_known),
            last=from_ordinal(max(mature, first_known)),
            need=need,
        )
    )
