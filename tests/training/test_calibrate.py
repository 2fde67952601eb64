"""Curves through log-odds, which kind is chosen, and levels."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from sbwarn.figures.line import line
from sbwarn.releases.calibration import KINDS, Bent, Calibration, Straight
from sbwarn.training.calibrate import Seen, anchored, calibrate, choose, log_loss, paired


def outcomes_of(log_odds, rng):
    return (rng.random(len(log_odds)) < 1 / (1 + np.exp(-log_odds))).astype(float)


def test_each_interval_with_enough_crises_gets_its_own_line():
    rng = np.random.default_rng(3)
    odds, interval = rng.normal(-1, 1.5, 9000), np.repeat([0, 1, 2], 3000)
    happened = outcomes_of(np.array([1.0, 0.6, 1.4])[interval] * odds, rng)

    found = calibrate(odds, interval, happened)

    assert found.slope == pytest.approx((1.0, 0.6, 1.4), abs=0.15)
    assert found.n == (3000, 3000, 3000)


def test_an_interval_with_few_crises_takes_the_line_of_all():
    rng = np.random.default_rng(3)
    odds, interval = rng.normal(-1, 1.5, 4040), np.repeat([0, 1, 2], [2000, 2000, 40])
    happened = outcomes_of(odds, rng)

    found = calibrate(odds, interval, happened)

    assert (found.slope[2], found.level[2]) == line(odds, happened)
    assert found.n == (2000, 2000, 0)


def test_a_line_that_would_turn_the_order_round_is_not_used():
    rng = np.random.default_rng(3)
    odds, interval = rng.normal(0, 1.5, 6000), np.repeat([0, 1, 2], 2000)
    happened = outcomes_of(np.array([1.0, 1.0, -1.0])[interval] * odds, rng)

    found = calibrate(odds, interval, happened)

    assert min(found.slope) > 0
    assert found.slope[2] == line(odds, happened)[0]


@pytest.mark.parametrize("kind", KINDS)
def test_one_outcome_alone_leaves_the_model_at_its_word(kind):
    found = calibrate(np.array([0.1, -2.0]), np.array([0, 1]), np.zeros(2), kind=kind)

    odds = np.array([[-3.0, 0.5, 2.0]])
    np.testing.assert_allclose(found.hazards(odds), 1 / (1 + np.exp(-odds)), rtol=1e-12)
    assert found.n == (0, 0, 0)


def test_no_calibration_but_the_level_makes_the_mean_risk_the_rate_that_was_seen():
    rng = np.random.default_rng(5)
    odds = rng.normal(-3, 2, 3000)
    happened = (rng.random(3000) < 0.2).astype(float)

    found = calibrate(odds, np.zeros(3000, dtype=int), happened, kind="none")

    assert found.curves == (Straight(),) * 3
    assert found.hazards(np.repeat(odds[:, None], 3, axis=1)).mean() == pytest.approx(
        happened.mean(), abs=1e-9
    )


def test_the_bent_curve_equals_an_unpenalised_regression_on_both_logarithms():
    rng = np.random.default_rng(7)
    odds = rng.normal(-1, 1.5, 20_000)
    p = 1 / (1 + np.exp(-odds))
    sides = np.column_stack([np.log(p), -np.log(1 - p)])
    happened = outcomes_of(0.3 + sides @ np.array([1.3, 0.6]), rng)

    found = calibrate(odds, np.zeros(20_000, dtype=int), happened, kind="beta")

    model = LogisticRegression(C=np.inf, tol=1e-12, max_iter=5000).fit(sides, happened)
    curve = found.curves[0]
    assert (curve.a, curve.b, found.level[0]) == pytest.approx(
        (*model.coef_[0], model.intercept_[0]), abs=1e-4
    )


@pytest.mark.parametrize(
    ("flat", "rising", "truth"),
    [
        ("a", "b", lambda odds: np.maximum(-odds, 0) + 3 * np.maximum(odds, 0) - 4),
        ("b", "a", lambda odds: -3 * np.maximum(-odds, 0) - np.maximum(odds, 0)),
    ],
)
def test_a_side_on_which_the_rates_fall_is_flat_and_the_other_is_found_again(flat, rising, truth):
    rng = np.random.default_rng(7)
    odds = rng.normal(0, 2, 20_000)
    happened = outcomes_of(truth(odds), rng)

    found = calibrate(odds, np.zeros(20_000, dtype=int), happened, kind="beta")

    side = np.logaddexp(0, odds) if rising == "b" else -np.logaddexp(0, -odds)
    model = LogisticRegression(C=np.inf, tol=1e-12, max_iter=5000).fit(side[:, None], happened)
    assert getattr(found.curves[0], flat) == 0
    assert (getattr(found.curves[0], rising), found.level[0]) == pytest.approx(
        (model.coef_[0, 0], model.intercept_[0]), abs=1e-4
    )


def test_the_steps_are_those_of_the_isotonic_regression_with_one_more_row_each():
    rng = np.random.default_rng(7)
    odds = rng.normal(-1, 1.5, 5000).round(1)
    happened = outcomes_of(odds, rng)

    found = calibrate(odds, np.zeros(5000, dtype=int), happened, kind="isotonic")

    fitted = IsotonicRegression(out_of_bounds="clip").fit_transform(odds, happened)
    at, to = [], []
    for rate in np.unique(fitted):
        mine = fitted == rate
        smooth = (happened[mine].sum() + happened.mean()) / (mine.sum() + 1)
        at.append(odds[mine].mean())
        to.append(np.log(smooth / (1 - smooth)))
    assert found.curves[0].at == pytest.approx(at)
    assert found.curves[0].to == pytest.approx(np.maximum.accumulate(to))
    assert found.level == (0.0,) * 3


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_turns_the_order_of_the_shops_round(kind):
    rng = np.random.default_rng(9)
    odds, interval = rng.normal(-1, 2, 6000), np.repeat([0, 1, 2], 2000)
    happened = outcomes_of(np.array([1.0, 0.2, -1.0])[interval] * odds, rng)

    found = calibrate(odds, interval, happened, kind=kind)

    grid = np.repeat(np.linspace(-12, 12, 3001)[:, None], 3, axis=1)
    assert (np.diff(found.hazards(grid), axis=0) >= 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_anchored_level_makes_the_mean_risk_the_rate_that_was_seen(kind):
    rng = np.random.default_rng(5)
    odds, interval = rng.normal(-3, 2, 3000), np.repeat([0, 1, 2], 1000)
    happened = (rng.random(3000) < np.array([0.1, 0.2, 0.6])[interval]).astype(float)
    seen = calibrate(rng.normal(-3, 2, 3000), interval, outcomes_of(0.5 * odds, rng), kind=kind)

    found = anchored(seen, odds, interval, happened)

    assert found.curves == seen.curves
    risk = 1 / (1 + np.exp(-found.log_odds(odds, interval)))
    for number in range(3):
        mine = interval == number
        assert risk[mine].mean() == pytest.approx(happened[mine].mean(), abs=1e-9)


def test_an_interval_without_an_answer_takes_the_level_of_all_rows():
    rng = np.random.default_rng(5)
    odds, interval = rng.normal(-3, 1, 4000), np.repeat([0, 1], 2000)
    happened = outcomes_of(odds, rng)
    seen = Calibration(kind="platt", curves=(Straight(slope=0.5),) * 3, level=(9.0,) * 3, n=(1,) * 3, venn=())

    found = anchored(seen, odds, interval, happened)

    risk = 1 / (1 + np.exp(-(found.level[2] + 0.5 * odds)))
    assert risk.mean() == pytest.approx(happened.mean(), abs=1e-9)


def test_without_a_crisis_the_anchored_levels_are_zero():
    seen = Calibration(kind="none", curves=(Straight(),) * 3, level=(9.0,) * 3, n=(1,) * 3, venn=())

    found = anchored(seen, np.zeros(4), np.zeros(4, dtype=int), np.zeros(4))

    assert found.level == (0.0, 0.0, 0.0)


def seen_of(shape, *, seed=1, months=(0,), count=12_000) -> Seen:
    """Rows whose true log-odds are a shape of the model's."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(-1, 1.6, count)
    return Seen(
        log_odds=odds,
        interval=np.zeros(count, dtype=int),
        happened=outcomes_of(shape(odds), rng),
        month=np.resize(months, count),
        shop=np.arange(count),
    )


def steps(odds):
    return np.where(odds < -1, -4.0, np.where(odds < 0.5, -0.5, 3.0))


SHAPES = {
    "none": lambda odds: odds,
    "platt": lambda odds: 0.5 * odds - 1,
    "beta": Bent(a=0.2, b=2.0),
    "isotonic": steps,
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_that_later_months_ask_for_is_chosen(kind):
    found = choose([seen_of(SHAPES[kind], seed=1), seen_of(SHAPES[kind], seed=2)])

    assert found.kind == kind
    assert found.n == 12_000
    assert found.events == seen_of(SHAPES[kind], seed=2).happened.sum()


@pytest.mark.parametrize(
    ("slope", "moved", "wanted"), [(1.0, -2, "none"), (0.7, -2, "platt"), (1.2, 2, "platt")]
)
def test_a_level_that_moved_is_no_reason_for_another_shape(slope, moved, wanted):
    found = choose([seen_of(lambda odds: slope * odds), seen_of(lambda odds: slope * odds + moved, seed=2)])

    assert found.kind == wanted


def test_a_shape_that_the_next_origin_does_not_confirm_is_not_chosen():
    found = choose([seen_of(SHAPES["platt"], seed=1), seen_of(SHAPES["none"], seed=2)])

    assert found.kind == "none"
    assert found.gain["platt"].high < 0


def test_a_single_origin_is_judged_on_the_later_half_of_its_months():
    early, late = (
        seen_of(SHAPES["platt"], seed=1, months=(4, 5)),
        seen_of(SHAPES["platt"], seed=2, months=(6, 7, 8)),
    )
    both = Seen(
        **{
            name: np.concatenate([getattr(late, name), getattr(early, name)])
            for name in ("log_odds", "interval", "happened", "month", "shop")
        }
    )

    found = choose([both])

    assert (found.kind, found.n, found.events) == ("platt", 12_000, late.happened.sum())


def test_ten_months_of_one_shop_are_no_ten_shops():
    once = [seen_of(lambda odds: 0.8 * odds, seed=seed) for seed in (1, 2)]
    tenfold = [each.where(np.repeat(np.arange(12_000), 10)) for each in once]
    strangers = [replace(each, shop=np.arange(120_000)) for each in tenfold]

    one, same, apart = (choose(each).gain["platt"] for each in (once, tenfold, strangers))

    assert same.high - same.low == pytest.approx(one.high - one.low, rel=0.02)
    assert apart.high - apart.low == pytest.approx((one.high - one.low) / np.sqrt(10), rel=0.02)


@pytest.mark.parametrize("seen", [[], [seen_of(SHAPES["platt"], months=(3,))]])
def test_with_nothing_to_judge_by_the_model_is_taken_at_its_word(seen):
    found = choose(seen)

    assert (found.kind, found.n, found.log_loss) == ("none", 0, {})


def test_the_error_of_a_gain_counts_shops_and_not_rows():
    gain = np.array([0.5, 0.1, -0.2, 0.4, 0.3])
    shop = np.array(["a", "a", "b", "c", "c"])

    value, error = paired(gain, shop)

    pieces = np.array([0.6, -0.2, 0.7]) / 5
    assert (value, error) == pytest.approx((0.22, np.sqrt(3) * pieces.std(ddof=1)))


def test_the_gain_of_one_shop_has_no_error_that_could_be_known():
    assert paired(np.array([1.0, 2.0]), np.array(["a", "a"])) == (1.5, np.inf)


def test_the_loss_of_a_forecast_is_the_logarithm_of_what_it_gave_to_what_came():
    assert log_loss(np.log([0.25 / 0.75, 3.0]), np.array([0.0, 1.0])) == pytest.approx(-np.log([0.75, 0.75]))
