"""Promises about what must not matter: order, company, repetition, currency, names, other shops, small groups."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from sbwarn.indicators import inputs as asked
from sbwarn.indicators.inputs import INPUTS
from sbwarn.indicators.neighbours import NEIGHBOURS, OF_UNITS
from sbwarn.tables.panel import QUANTITIES, Panel, Shops
from sbwarn.tables.schema import table_schema
from tests.promises import changes, data
from tests.promises.changes import MONEY, changed
from tests.promises.over_time import NOTHING, NOW, moved_by
from tests.promises.way import SHOPS_DIFFER, View, Way, different, nearly, plain, plain_look, same, told, view

TEN = 10
"""A smaller group must not speak."""
OF_OTHERS = frozenset(
    (
        *asked.PEER_WINDOWS, *asked.DISTRICT_WINDOWS, *asked.PEER_COLUMNS, *asked.INDUSTRY_COLUMNS,
        *asked.DISTRICT_COLUMNS, *asked.PEER_GRIDS, *asked.INDUSTRY_GRIDS, *asked.DISTRICT_GRIDS,
        *(name for name in NEIGHBOURS if name not in OF_UNITS),
    )
)  # fmt: skip
"""Inputs that are made from other shops: the only ones by which one shop can reach another's figures."""
OF_PEERS = (*asked.PEER_WINDOWS, *asked.PEER_COLUMNS, *asked.PEER_GRIDS)


@cache
def the_order_of_rows_changes_no_bit(way: Way) -> frozenset[str]:
    """T4: tables say the same in any order."""
    return moved_by(way, {"mixed": changes.mixed}, (NOW,))


@cache
def the_order_of_shops_changes_no_bit(way: Way) -> frozenset[str]:
    """T4: shops have the same figures in any order."""
    panel, peers = plain_look(way, NOW)
    order = np.random.default_rng(13).permutation(len(panel.shops))
    return different(told(way, only(panel, order), peers), chosen(plain(way, NOW), order))


@cache
def company_changes_no_bit(way: Way) -> frozenset[str]:
    """T5: a shop alone, or among some, has the figures that it has among all."""
    panel, peers = plain_look(way, NOW)
    n = len(panel.shops)
    few = (np.array([0]), np.array([17]), np.array([3, 44]), np.arange(0, n, 2))
    return NOTHING.union(
        *(different(told(way, only(panel, part), peers), chosen(plain(way, NOW), part)) for part in few)
    )


@cache
def rows_said_twice_change_no_bit(way: Way) -> frozenset[str]:
    """T6: a row that is delivered twice counts once."""
    twice = {name: pd.concat([rows, rows.iloc[::2]], ignore_index=True) for name, rows in data.raw().items()}
    return different(view(way, way.door(data.raw()), NOW), view(way, way.door(twice), NOW))


@cache
def the_currency_matters_to_money_alone(way: Way) -> frozenset[str]:
    """T7: in thousandths of the currency sums of money are a thousand times as large, and nothing else differs."""
    was, now = plain(way, NOW).figures, view(way, changed(changes.in_thousandths, NOW), NOW).figures
    found = set()
    for name, factor in factors(way).items():
        if not any(nearly(now[name], was[name] * each) for each in factor):
            found.add(name)
    return frozenset(found)


def factors(way: Way) -> dict[str, tuple[float, ...]]:
    """By what a figure may grow with the currency; where inputs are made of several columns, nobody declares it."""
    thousand = {
        name: (1000.0,) if is_money(table, column) else (1.0,) for name, (table, column) in QUANTITIES.items()
    }
    of_inputs = {name: thousand.get(name, (1.0, 1000.0)) for name in INPUTS}
    return {**of_inputs, **{fact.name: (1000.0,) if fact.unit in MONEY else (1.0,) for fact in way.facts}}


def is_money(table: str, column: str) -> bool:
    """True if the schema says so; a column that no schema knows is a share or an entropy."""
    schema = table_schema(table)
    return column in schema.names and schema.field(column).unit in MONEY


@cache
def names_mean_nothing(way: Way) -> frozenset[str]:
    """T8: with every code renamed, in another order, each shop has its figures still."""
    was, now = plain(way, NOW), view(way, changed(changes.renamed, NOW), NOW)
    place = {shop: number for number, shop in enumerate(now.ids)}
    order = np.array([place[changes.new_name(shop)] for shop in was.ids])
    return different(was, replace(chosen(now, order), ids=was.ids), close=True)


@cache
def one_shop_reaches_others_through_groups_alone(way: Way) -> frozenset[str]:
    """T13: what one shop does shows with others only in what is made of many shops, and not at all with the same groups."""
    panel, peers = plain_look(way, NOW)
    number = 30
    other, regrouped = way.look(changed(changes.one_shop_differs(panel.shops.ids[number]), NOW), NOW)
    if not np.array_equal(panel.shops.ids, other.shops.ids):
        return frozenset({SHOPS_DIFFER})
    rest = np.delete(np.arange(len(panel.shops)), number)
    was = chosen(plain(way, NOW), rest)
    through_groups = OF_OTHERS | {fact.name for fact in way.facts if set(fact.reads) & OF_OTHERS}
    return (different(was, chosen(told(way, other, regrouped), rest)) - through_groups) | different(
        was, chosen(told(way, other, peers), rest)
    )


@cache
def small_groups_do_not_speak(way: Way) -> frozenset[str]:
    """Shops of one trade whose districts hold fewer than ten of them each hear the same peers."""
    panel, _ = plain_look(way, NOW)
    figures = plain(way, NOW).figures
    trading = (panel.quantities["sales"][-3:] > 0).any(axis=0)
    cells = pd.DataFrame({"trade": panel.shops.industry, "home": panel.shops.district, "trading": trading})
    few = (cells.groupby(["trade", "home"])["trading"].transform("sum") < TEN).to_numpy()
    found = set()
    for trade in np.unique(panel.shops.industry):
        scattered = few & (panel.shops.industry == trade)
        for name in OF_PEERS:
            heard = figures[name][..., scattered]
            if not same(heard, np.broadcast_to(heard[..., :1], heard.shape)):
                found.add(name)
    return frozenset(found)


def chosen(whole: View, part: np.ndarray) -> View:
    """These shops of a view, in this order."""
    many = len(whole.ids)
    return View(
        ids=whole.ids[part],
        figures={
            name: figure[..., part] if figure.shape[-1] == many else figure
            for name, figure in whole.figures.items()
        },
    )


def only(whole: Panel, part: np.ndarray) -> Panel:
    """These shops of a panel, in this order."""
    shops = {name: getattr(whole.shops, name)[part] for name in Shops.__slots__}
    quantities = {name: np.ascontiguousarray(values[:, part]) for name, values in whole.quantities.items()}
    return replace(whole, shops=Shops(**shops), quantities=quantities)
