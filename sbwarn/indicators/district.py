"""District, vacancy, contagion (상권·공실·파급): how the shops around fare, whatever they sell, and who lives there."""

from __future__ import annotations

import numpy as np

from sbwarn.indicators.arithmetic import change, latest_known, mean_known, ratio
from sbwarn.indicators.bands import banded
from sbwarn.indicators.mechanism import Column, Window, indicator


@indicator(months=1, unit="change", riskier="low", source="D10", group="external", beside="everyone")
def district_sales_yoy(district_yoy: Column) -> Column:
    """Sales of the district, three months against a year earlier, over the shops known in both.

    >>> district_sales_yoy(np.array([-0.1, np.nan]))
    array([-0.1,  nan])
    """
    return district_yoy.copy()


@indicator(months=1, unit="change", riskier="low", source="D10", group="external", beside="everyone")
def district_trend_3m(district_trend: Column) -> Column:
    """Median change of sales in the district, three months against the three before.

    >>> district_trend_3m(np.array([0.05, np.nan]))
    array([0.05,  nan])
    """
    return district_trend.copy()


@indicator(months=1, unit="share", riskier="high", source="P14", group="external", beside="everyone")
def district_exit_rate(district_exit: Column) -> Column:
    """Share of the district's shops that traded six months ago and have no known sales since three.

    >>> district_exit_rate(np.array([0.08, np.nan]))
    array([0.08,  nan])
    """
    return district_exit.copy()


@indicator(months=1, unit="share", source="P11", group="external", beside="everyone")
def district_entry_rate(district_entry: Column) -> Column:
    """Share of the district's trading shops whose first known sale lies within a year.

    >>> district_entry_rate(np.array([0.12, np.nan]))
    array([0.12,  nan])
    """
    return district_entry.copy()


@indicator(months=14, unit="change", riskier="low", source="D11", group="external", beside="everyone")
def district_shops_yoy(district_trading: Window) -> Column:
    """Trading shops of the district a month ago against a year before that: late reports distort the last month.

    >>> district_shops_yoy(np.array([[20.0]] * 13 + [[9.0]]))
    array([0.])
    """
    return change(district_trading[-2], district_trading[-14])


@indicator(months=2, unit="share", source="P08", group="external", beside="everyone")
def own_trade_share(peer_trading: Window, district_trading: Window) -> Column:
    """Shops of the same trade over all trading shops of the district; unknown where the peers are city-wide.

    >>> own_trade_share(np.array([[5.0, 90.0]] * 2), np.array([[20.0, 20.0]] * 2))
    array([0.25,  nan])
    """
    share = ratio(peer_trading[-2], district_trading[-2])
    return np.where(share > 1.0, np.nan, share)


@indicator(months=12, unit="share", riskier="high", source="D01", group="external", beside="everyone")
def vacancy_sampled_rate(vacancy_sampled: Window) -> Column:
    """Share of the district's rentable area that stands empty, sampled: the latest known of twelve months.

    >>> vacancy_sampled_rate(np.array([[0.1], [np.nan], [0.15], [np.nan]]))
    array([0.15])
    """
    return latest_known(vacancy_sampled)


@indicator(months=1, unit="share", riskier="high", source="D02", group="external", beside="everyone")
def vacancy_unit_rate(vacancy_units: Column) -> Column:
    """Share of the district's surveyed units that stood empty at the latest survey.

    >>> vacancy_unit_rate(np.array([0.25, np.nan]))
    array([0.25,  nan])
    """
    return vacancy_units.copy()


@indicator(months=12, unit="change", source="D03", group="external", beside="everyone")
def vacancy_gap_two_sources(vacancy_units: Column, vacancy_sampled: Window) -> Column:
    """Vacancy of the surveyed units less the latest sampled one of twelve months, in points: how far they disagree.

    >>> vacancy_gap_two_sources(np.array([0.5]), np.array([[0.25], [np.nan]]))
    array([0.25])
    """
    return vacancy_units - latest_known(vacancy_sampled)


@indicator(months=15, unit="change", riskier="high", source="D04", group="external", beside="everyone")
def vacancy_change_12m(
    vacancy_sampled: Window, vacancy_units: Column, vacancy_units_before: Column
) -> Column:
    """Vacancy of the district less that of a year earlier, in points.

    Of the sampled rate (three months hold one quarter's end); where that is not known, of the surveyed units. The two
    sources are never set against each other.

    >>> sampled = np.full((15, 2), np.nan)
    >>> sampled[1, 0], sampled[13, 0] = 0.25, 0.5
    >>> vacancy_change_12m(sampled, np.array([0.9, 0.5]), np.array([0.1, 0.75]))
    array([ 0.25, -0.25])
    """
    sampled = mean_known(vacancy_sampled[-3:]) - mean_known(vacancy_sampled[-15:-12])
    return np.where(np.isnan(sampled), vacancy_units - vacancy_units_before, sampled)


@indicator(months=1, unit="share", riskier="high", source="D06", group="external")
def empty_within_100m(near_empty: Column, near_units: Column) -> Column:
    """Share of the surveyed units within 100 m that stand empty; NaN where none was surveyed.

    >>> empty_within_100m(np.array([3.0, 0.0]), np.array([12.0, 0.0]))
    array([0.25,  nan])
    """
    return ratio(near_empty, near_units)


@indicator(months=1, unit="share", riskier="high", source="D07", group="external")
def closures_within_300m(near_stopped: Column, near_trading: Column) -> Column:
    """Shops within 300 m that stopped selling within half a year, over those and the ones that trade.

    >>> closures_within_300m(np.array([2.0]), np.array([18.0]))
    array([0.1])
    """
    return ratio(near_stopped, near_trading + near_stopped)


@indicator(months=1, unit="flag", riskier="high", source="D08", group="external")
def anchor_left_12m(anchor_gone: Column) -> Column:
    """1 if an anchor within 300 m became empty within twelve months, else 0.

    >>> anchor_left_12m(np.array([1.0, 0.0, np.nan]))
    array([ 1.,  0., nan])
    """
    return anchor_gone.copy()


@indicator(months=1, unit="change", riskier="high", source="D09", group="external", beside="everyone")
def district_exit_change_6m(district_exit: Column, district_exit_before: Column) -> Column:
    """Share of the district's shops that stopped, less the share of six months earlier, in points.

    >>> district_exit_change_6m(np.array([0.75]), np.array([0.5]))
    array([0.25])
    """
    return district_exit - district_exit_before


@indicator(months=1, unit="share", riskier="low", source="D11", group="external", beside="everyone")
def district_survival_3y(survival_3y: Column) -> Column:
    """Share of the district's shops that trade three years after opening, the latest figure of twelve months.

    >>> district_survival_3y(np.array([0.5, np.nan]))
    array([0.5, nan])
    """
    return survival_3y.copy()


@indicator(months=1, unit="count", source="D12", group="external", beside="everyone")
def change_class(
    months_open_mean: Column,
    months_at_closure: Column,
    city_months_open: Column,
    city_months_at_closure: Column,
) -> Column:
    """Seoul's class of a district's change, 1 to 4: ages of its trading and of its closed shops against the city's.

    | code | class | trading shops | closed shops |
    |---|---|---|---|
    | 1 | dynamic (다이내믹) | younger | younger |
    | 2 | expanding (상권확장) | younger | older |
    | 3 | shrinking (상권축소) | older | younger |
    | 4 | stagnant (정체) | older | older |

    Older means above the median of the city's districts. NaN where one of the four is not known.

    >>> trading, closed = np.array([50.0, 50.0, 90.0, 90.0]), np.array([30.0, 60.0, 30.0, 60.0])
    >>> change_class(trading, closed, np.full(4, 70.0), np.full(4, 45.0))
    array([1., 2., 3., 4.])
    """
    coded = 1.0 + 2.0 * (months_open_mean > city_months_open) + (months_at_closure > city_months_at_closure)
    known = months_open_mean + months_at_closure + city_months_open + city_months_at_closure
    return np.where(np.isnan(known), np.nan, coded)


@indicator(months=1, unit="money", riskier="low", source="D13", group="external", beside="everyone")
def household_income(income: Column) -> Column:
    """Mean yearly income of the district's households, in the currency.

    >>> household_income(np.array([52_000_000.0, np.nan]))
    array([52000000.,       nan])
    """
    return income.copy()


@indicator(months=1, unit="share", source="D14", group="external", beside="everyone")
def single_households(single_share: Column) -> Column:
    """Share of the district's households that are one person.

    >>> single_households(np.array([0.25, np.nan]))
    array([0.25,  nan])
    """
    return single_share.copy()


@indicator(months=1, unit="share", source="D14", group="external", beside="everyone")
def older_residents(over_60_share: Column) -> Column:
    """Share of the district's residents aged 60 and older.

    >>> older_residents(np.array([0.25, np.nan]))
    array([0.25,  nan])
    """
    return over_60_share.copy()


@indicator(months=1, unit="ratio", riskier="high", source="D15", group="external", beside="everyone")
def shop_area_per_resident(shop_area: Column, residents: Column) -> Column:
    """Floor area of the district's commercial premises over its residents, in square metres a resident.

    >>> shop_area_per_resident(np.array([60_000.0]), np.array([8_000.0]))
    array([7.5])
    """
    return ratio(shop_area, residents)


@indicator(months=15, unit="share", riskier="high", source="D16", group="external", beside="everyone")
def gentrification(rent_index: Window, district_exit: Column, district_entry: Column) -> Column:
    """Growth of the rent index over four quarters times the shops that went and came: high only where both are.

    Growth below 0 counts as 0. Shops that went: share that stopped within half a year; shops that came: share of
    those younger than a year. NaN where one of the three is not known.

    >>> index = np.full((15, 1), np.nan)
    >>> index[1], index[13] = 100.0, 110.0
    >>> gentrification(index, np.array([0.1]), np.array([0.2])).round(3)  # 10 % of 30 %
    array([0.03])
    """
    growth = change(mean_known(rent_index[-3:]), mean_known(rent_index[-15:-12]))
    return np.maximum(growth, 0.0) * (district_exit + district_entry)


@indicator(months=1, unit="months", source="D17", group="external", beside="everyone", tells=False)
def months_designated_band(months_designated: Column) -> Column:
    """Months since the district was designated a shopping street, as the lower end of its band (0, 6, 12, 24 …).

    NaN where it is not designated. Never a reason: a designation is a consequence of policy.

    >>> months_designated_band(np.array([14.0, np.nan]))
    array([12., nan])
    """
    return banded(months_designated)


@indicator(months=1, unit="months", source="D18", tells=False)
def months_voucher_band(months_voucher: Column) -> Column:
    """Months since the shop joined the voucher scheme, as the lower end of its band (0, 6, 12, 24, 36, 60, 120).

    NaN where it did not join. Never a reason: the scheme is a policy.

    >>> months_voucher_band(np.array([3.0, 30.0, np.nan]))
    array([ 0., 24., nan])
    """
    return banded(months_voucher)
