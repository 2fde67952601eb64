"""Season and calendar (계절·달력): change with the season, the feasts, working days and events taken out.

Seollal and Chuseok wander between two calendar months, so that a year on year of one month compares a month with a
feast to a month without one.
"""

from __future__ import annotations

import numpy as np

from sbwarn.indicators.arithmetic import both_known, change, count_true, mean_known, ratio, streak_where
from sbwarn.indicators.mechanism import Column, Window, indicator

LONGEST_SPAN = 3
"""Months within which a feast that moved is found again: measured on the Korean calendar of 1997 to 2059."""
AS_MUCH = 1e-9
"""Shares of a fortnight that differ by less are equal: sums of fractions are not exact."""


@indicator(months=2, unit="change", riskier="low", source="S02")
def sales_mom_per_day(sales: Window, working_days: Window) -> Column:
    """Sales a working day of the last closed month against those of the month before it.

    >>> sales_mom_per_day(np.array([[260.0], [240.0]]), np.array([[26.0], [24.0]]))
    array([0.])
    """
    return change(ratio(sales[-1], working_days[-1]), ratio(sales[-2], working_days[-2]))


@indicator(months=13, unit="change", riskier="low", source="S03")
def sales_yoy_per_day(sales: Window, working_days: Window) -> Column:
    """Sales a working day of the last closed month against those of the same month a year earlier.

    >>> sold, days = np.array([[200.0]] * 12 + [[220.0]]), np.array([[20.0]] * 12 + [[22.0]])
    >>> sales_yoy_per_day(sold, days)
    array([0.])
    """
    return change(ratio(sales[-1], working_days[-1]), ratio(sales[-13], working_days[-13]))


@indicator(months=15, unit="change", riskier="low", source="S03")
def sales_yoy_feast(sales: Window, run_up: Window, feast: Window) -> Column:
    """Year on year over the last one to three months, the fewest that hold as much of the feasts in both years.

    A feast that moved to another month cannot look like a fall, or like growth. NaN while no such span ends with the
    last closed month: the feast was in it last year and is yet to come, or came earlier than a year ago. NaN also
    where a month of the span is not known.

    >>> held = np.zeros((15, 1))
    >>> held[[1, 14]] = 1.0  # in the last month now, thirteen months ago then
    >>> sold = np.where(held > 0, 200.0, 100.0)
    >>> sales_yoy_feast(sold, held, held)
    array([0.])
    """
    told = np.full(sales.shape[1], np.nan)
    for span in range(LONGEST_SPAN, 0, -1):
        # From the longest to the shortest: the shortest has the last word.
        balanced = _alike(run_up, span) & _alike(feast, span)
        yearly = change(sales[-span:].sum(axis=0), sales[-12 - span : -12].sum(axis=0))
        told = np.where(balanced, yearly, told)
    return told


@indicator(months=15, unit="change", riskier="low", source="D19")
def sales_yoy_without_events(sales: Window, events: Window) -> Column:
    """Mean of the last three months against a year earlier, months with an event in either year left out of both.

    NaN where no month is left, or where nothing is known of events.

    >>> sold, held = np.full((15, 1), 100.0), np.zeros((15, 1))
    >>> sold[-1], held[-1] = 500.0, 1.0  # a festival in the last month
    >>> sales_yoy_without_events(sold, held)
    array([0.])
    """
    now, then = sales[-3:], sales[-15:-12]
    quiet = (events[-3:] == 0) & (events[-15:-12] == 0) & ~np.isnan(now) & ~np.isnan(then)
    return change(mean_known(np.where(quiet, now, np.nan)), mean_known(np.where(quiet, then, np.nan)))


@indicator(months=24, unit="months", riskier="high", source="S11")
def yoy_decline_streak(sales: Window) -> Column:
    """How many months in a row, up to now, sales lie below the same month a year earlier; twelve at most.

    NaN where the last month or the one a year before it is not known.

    >>> sold = np.full((24, 1), 100.0)
    >>> sold[-3:] = 90.0
    >>> yoy_decline_streak(sold)
    array([3.])
    """
    streak = streak_where(np.less, sales[-12:], sales[-24:-12])
    return np.where(both_known(sales[-1], sales[-13]), streak, np.nan)


@indicator(months=16, unit="change", riskier="low", source="S17")
def sales_against_forecast(sales: Window) -> Column:
    """Last closed month against what the shop's own past suggested: the same month last year, times the drift since.

    The drift is the mean of the three months before the last one over the mean of the same three a year earlier.

    >>> sold = np.array([[100.0]] * 3 + [[200.0]] + [[100.0]] * 8 + [[90.0]] * 3 + [[144.0]])
    >>> sales_against_forecast(sold)  # 200 a year ago, drift 0.9: 180 were to be expected
    array([-0.2])
    """
    drift = ratio(mean_known(sales[-4:-1], least=2), mean_known(sales[-16:-13], least=2))
    return change(sales[-1], sales[-13] * drift)


@indicator(months=2, unit="change", riskier="low", source="S15", group="competitive")
def sales_mom_against_peers(sales: Window, peer_sales_median: Window) -> Column:
    """Change against the month before, less the change of the peers' median.

    What all of them share, the season and the feasts, is taken out.

    >>> sales_mom_against_peers(np.array([[100.0], [120.0]]), np.array([[50.0], [70.0]])).round(3)
    array([-0.2])
    """
    return change(sales[-1], sales[-2]) - change(peer_sales_median[-1], peer_sales_median[-2])


@indicator(months=13, unit="change", riskier="low", source="S15", group="competitive")
def sales_yoy_against_peers(sales: Window, peer_sales_median: Window) -> Column:
    """Change against the same month a year earlier, less the change of the peers' median.

    >>> own, others = np.array([[100.0]] * 12 + [[90.0]]), np.array([[50.0]] * 12 + [[55.0]])
    >>> sales_yoy_against_peers(own, others).round(3)
    array([-0.2])
    """
    return change(sales[-1], sales[-13]) - change(peer_sales_median[-1], peer_sales_median[-13])


@indicator(months=3, unit="months", source="D19", group="external", beside="everyone")
def event_months_3m(events: Window) -> Column:
    """Months of the last three with an event in the district or the whole city; NaN where no events are known.

    >>> event_months_3m(np.array([[0.0, np.nan], [2.0, np.nan], [1.0, np.nan]]))
    array([ 2., nan])
    """
    return np.where(np.isnan(events).all(axis=0), np.nan, count_true(events > 0))


def _alike(share: Window, span: int) -> np.ndarray:
    """True where the last months hold as much of something as the same months a year earlier."""
    now, then = share[-span:].sum(axis=0), share[-12 - span : -12].sum(axis=0)
    return np.asarray(np.abs(now - then) < AS_MUCH)
