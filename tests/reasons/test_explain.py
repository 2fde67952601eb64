"""What is told: one reason a theme, the sum of what its known indicators push, for the horizon that was asked for."""

from dataclasses import replace
from math import nan

import numpy as np
import pytest

from sbwarn.indicators.build import named
from sbwarn.reasons.explain import FAINT, MOST, PER_FAMILY, pushes, tell
from sbwarn.releases.load import load_release
from sbwarn.releases.predict import HORIZONS, log_odds, risks


@pytest.fixture(scope="module")
def shipped():
    return load_release()


@pytest.fixture(scope="module")
def rows(shipped):
    """Indicator rows, each value drawn from a plain range; a fifth unknown."""
    rng = np.random.default_rng(8)
    found = rng.normal(0.0, 0.5, (400, len(shipped.indicators)))
    found[rng.random(found.shape) < 0.2] = nan
    return found


def telling(release, count):
    """Columns that may be told, all of one family, where a high value is riskier."""
    facts = named(release.indicators)
    families = [fact.family if fact.tells and fact.riskier == "high" else "" for fact in facts]
    best = max({*families} - {""}, key=families.count)
    found = [place for place, family in enumerate(families) if family == best][:count]
    assert len(found) == count
    return found


def one_theme(release, columns):
    """The release where these columns are one theme, and every other one is its own."""
    numbers = list(range(1, len(release.indicators) + 1))
    for column in columns:
        numbers[column] = 0
    return replace(release, themes=tuple(numbers))


def told(release, value, push, *, sign=1):
    """What is told of one shop whose peers have 0 everywhere; columns not named are 0, as everybody's."""
    values, pushed = (np.zeros((1, len(release.indicators))) for _ in range(2))
    for column, amount in value.items():
        values[0, column] = amount
    for column, amount in push.items():
        pushed[0, column] = amount
    (found,) = tell(release, values, np.zeros_like(values), pushed, sign=sign)
    return [(reason.indicator, round(reason.push, 9), reason.together) for reason in found]


def test_a_theme_is_told_once_through_its_strongest_with_the_sum_of_its_pushes(shipped):
    one, two = telling(shipped, 2)
    release = one_theme(shipped, [one, two])

    found = told(release, {one: 1.0, two: 1.0}, {one: 0.1, two: 0.3})

    assert found == [(shipped.indicators[two], 0.4, 2)]


def test_the_other_theme_that_pushes_farther_comes_first_though_its_indicator_alone_does_not(shipped):
    one, two, three = telling(shipped, 3)
    release = one_theme(shipped, [one, two])

    found = told(release, {one: 1.0, two: 1.0, three: 1.0}, {one: 0.2, two: 0.2, three: 0.3})

    assert [push for _, push, _ in found] == [0.4, 0.3]


def test_a_theme_whose_sum_points_the_other_way_is_not_told_on_this_side(shipped):
    one, two = telling(shipped, 2)
    release = one_theme(shipped, [one, two])
    value, push = {one: 1.0, two: -1.0}, {one: 0.1, two: -0.3}

    assert told(release, value, push) == []
    assert told(release, value, push, sign=-1) == [(shipped.indicators[two], -0.2, 2)]


def test_an_unknown_indicator_is_no_reason_and_adds_to_none(shipped):
    one, two = telling(shipped, 2)
    release = one_theme(shipped, [one, two])

    assert told(release, {one: 1.0, two: nan}, {one: 0.1, two: 0.3}) == [(shipped.indicators[one], 0.1, 1)]
    assert told(release, {one: nan, two: nan}, {one: 0.1, two: 0.3}) == []


def test_what_may_not_be_told_speaks_through_another_of_its_theme_or_not_at_all(shipped):
    one, two = telling(shipped, 2)
    release = one_theme(shipped, [one, two])

    # As its peers have it; then on the safe side of them.
    assert told(release, {one: 1.0, two: 0.0}, {one: 0.1, two: 0.3}) == [(shipped.indicators[one], 0.4, 2)]
    assert told(release, {one: -1.0, two: 0.0}, {one: 0.1, two: 0.3}) == []


def test_no_faint_indicator_speaks_for_a_theme_and_no_faint_theme_is_told(shipped):
    one, two = telling(shipped, 2)
    release = one_theme(shipped, [one, two])

    assert told(release, {one: 1.0, two: 0.0}, {one: FAINT / 2, two: 0.3}) == []
    assert told(release, {one: 1.0, two: 1.0}, {one: 0.3, two: FAINT / 2 - 0.3}) == []


def test_at_most_four_are_told_and_two_of_a_family(shipped):
    release = replace(shipped, themes=tuple(range(len(shipped.indicators))))
    facts = named(shipped.indicators)
    columns = [place for place, fact in enumerate(facts) if fact.tells and fact.riskier == "high"]
    values, push = dict.fromkeys(columns, 1.0), {column: 0.1 + 0.001 * column for column in columns}

    found = [facts[shipped.indicators.index(name)].family for name, _, _ in told(release, values, push)]

    assert len(found) == MOST
    assert max(found.count(family) for family in found) == PER_FAMILY


@pytest.mark.parametrize("horizon", HORIZONS)
def test_pushes_are_those_of_the_intervals_up_to_the_horizon(shipped, rows, horizon):
    values = rows[:40]
    hazards, _ = risks(shipped.booster, shipped.calibration, values)
    intervals = HORIZONS.index(horizon) + 1
    table = np.column_stack([np.repeat(values, intervals, axis=0), np.tile(range(intervals), len(values))])
    by_lightgbm = shipped.booster.predict(table, pred_contrib=True, num_threads=1)
    by_lightgbm = by_lightgbm.reshape(len(values), intervals, -1)
    odds = log_odds(shipped.booster, values)
    slope = shipped.calibration.steepness(by_lightgbm[0, 0, -1], odds)[:, :intervals]
    share = hazards[:, :intervals] / hazards[:, :intervals].sum(axis=1, keepdims=True)

    found = pushes(shipped, values, hazards, horizon=horizon)

    want = (by_lightgbm[:, :, :-2] * (slope * share)[:, :, None]).sum(axis=1)
    np.testing.assert_allclose(found, want, rtol=0, atol=1e-9)


@pytest.mark.parametrize("horizon", HORIZONS)
def test_one_shop_is_told_what_it_is_told_among_many_permuted_and_in_part(shipped, rows, horizon):
    def reasons(values):
        hazards, _ = risks(shipped.booster, shipped.calibration, values)
        push = pushes(shipped, values, hazards, horizon=horizon)
        return [tell(shipped, values, np.zeros_like(values), push, sign=sign) for sign in (1, -1)]

    order = np.random.default_rng(2).permutation(len(rows))
    many = reasons(rows)

    alone = [[side[0] for side in reasons(rows[shop : shop + 1])] for shop in range(40)]
    assert alone == [[side[shop] for side in many] for shop in range(40)]
    assert reasons(rows[order]) == [[side[shop] for shop in order] for side in many]
    assert reasons(rows[order[:77]]) == [[side[shop] for shop in order[:77]] for side in many]
    assert any(many[0])
