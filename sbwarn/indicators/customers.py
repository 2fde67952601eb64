"""Customers (고객): how many, how loyal, who they are and where they come from."""

from __future__ import annotations

from sbwarn.indicators.arithmetic import change, mean_known, ratio, slope_of_log
from sbwarn.indicators.mechanism import Column, Window, indicator


@indicator(months=3, unit="people", riskier="low", source="S20")
def customers_level(customers: Window) -> Column:
    """Mean number of different customers a month over the last three months.

    >>> import numpy as np
    >>> customers_level(np.array([[100.0], [np.nan], [300.0]]))
    array([200.])
    """
    return mean_known(customers)


@indicator(months=8, unit="change", riskier="low", source="S20")
def customers_slope_8m(customers: Window) -> Column:
    """Trend of eight months: least-squares change of ln(customers) a month.

    >>> import numpy as np
    >>> customers_slope_8m(np.exp(-0.1 * np.arange(8.0))[:, None]).round(3)
    array([-0.1])
    """
    return slope_of_log(customers, least=4)


@indicator(months=6, unit="change", source="S22")
def price_against_customers(sales: Window, transactions: Window, customers: Window) -> Column:
    """Change of sales a receipt less change of the number of customers, three months against the three before.

    Above 0 fewer people pay more each; below 0 more people pay less.

    >>> import numpy as np
    >>> sold = np.full((6, 1), 900.0)
    >>> receipts = np.array([[10.0]] * 3 + [[9.0]] * 3)
    >>> people = np.array([[100.0]] * 3 + [[80.0]] * 3)
    >>> price_against_customers(sold * receipts, receipts, people).round(3)  # the same ticket, a fifth fewer
    array([0.2])
    """
    ticket = ratio(mean_known(sales[-3:]), mean_known(transactions[-3:]))
    before = ratio(mean_known(sales[-6:-3]), mean_known(transactions[-6:-3]))
    return change(ticket, before) - change(mean_known(customers[-3:]), mean_known(customers[-6:-3]))


@indicator(months=12, unit="share", riskier="low", source="S25")
def returning_share_12m(returning_share: Window) -> Column:
    """Mean share of customers who came before, twelve months; NaN where fewer than four are known.

    >>> import numpy as np
    >>> returning_share_12m(np.array([[0.25]] * 6 + [[0.75]] * 6))
    array([0.5])
    """
    return mean_known(returning_share, least=4)


@indicator(months=9, unit="change", riskier="low", source="S26")
def returning_change_6m(returning_share: Window) -> Column:
    """Share of returning customers over three months less that of six months earlier, in points.

    >>> import numpy as np
    >>> returning_change_6m(np.array([[0.5]] * 6 + [[0.25]] * 3))
    array([-0.25])
    """
    return mean_known(returning_share[-3:]) - mean_known(returning_share[-9:-6])


@indicator(months=12, unit="share", source="S27")
def new_share_12m(new_share: Window) -> Column:
    """Mean share of customers who came for the first time, twelve months; NaN where fewer than four are known.

    >>> import numpy as np
    >>> new_share_12m(np.array([[0.25]] * 4)), new_share_12m(np.array([[0.25]] * 3))
    (array([0.25]), array([nan]))
    """
    return mean_known(new_share, least=4)


@indicator(months=12, unit="ratio", source="S28")
def customer_mix_12m(customer_mix: Window) -> Column:
    """Mean entropy, in nats, of ten groups by age and sex, twelve months: 0 one group alone, 2.30 all alike.

    NaN where fewer than four months are known.

    >>> import numpy as np
    >>> customer_mix_12m(np.array([[1.5]] * 6 + [[2.0]] * 6))
    array([1.75])
    """
    return mean_known(customer_mix, least=4)


@indicator(months=3, unit="share", riskier="low", source="F10")
def resident_customers(resident_share: Window) -> Column:
    """Mean share of customers who live nearby, three months.

    >>> import numpy as np
    >>> resident_customers(np.array([[0.25], [0.5], [0.75]]))
    array([0.5])
    """
    return mean_known(resident_share)


@indicator(months=3, unit="share", source="F11")
def worker_customers(worker_share: Window) -> Column:
    """Mean share of customers who work nearby, three months.

    >>> import numpy as np
    >>> worker_customers(np.array([[0.25], [np.nan], [0.75]]))
    array([0.5])
    """
    return mean_known(worker_share)


@indicator(months=3, unit="share", riskier="high", source="F12")
def walk_in_customers(walk_in_share: Window) -> Column:
    """Mean share of customers who pass by, three months.

    >>> import numpy as np
    >>> walk_in_customers(np.array([[0.25], [0.25], [0.25]]))
    array([0.25])
    """
    return mean_known(walk_in_share)
