"""Leakage tests: chance stays chance, what is given away is found, and a leak in the data does not pass the gates."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from sbwarn.figures.evaluate import figures
from sbwarn.gates.gates import judge, read_gates
from sbwarn.indicators.build import named
from sbwarn.releases.calibration import PLAIN
from sbwarn.releases.predict import risks
from sbwarn.releases.record import Figure
from sbwarn.tables.history import History
from sbwarn.tables.month import as_month
from sbwarn.training.fit import Settings, fit
from sbwarn.training.leakage import area_within, permuted, planted
from sbwarn.training.learn import learn
from sbwarn.training.material import gather
from sbwarn.training.rows import HazardRows, Outcomes
from sbwarn.training.seeds import seeds
from sbwarn.training.trial import SIX, Fold
from tests import small_city
from tests.few_shops import few_about

NAMES = tuple("abcd")
FEW = Settings(trees=20, leaves=7, rows_in_leaf=20)
GREEDY = Settings(
    trees=60, leaves=31, rows_in_leaf=20, learning_rate=0.3, features=1.0, bagging=1.0, l2=0.0, dropout=0.0
)
"""Remembers what it saw."""


def made_up(shops, months, *, seed, by_month=None) -> HazardRows:
    """Rows whose answers follow the first column; `by_month` gives each month another rate."""
    rng = np.random.default_rng(seed)
    month, shop, interval = (
        part.ravel() for part in np.meshgrid(np.array(months), np.arange(shops), np.arange(3), indexing="ij")
    )
    values = rng.normal(size=(len(month), 4))
    level = 0.0 if by_month is None else np.array([by_month[each] for each in month])
    odds = 1.5 * values[:, 0] - 2.0 + level + 0.8 * (interval == 2)
    return HazardRows(
        values=values,
        interval=interval,
        happened=(rng.random(len(month)) < 1 / (1 + np.exp(-odds))).astype(float),
        month=month,
        shop=np.array([f"s{each}" for each in shop]),
        lags=np.zeros((len(month), 13)),
        helped=np.zeros(len(month), dtype=bool),
        weight=np.ones(len(month)),
    )


def fold(**changes) -> Fold:
    return Fold(
        origin=10, earlier=made_up(150, range(4), seed=1, **changes), later=made_up(150, (10, 11), seed=2, **changes)
    )  # fmt: skip


def honest(part: Fold) -> float:
    booster = fit(part.earlier, NAMES, FEW, seed=1)
    near = part.later.where(part.later.interval == 0)
    return roc_auc_score(near.happened, booster.predict(np.column_stack([near.values, near.interval])))


def test_chance_is_within_three_errors_where_the_same_rows_rank_well_with_their_own_answers():
    part = fold()

    found = permuted(part, NAMES, FEW, seed=1)

    assert honest(part) > 0.7
    assert found.low < 0.5 < found.high
    assert found.high - found.value == pytest.approx(found.value - found.low)
    assert found.n == len(part.later.happened)
    assert found.events == part.later.happened.sum()


def test_a_month_or_interval_of_many_crises_is_no_leak():
    # A column that tells the month ranks the rows of one month above those of another, and rightly so.
    rates = {each: 3.0 * (each % 2) for each in (*range(4), 10, 11)}
    part = fold(by_month=rates)
    for rows in (part.earlier, part.later):
        rows.values[:, 3] = rows.month % 2

    found = permuted(part, NAMES, FEW, seed=1)

    assert found.low < 0.5 < found.high


def test_rows_that_are_learnt_and_tested_are_found_out():
    part = fold()
    contaminated = replace(part, earlier=part.later)

    found = permuted(contaminated, NAMES, GREEDY, seed=1)

    assert found.low > 0.7


def test_the_deal_is_the_same_for_the_same_seed_and_another_for_another():
    part = fold()

    assert permuted(part, NAMES, FEW, seed=1) == permuted(part, NAMES, FEW, seed=1)
    assert permuted(part, NAMES, FEW, seed=1).value != permuted(part, NAMES, FEW, seed=2).value


@pytest.mark.parametrize("step", [0.1, 2.0])
def test_the_error_is_the_spread_of_many_deals_also_with_ties_and_rows_of_one_shop(step):
    rng = np.random.default_rng(5)
    shops = np.tile(np.arange(60), 3)
    cell = np.repeat([0, 1, 2], 60)
    # Scores in steps, fine and coarse, and the same for a shop in every month.
    score = np.round(rng.normal(size=60) / step)[shops]
    happened = (rng.random(180) < np.array([0.1, 0.3, 0.5])[cell]).astype(float)

    drawn = []
    for _ in range(1500):
        dealt = np.concatenate([rng.permutation(happened[cell == each]) for each in range(3)])
        drawn.append(area_within(score, dealt, cell))

    areas, errors = np.array(drawn).T
    assert errors == pytest.approx(errors[0])
    assert areas.mean() == pytest.approx(0.5, abs=0.005)
    assert areas.std() == pytest.approx(errors[0], rel=0.05)


def test_the_area_of_one_cell_is_the_usual_one():
    rng = np.random.default_rng(6)
    score, happened = np.round(rng.normal(size=300), 1), rng.random(300) < 0.2

    area, _ = area_within(score, happened.astype(float), np.zeros(300, dtype=int))

    assert area == pytest.approx(roc_auc_score(happened, score))


def test_the_area_compares_only_within_cells():
    score, happened = np.array([1.0, 2.0, 30.0, 20.0]), np.array([0.0, 1.0, 0.0, 1.0])

    assert area_within(score, happened, np.array([0, 0, 1, 1]))[0] == 0.5


def test_a_planted_answer_breaks_every_ceiling_even_where_nothing_else_ranks():
    part = fold()
    noise = replace(part, **{
        name: replace(rows, values=np.random.default_rng(9).normal(size=rows.values.shape))
        for name, rows in (("earlier", part.earlier), ("later", part.later))
    })  # fmt: skip
    blind = honest(noise)

    found = planted(noise, NAMES, FEW, seed=1)

    assert blind < 0.6
    assert found.value > 0.92
    assert judged("planted_leak", found) is True
    assert planted(noise, NAMES, FEW, seed=1) == found


def test_without_the_planted_column_the_check_fails():
    # What a learner that could not use the column would give.
    ranked = Figure(value=0.8, low=0.78, high=0.82, n=900, events=80)

    assert judged("planted_leak", ranked) is False


def judged(name: str, figure: Figure) -> bool | None:
    page = read_gates()
    verdicts = judge(
        page, {next(gate.measure for gate in page.gates if gate.name == name): figure}, {}, synthetic=True
    )
    return next(each.passed for each in verdicts if each.name == name)


WANTED = ("sales_yoy_3m", "months_since_sales", "sales_per_m2")
TREES = Settings(trees=30)


@cache
def discrimination(*, leaks: bool) -> dict[str, dict[str, Figure]]:
    """The whole way from the tables to the figures of a trial, at six months."""
    dataset = small_city.dataset()
    if leaks:
        # A register that was printed today: whoever closes, sooner or later, has lost the floor area already.
        shops = dataset.tables["shops"]
        closes = set(shops.loc[shops["closed_on"].notna(), "shop_id"])
        blanked = shops.assign(floor_area_m2=shops["floor_area_m2"].mask(shops["shop_id"].isin(closes), 1.0))
        dataset = replace(dataset, tables={**dataset.tables, "shops": blanked})
    material = gather(
        History(dataset),
        as_month(small_city.TRAINED),
        label="closed",
        wanted=named(WANTED),
        progress=lambda _: None,
    )
    learnt = learn(material, TREES, seed=1)
    seen = learnt.seen[6]
    risk = risks(learnt.trial, PLAIN, seen.values)[1][:, SIX]
    return {"ours": figures(risk, seen.happened, seen.shop, seed=1)}


def verdicts_of(part: dict[str, dict[str, Figure]]) -> set[str]:
    verdicts = judge(read_gates(), {}, {"6": {"all": part, "trading": part}}, synthetic=True)
    return {each.name for each in verdicts if each.passed is False and each.name.startswith("ceiling")}


def test_a_column_that_knows_who_will_close_does_not_pass():
    clean, leaking = discrimination(leaks=False), discrimination(leaks=True)

    assert verdicts_of(clean) == set()
    assert verdicts_of(leaking) == {"ceiling_synthetic_6"}, leaking["ours"]["auc"]


def outcomes_of(rows: HazardRows) -> Outcomes:
    near = rows.where(rows.interval == 0)
    count = len(near.happened)
    return Outcomes(
        values=near.values, happened=near.happened > 0, trading=np.ones(count, dtype=bool), month=near.month,
        shop=near.shop, event=near.month, helped=near.helped, about=few_about(count),
    )  # fmt: skip


def test_the_spread_is_that_of_five_fits_with_five_seeds():
    part = fold()
    seen = outcomes_of(part.later)
    areas = []
    for seed in range(3, 8):
        booster = fit(part.earlier, NAMES, FEW, seed=seed)
        areas.append(roc_auc_score(seen.happened, risks(booster, PLAIN, seen.values)[1][:, SIX]))

    found = seeds(part, seen, NAMES, FEW, seed=3)

    assert found.value == pytest.approx(max(areas) - min(areas))
    assert found.value > 0
    assert found.low < found.value < found.high
    assert (found.n, found.events) == (len(seen.happened), int(seen.happened.sum()))


def test_a_trial_that_is_there_already_is_not_fitted_again():
    part = fold()
    seen, first = outcomes_of(part.later), fit(part.earlier, NAMES, FEW, seed=3)

    assert seeds(part, seen, NAMES, FEW, seed=3, first=first) == seeds(part, seen, NAMES, FEW, seed=3)


def test_without_outcomes_there_is_no_spread_and_the_gate_says_so():
    found = seeds(fold(), None, NAMES, FEW, seed=1)

    assert np.isnan(found.value)
    assert judged("seed_spread", found) is None
