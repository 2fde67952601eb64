"""Which training rows exist, and what they say."""

import numpy as np

from sbwarn.labels.events import FAR, Events
from sbwarn.labels.support import Helps
from sbwarn.training.rows import Snapshot, hazard_rows, outcomes
from tests.few_shops import few_about

NOW = 600
SHOPS = np.array(["closes_in_2", "closes_in_5", "gone_already", "lives", "moves_in_4"])
EVENTS = {"closes_in_2": NOW + 2, "closes_in_5": NOW + 5, "gone_already": NOW - 1}


def events(*, mature: int) -> Events:
    return Events.once(
        shop_ids=SHOPS,
        month=np.array([EVENTS.get(shop, FAR) for shop in SHOPS]),
        left=np.where(SHOPS == "moves_in_4", NOW + 4, FAR),
        mature=mature,
    )


def snapshot(*shops: str, month: int = NOW) -> Snapshot:
    ids = np.array(shops or SHOPS)
    return Snapshot(
        month=month,
        shop_ids=ids,
        values=np.arange(len(ids), dtype=float)[:, None],
        about=few_about(len(ids)),
        peers=None,
    )


def told(rows, interval: int) -> dict[str, float]:
    mine = rows.interval == interval
    return dict(zip(rows.shop[mine].tolist(), rows.happened[mine].tolist(), strict=True))


def test_the_first_interval_holds_every_shop_and_counts_those_already_gone():
    rows = hazard_rows([snapshot()], events(mature=NOW + 12))

    assert told(rows, 0) == {
        "closes_in_2": 1.0, "closes_in_5": 0.0, "gone_already": 1.0, "lives": 0.0, "moves_in_4": 0.0,
    }  # fmt: skip


def test_a_later_interval_holds_only_shops_alive_at_its_start():
    rows = hazard_rows([snapshot()], events(mature=NOW + 12))

    assert told(rows, 1) == {"closes_in_5": 1.0, "lives": 0.0}
    assert told(rows, 2) == {"lives": 0.0}


def test_a_shop_that_moves_within_an_interval_is_neither_crisis_nor_proof_of_none():
    rows = hazard_rows([snapshot("moves_in_4")], events(mature=NOW + 12))

    assert told(rows, 0) == {"moves_in_4": 0.0}
    assert told(rows, 1) == {}
    assert told(rows, 2) == {}


def test_an_interval_that_ends_in_the_last_mature_month_teaches_and_a_later_one_does_not():
    rows = hazard_rows([snapshot()], events(mature=NOW + 6))

    assert set(rows.interval.tolist()) == {0, 1}
    assert set(hazard_rows([snapshot()], events(mature=NOW + 5)).interval.tolist()) == {0}


def test_a_closing_in_the_last_month_of_an_interval_belongs_to_it():
    shop = np.array(["a"])
    known = Events.once(shop_ids=shop, month=np.array([NOW + 3]), left=np.array([FAR]), mature=NOW + 12)

    rows = hazard_rows([snapshot("a")], known)

    assert told(rows, 0) == {"a": 1.0}
    assert told(rows, 1) == {}


def test_each_row_tells_when_it_could_be_learnt_and_keeps_its_shops_values():
    rows = hazard_rows([snapshot("lives"), snapshot("lives", month=NOW + 1)], events(mature=NOW + 12))

    np.testing.assert_array_equal(rows.month, [NOW, NOW, NOW, NOW + 1, NOW + 1])
    np.testing.assert_array_equal(rows.ends, [NOW + 3, NOW + 6, NOW + 12, NOW + 4, NOW + 7])
    np.testing.assert_array_equal(rows.values, np.zeros((5, 1)))


def test_shops_are_matched_by_name_and_not_by_place():
    rows = hazard_rows([snapshot("lives", "closes_in_2")], events(mature=NOW + 3))

    assert told(rows, 0) == {"lives": 0.0, "closes_in_2": 1.0}
    np.testing.assert_array_equal(rows.values[rows.shop == "closes_in_2"], [[1.0]])


def test_no_mature_interval_gives_no_rows_of_the_right_width():
    rows = hazard_rows([snapshot()], events(mature=NOW + 2))

    assert rows.values.shape == (0, 1)
    assert len(rows.ends) == 0


def test_outcomes_within_a_horizon_leave_out_shops_that_moved():
    found = outcomes([snapshot()], events(mature=NOW + 6), 6)

    assert dict(zip(found.shop.tolist(), found.happened.tolist(), strict=True)) == {
        "closes_in_2": True, "closes_in_5": True, "gone_already": True, "lives": False,
    }  # fmt: skip


def test_a_shop_that_had_ended_before_its_month_was_no_longer_trading():
    found = outcomes([snapshot()], events(mature=NOW + 3), 3)

    assert found.shop[~found.trading].tolist() == ["gone_already"]


def test_outcomes_of_a_horizon_that_is_not_mature_do_not_exist():
    assert outcomes([snapshot()], events(mature=NOW + 11), 12) is None


def helps(**months: int) -> Helps:
    return Helps(shop_ids=np.array(sorted(months)), month=np.array([months[shop] for shop in sorted(months)]))


HELPED = helps(closes_in_5=NOW + 4, lives=NOW)


def test_help_marks_the_rows_whose_answer_came_after_it():
    rows = hazard_rows([snapshot()], events(mature=NOW + 12), HELPED)

    # Help that began in the as-of month itself was there when the score was given.
    marked = [(str(shop), int(number)) for shop, number in zip(rows.shop, rows.interval, strict=True)]
    assert [each for each, helped in zip(marked, rows.helped, strict=True) if helped] == [("closes_in_5", 1)]
    assert (rows.weight == 1.0).all()


def test_censoring_leaves_out_the_helped_rows_and_no_others():
    kept = hazard_rows([snapshot()], events(mature=NOW + 12), HELPED)
    censored = hazard_rows([snapshot()], events(mature=NOW + 12), HELPED, way="censor")

    assert told(censored, 0) == told(kept, 0)
    assert told(censored, 1) == {"lives": 0.0}
    assert len(censored.shop) == len(kept.shop) - 1


def test_weighing_counts_the_helped_rows_by_half():
    rows = hazard_rows([snapshot()], events(mature=NOW + 12), HELPED, way="weight")

    assert (rows.weight[rows.helped] == 0.5).all()
    assert (rows.weight[~rows.helped] == 1.0).all()
    assert int(rows.helped.sum()) == 1


def test_outcomes_say_who_was_helped_within_the_horizon():
    for horizon, wanted in ((3, set()), (6, {"closes_in_5"})):
        seen = outcomes([snapshot()], events(mature=NOW + 12), horizon, HELPED)

        assert set(seen.shop[seen.helped].tolist()) == wanted
