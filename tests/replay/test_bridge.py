"""A bridge from one score to another: its parts add up, and each switch moves its own part alone."""

import json
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from sbwarn.errors import InputError, SettingError
from sbwarn.indicators.build import named
from sbwarn.replay.bridge import SWITCHES, bridge
from sbwarn.replay.changes import log_odds_of
from sbwarn.replay.digests import release_digest
from sbwarn.replay.recorded import result_of
from sbwarn.replay.replay import replay
from tests import recorded_city, small_city

FEW = 8


@pytest.fixture(scope="module")
def bridges():
    drawn = np.random.default_rng(1).permutation(len(recorded_city.pairs()))[:FEW]
    found = [recorded_city.pairs()[number] for number in drawn]
    return [(pair, bridge(*pair, releases=recorded_city.releases())) for pair in found]


def parts_of(parts):
    return {name: getattr(parts, name) for name in SWITCHES}


def scored_again(record, model=None, **changes):
    """The record with other inputs, and the result that they give."""
    changed = replace(record, **changes)
    score = replay(changed, release=model or small_city.release())
    return replace(changed, result=result_of(score))


def test_parts_add_up_to_the_change_exactly_in_every_order(bridges):
    for _, found in bridges:
        for parts in (found.points, found.log_odds):
            for order in permutations(parts_of(parts).values()):
                total = 0.0
                for part in order:
                    total += part
                assert total == parts.change == parts.after - parts.before
                assert parts.before + total == parts.after


def test_both_ends_are_the_recorded_risks(bridges):
    for pair, found in bridges:
        for record, points, odds in zip(
            pair,
            (found.points.before, found.points.after),
            (found.log_odds.before, found.log_odds.after),
            strict=True,
        ):
            risk = record.result["risk"]["6"]
            assert abs(points - 100 * risk) < 1e-13
            assert abs(odds - log_odds_of(risk)) < 1e-13


@pytest.mark.parametrize("horizon", [3, 12])
def test_another_horizon_bridges_its_own_risk(horizon):
    pair = recorded_city.pairs()[0]
    found = bridge(*pair, releases=recorded_city.releases(), horizon=horizon)

    assert abs(found.points.after - 100 * pair[1].result["risk"][str(horizon)]) < 1e-13
    assert found.points.before != bridge(*pair, releases=recorded_city.releases()).points.before


def test_the_parts_are_not_all_the_work_of_one_switch(bridges):
    for name in SWITCHES:
        assert any(getattr(found.log_odds, name) for _, found in bridges), name


def test_a_bridge_from_a_score_to_itself_is_all_zeros():
    for record, _ in recorded_city.pairs()[:FEW]:
        found = bridge(record, record, releases=(small_city.release(), small_city.release()))

        for parts in (found.points, found.log_odds):
            assert set(parts_of(parts).values()) == {0.0}
            assert parts.change == 0.0
        assert found.moved == ()


def test_the_way_back_has_the_same_parts_with_the_other_sign(bridges):
    releases = recorded_city.releases()
    for (before, after), found in bridges[:5]:
        back = bridge(after, before, releases=(releases[1], releases[0]))

        for there, home in ((found.points, back.points), (found.log_odds, back.log_odds)):
            assert parts_of(home) == {name: -part for name, part in parts_of(there).items()}


def test_a_new_release_alone_is_all_in_the_model_part():
    record = recorded_city.recorded(recorded_city.LATER)[0]
    other = recorded_city.recorded(recorded_city.LATER, other=True)[0]

    points = bridge(record, other, releases=recorded_city.releases()).points

    assert points.model == points.change != 0.0
    assert (points.data, points.season, points.peers) == (0.0, 0.0, 0.0)


def test_a_correction_of_past_months_is_all_in_the_revisions_part():
    record, _ = recorded_city.pairs()[0]
    halved = {
        month: amount / (2 if month > "2026" else 1) for month, amount in record.monthly["sales"].items()
    }
    fallen = scored_again(record, monthly={**record.monthly, "sales": halved})

    found = bridge(record, fallen, releases=(small_city.release(), small_city.release()))

    assert found.points.revisions == found.points.change > 0.0
    assert (found.points.data, found.points.model, found.points.season, found.points.peers) == (0, 0, 0, 0)
    assert found.moved


def test_a_month_that_was_told_late_counts_as_a_revision():
    record, _ = recorded_city.pairs()[0]
    last = max(record.monthly["sales"])
    early = {
        quantity: {month: amount for month, amount in told.items() if month != last}
        for quantity, told in record.monthly.items()
    }

    found = bridge(
        scored_again(record, monthly=early), record, releases=(small_city.release(), small_city.release())
    )

    assert found.points.revisions == found.points.change != 0.0


def test_a_new_fact_is_all_in_the_data_part():
    record, _ = recorded_city.pairs()[0]
    trades = sorted(
        {each.facts["industry"] for each, _ in recorded_city.pairs()} - {record.facts["industry"]}
    )
    other = scored_again(record, facts={**record.facts, "industry": trades[0]})

    points = bridge(record, other, releases=(small_city.release(), small_city.release())).points

    assert points.data == points.change != 0.0


def test_months_without_corrections_bring_no_revisions():
    for record, after in recorded_city.pairs()[:FEW]:
        told = {quantity: dict(months) for quantity, months in after.monthly.items()}
        for quantity in {*record.monthly, *told}:
            (first, last), (start, _) = record.window(quantity), after.window(quantity)
            told[quantity] = {
                month: amount for month, amount in told.get(quantity, {}).items() if month > last
            }
            told[quantity] |= {
                month: amount
                for month, amount in record.monthly.get(quantity, {}).items()
                if max(first, start) <= month
            }
        later = scored_again(after, model=recorded_city.other_release(), monthly=told)

        found = bridge(record, later, releases=recorded_city.releases())

        assert found.news.corrected == {}
        assert found.points.revisions == 0.0


def test_other_peers_alone_are_all_in_the_peers_part():
    changes = []
    for record, after in recorded_city.pairs()[:FEW]:
        moved = scored_again(record, peers=after.peers, peers_digest=after.peers_digest)
        points = bridge(record, moved, releases=(small_city.release(), small_city.release())).points
        assert points.peers == points.change
        changes.append(points.change)

    assert any(changes)


def test_a_release_that_counts_months_as_closed_later_can_be_bridged():
    record, _ = recorded_city.pairs()[0]
    patient = replace(
        small_city.release(), id="city-2026-03-pat1ent0", lags={**small_city.release().lags, "sales": 2}
    )
    lags = {**record.lags, "sales": 2, "transactions": 2, "cancelled": 2, "delivery": 2}
    later = scored_again(
        record,
        patient,
        as_of="2026-05",
        lags=lags,
        release=patient.id,
        release_digest=release_digest(patient),
    )

    points = bridge(record, later, releases=(small_city.release(), patient)).points

    assert sum(parts_of(points).values()) == points.change
    assert points.peers == 0.0


def test_another_month_alone_is_all_in_the_season_part():
    changes = []
    for record, _ in recorded_city.pairs()[:FEW]:
        moved = scored_again(record, as_of="2030-04", monthly=shifted(record, 48))
        points = bridge(record, moved, releases=(small_city.release(), small_city.release())).points
        assert points.season == points.change
        changes.append(points.change)

    assert any(changes)


def shifted(record, months):
    """The monthly figures, so many months later."""
    return {
        quantity: {
            str(np.datetime64(month, "M") + np.timedelta64(months, "M")): amount
            for month, amount in told.items()
        }
        for quantity, told in record.monthly.items()
    }


def test_only_what_is_known_in_both_scores_is_told_as_moved(bridges):
    told = [each for _, found in bridges for each in found.moved]
    may_tell = {fact.name for fact in named(small_city.release().indicators) if fact.tells}

    assert told
    assert not [each for each in told if np.isnan([each.before, each.after]).any()]
    assert {each.indicator for each in told} <= may_tell
    assert all(each.before != each.after for each in told)
    assert all(len(found.moved) <= 4 for _, found in bridges)


def test_the_strongest_move_is_told_first(bridges):
    for _, found in bridges:
        strengths = [abs(each.push) for each in found.moved]
        assert strengths == sorted(strengths, reverse=True)


@pytest.mark.parametrize("tongue", ["ko", "en"])
def test_the_parts_that_a_reader_sees_add_up_to_the_change_that_is_shown(bridges, tongue):
    for _, found in bridges:
        head, *rows = found.text(tongue).splitlines()
        parts = [round(10 * float(row.split()[0])) for row in rows[:5]]
        shown = [word.strip("%,.(") for word in head.replace("%", " % ").split()]
        numbers = [float(word) for word in shown if word.replace(".", "", 1).isdigit() and "." in word]
        before, after = (round(10 * number) for number in numbers[:2])

        assert sum(parts) == after - before


def test_a_bridge_is_json_in_both_languages(bridges):
    found = bridges[0][1]

    for tongue in ("ko", "en"):
        page = json.loads(json.dumps(found.to_dict(tongue), allow_nan=False))
        assert sum(page["points"][name] for name in SWITCHES) == page["points"]["change"]


def test_a_model_of_a_simulated_city_is_named_as_a_demonstration(bridges):
    assert "DEMONSTRATION" in bridges[0][1].text("en")


def test_two_shops_are_refused():
    (first, _), (_, second) = recorded_city.pairs()[:2]

    with pytest.raises(InputError, match="two scores of one shop"):
        bridge(first, second, releases=recorded_city.releases())


def test_a_score_without_a_risk_is_refused():
    records = recorded_city.recorded(recorded_city.EARLIER)
    silent = next(each for each in records if each.result["status"] != "scored")

    with pytest.raises(InputError, match="holds no risk"):
        bridge(silent, silent, releases=(small_city.release(), small_city.release()))


def test_a_record_that_comes_out_differently_is_refused():
    record, _ = recorded_city.pairs()[0]
    forged = replace(record, result={**record.result, "risk": {**record.result["risk"], "6": 0.5}})

    with pytest.raises(InputError, match=r"was recorded with a risk of 0\.5"):
        bridge(forged, record, releases=(small_city.release(), small_city.release()))


def test_another_currency_is_refused():
    record, _ = recorded_city.pairs()[0]

    with pytest.raises(InputError, match="in one currency"):
        bridge(record, record, releases=(small_city.release(), replace(small_city.release(), currency="USD")))


def test_another_horizon_is_refused():
    record, _ = recorded_city.pairs()[0]

    with pytest.raises(SettingError, match="got 9"):
        bridge(record, record, releases=(small_city.release(), small_city.release()), horizon=9)
