"""Ten thousand random shops: how long the search takes, what it finds, and whether each counterfactual keeps its word.

python benchmarks/counterfactuals.py CITY/data CITY/models/<release> --shops 10000
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd

from sbwarn import load_release, read_dataset, score_business
from sbwarn.advice.actions import shipped_actions
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


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", type=Path)
    parser.add_argument("release", type=Path)
    parser.add_argument("--shops", type=int, default=10_000)
    parser.add_argument("--business", type=int, default=300, help="of each month, through score_business")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    history, release = History(read_dataset(asked.dataset)), load_release(asked.release)
    rng = np.random.default_rng(asked.seed)
    last, wrong, searched, told, spent = as_month(release.as_of), 0, 0, Counter[str](), 0.0
    for back in range(BACK):
        panel = history.as_known(from_ordinal(last.ordinal - back))
        peers = peer_table(panel)
        if not back:
            alone(panel, peers, release)
        count = min((asked.shops - searched) // (BACK - back), len(panel.shops))
        chosen = rng.choice(len(panel.shops), count, replace=False).tolist()
        started = time.perf_counter()
        found = counterfactuals(panel, peers, release, shops=chosen)
        spent += time.perf_counter() - started
        searched += count
        told += tally(found)
        wrong += broken_words(panel, peers, release, chosen, found, asked.business)
    print(
        f"{searched:,} shop-months searched in {spent:.1f} s ({1000 * spent / searched:.1f} ms each, in blocks)"
    )
    for name, number in sorted(told.items()):
        print(f"  {name}: {number:,}")
    print(f"counterfactuals that touch a fixed field or do not give what they say: {wrong}")
    raise SystemExit(wrong > 0)


def alone(panel: Panel, peers: PeerTable, release: Release) -> None:
    """The time of a whole search for one shop, warm."""
    live = np.flatnonzero(is_trading(panel.quantities["sales"]) & (panel.shops.closed == NEVER))[:ALONE]
    counterfactuals(panel, peers, release, shops=live[:5].tolist())
    spent = []
    for shop in live:
        started = time.perf_counter()
        counterfactuals(panel, peers, release, shops=[int(shop)])
        spent.append(1000 * (time.perf_counter() - started))
    median, late = np.quantile(spent, [0.5, 0.95])
    print(f"one shop, {len(live)} times: median {median:.1f} ms, 95 % below {late:.1f} ms")


def tally(found: list[Search]) -> Counter[str]:
    """How many shops of each class got something, or why not."""
    counted = Counter[str]()
    for search in found:
        counted[f"shops {search.level}, {search.nothing or 'found'}"] += 1
        counted["counterfactuals"] += len(search.found)
        counted["pairs among them"] += sum(len(each.actions) > 1 for each in search.found)
        counted.update(f"passed over, {each.reason}" for each in search.passed_over)
    return counted


def broken_words(
    panel: Panel, peers: PeerTable, release: Release, chosen: list[int], found: list[Search], business: int
) -> int:
    """Counterfactuals that change what they must not, or give another risk when they are applied and scored."""
    wrong, asked = 0, 0
    for shop, search in zip(chosen, found, strict=True):
        for each in search.found:
            varied = applied(panel, each.actions, shop=shop)
            risk = score_panel(varied, peers, release, explain=False)[0].risk[6]
            right = risk == each.risk_after < each.risk_before == search.risk and keeps(
                panel, varied, shop, each
            )
            if asked < business:
                right = right and by_business(varied, peers, release) == each.risk_after
                asked += 1
            wrong += not right
    return wrong


def keeps(panel: Panel, varied: Panel, shop: int, told: Counterfactual) -> bool:
    """True if nothing differs but the inputs of the actions, in the months in force."""
    catalogue = shipped_actions()
    inputs = {name for step in told.actions for name in catalogue.named(step.action).inputs}
    for name in QUANTITIES:
        upto = DEPTH - catalogue.months if name in inputs else DEPTH
        if not np.array_equal(
            varied.quantities[name][:upto, 0], panel.quantities[name][:upto, shop], equal_nan=True
        ):
            return False
    return all(
        str(getattr(varied.shops, each.name)[0]) == str(getattr(panel.shops, each.name)[shop])
        for each in fields(Shops)
        if each.name not in inputs
    )


def by_business(one: Panel, peers: PeerTable, release: Release) -> float:
    """What `score_business` says of the shop of a panel, handed over as a script would."""
    shops = one.shops
    days = {"opened_on": shops.opened, "lease_ends_on": shops.lease_ends, "voucher_since": shops.voucher_since,
            "moved_on": shops.moved, "operator_since": shops.operator_since}  # fmt: skip
    facts: dict[str, object] = {
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
