"""Ten thousand random shops: what the search finds, how long it takes, and whether each counterfactual keeps its word.

python benchmarks/counterfactuals.py CITY/data CITY/models/<release> --shops 10000
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sbwarn import load_release, read_dataset, score_business
from sbwarn.advice.actions import shipped_actions
from sbwarn.advice.advise import advise
from sbwarn.advice.counterfactual import Counterfactual, Search
from sbwarn.advice.search import counterfactuals
from sbwarn.advice.variants import applied
from sbwarn.indicators.peertable import PeerTable, is_trading, peer_table
from sbwarn.releases.record import Release
from sbwarn.scoring.panel import score_panel
from sbwarn.tables.history import History
from sbwarn.tables.month import as_month, from_ordinal
from sbwarn.tables.panel import DEPTH, NEVER, QUANTITIES, Panel, Shops

BACK = 6
"""Months over which the shops are drawn."""
ALONE = 200
"""Shops that are asked about one by one, for the time."""
UP = ("sales", "transactions", "customers", "returning_share")
DOWN = ("rent", "maintenance", "rent_days_late")
EITHER = ("delivery", "cancelled", "labour", "utilities")
"""Written out here and not read from the catalogue: whatever stands in none of these, and is not the lease, is fixed."""
WRONG = (
    "fixed fields touched",
    "moves the wrong way",
    "differences when applied",
    "falls of nothing or less",
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", type=Path)
    parser.add_argument("release", type=Path)
    parser.add_argument("--shops", type=int, default=10_000)
    parser.add_argument("--business", type=int, default=50, help="of each month, through score_business")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    history, release = History(read_dataset(asked.dataset)), load_release(asked.release)
    rng, last = np.random.default_rng(asked.seed), as_month(release.as_of)
    searches: list[Search] = []
    wrong, spent = Counter[str](dict.fromkeys(WRONG, 0)), 0.0
    for back in range(BACK):
        panel = history.as_known(from_ordinal(last.ordinal - back))
        peers = peer_table(panel)
        open_ones = np.flatnonzero(
            is_trading(panel.quantities["sales"]) & (panel.shops.closed == NEVER)
        ).tolist()
        if not back:
            alone(panel, peers, release, open_ones[:ALONE])
        count = min((asked.shops - len(searches)) // (BACK - back), len(open_ones))
        chosen = rng.choice(open_ones, count, replace=False).tolist()
        started = time.perf_counter()
        found = counterfactuals(panel, peers, release, shops=chosen)
        spent += time.perf_counter() - started
        searches += found
        wrong.update(broken_words(panel, peers, release, chosen, found, asked.business))
    tell(searches, wrong, spent)
    raise SystemExit(wrong.total() > 0)


def alone(panel: Panel, peers: PeerTable, release: Release, shops: list[int]) -> None:
    """The time for one shop, warm."""

    def timed(name: str, ask: Callable[[int], object]) -> None:
        spent = []
        for shop in [*shops[:5], *shops]:
            started = time.perf_counter()
            ask(shop)
            spent.append(1000 * (time.perf_counter() - started))
        median, late = np.quantile(spent[5:], [0.5, 0.95])
        print(f"{name}, one shop, {len(shops)} times: median {median:.1f} ms, 95 % below {late:.1f} ms")

    timed("search", lambda shop: counterfactuals(panel, peers, release, shops=[shop]))
    timed("advise", lambda shop: advise(panel, peers, release, on=date(2026, 11, 23), shops=[shop]))


def tell(searches: list[Search], wrong: Counter[str], spent: float) -> None:
    """What was found, and what was wrong with it."""
    told = [each for search in searches for each in search.found]
    pairs = sum(len(each.actions) > 1 for each in told)
    each_one = spent / len(searches)
    print(f"shops: {len(searches):,}; with a counterfactual {sum(bool(each.found) for each in searches):,}")
    print(
        f"counterfactuals: {len(told):,}; one action {1 - pairs / len(told):.1%}, two {pairs / len(told):.1%}"
    )
    print(
        f"time: {spent:.1f} s, {1000 * each_one:.1f} ms a shop in blocks; 25,000 shops {25_000 * each_one:.0f} s"
    )
    for name, number in wrong.items():
        print(f"{name}: {number}")
    listed(
        "in how many counterfactuals each action stands",
        Counter(step.action for each in told for step in each.actions),
    )
    listed(
        "why an action is not told",
        Counter(each.reason for search in searches for each in search.passed_over),
    )
    listed(
        "shops by class",
        Counter(
            f"{search.level}: {search.nothing or 'found'}{' + endings' * bool(search.endings)}"
            for search in searches
        ),
    )


def listed(title: str, counted: Counter[str]) -> None:
    print(f"{title}:")
    for name, number in counted.most_common():
        print(f"  {name}: {number:,}")


def broken_words(
    panel: Panel, peers: PeerTable, release: Release, chosen: list[int], found: list[Search], business: int
) -> Counter[str]:
    """Each counterfactual, applied and scored from scratch: what of it does not hold."""
    wrong, asked = Counter[str](), 0
    for shop, search in zip(chosen, found, strict=True):
        for each in search.found:
            varied = applied(panel, each.actions, shop=shop)
            score = score_panel(varied, peers, release, explain=False)[0]
            same = (score.risk[6], score.level) == (each.risk_after, each.level_after)
            if asked < business:
                same = same and by_business(varied, peers, release) == each.risk_after
                asked += 1
            holds = (
                is_only_what_it_says(panel, varied, shop, each),
                moves_right(panel, varied, shop),
                same and each.risk_before == search.risk,
                each.risk_after < search.risk,
            )
            wrong.update(name for name, right in zip(WRONG, holds, strict=True) if not right)
    return wrong


def is_only_what_it_says(panel: Panel, varied: Panel, shop: int, told: Counterfactual) -> bool:
    """True if nothing differs but the inputs of the actions, in the months in force, and none of them is fixed."""
    catalogue = shipped_actions()
    inputs = {name for step in told.actions for name in catalogue.named(step.action).inputs}
    for name in QUANTITIES:
        upto = DEPTH - catalogue.months if name in inputs & {*UP, *DOWN, *EITHER} else DEPTH
        before, after = panel.quantities[name][:upto, shop], varied.quantities[name][:upto, 0]
        if not np.array_equal(before, after, equal_nan=True):
            return False
    facts = set(Shops.__slots__) - ({"lease_ends"} & inputs)
    return (varied.as_of, varied.lags, varied.country) == (panel.as_of, panel.lags, panel.country) and all(
        str(getattr(varied.shops, name)[0]) == str(getattr(panel.shops, name)[shop]) for name in facts
    )


def moves_right(panel: Panel, varied: Panel, shop: int) -> bool:
    """True if what is good for a shop does not fall, what is bad does not rise, and what was unknown stays so."""
    for name in (*UP, *DOWN, *EITHER):
        change = varied.quantities[name][:, 0] - panel.quantities[name][:, shop]
        wrong = change < 0 if name in UP else change > 0 if name in DOWN else np.zeros(DEPTH, dtype=bool)
        unknown = np.isnan(varied.quantities[name][:, 0]) != np.isnan(panel.quantities[name][:, shop])
        if (wrong | unknown).any():
            return False
    return not varied.shops.lease_ends[0] < panel.shops.lease_ends[shop]


def by_business(one: Panel, peers: PeerTable, release: Release) -> float:
    """What `score_business` says of the shop of a panel, handed over as a script would."""
    shops = one.shops
    days = {"opened_on": shops.opened, "lease_ends_on": shops.lease_ends, "voucher_since": shops.voucher_since,
            "moved_on": shops.moved, "operator_since": shops.operator_since}  # fmt: skip
    facts: dict[str, Any] = {
        name: f"{from_ordinal(int(month[0]))}-15"
        for name, month in days.items()
        if not np.isnan(month[0]) and month[0] != NEVER
    }
    facts |= {"shop_id": shops.ids[0], "industry_code": shops.industry[0], "district_id": shops.district[0],
              "floor_area_m2": shops.floor_area[0], "lon": shops.lon[0], "lat": shops.lat[0],
              "transit_m": shops.transit_m[0]}  # fmt: skip
    tables = {table: pd.DataFrame() for table, _ in QUANTITIES.values()}
    for name, (table, column) in QUANTITIES.items():
        tables[table]["month"] = [str(one.month_of_row(name, row)) for row in range(DEPTH)]
        tables[table][column] = one.quantities[name][:, 0]
    shop = {name: value for name, value in facts.items() if not pd.isna(value)}
    return score_business(
        shop, tables["sales"], tables["rent"], tables["footfall"],
        customers=_known(tables["customers"]), costs=tables["costs"], as_of=one.as_of, release=release, peers=peers,
    ).risk[6]  # fmt: skip


def _known(customers: pd.DataFrame) -> pd.DataFrame:
    """Without the mix, which `score_business` works out of the groups by age and sex; no action changes it."""
    return customers.drop(columns=["customer_mix"])


if __name__ == "__main__":
    main()
