"""A past score computed again: the same to the last bit, or every difference told."""

from dataclasses import replace

import numpy as np
import pytest

from sbwarn.errors import InputError, ReleaseError
from sbwarn.replay.archive import keep, recorded_in
from sbwarn.replay.recorded import result_of
from sbwarn.replay.replay import differences, panel_of, release_of, replay
from sbwarn.tables.panel import NEVER, QUANTITIES
from tests import recorded_city, small_city


@pytest.fixture(scope="module")
def record():
    return recorded_city.pairs()[0][0]


def test_every_shop_of_a_month_is_replayed_bit_for_bit():
    release = small_city.release()

    for record in recorded_city.recorded(recorded_city.EARLIER):
        score = replay(record, release=release)
        assert result_of(score) == record.result
        assert differences(record, score) == ()


def test_a_score_is_replayed_bit_for_bit_after_it_was_kept_and_found(tmp_path):
    for pair in recorded_city.pairs()[:20]:
        for record, release in zip(pair, recorded_city.releases(), strict=True):
            found = recorded_in(tmp_path, keep(record, tmp_path))
            assert result_of(replay(found, release=release)) == record.result


def test_a_score_without_reasons_is_replayed_without_reasons(record):
    bare = replace(record, explained=False)

    assert replay(bare, release=small_city.release()).reasons == ()


def test_a_record_gives_the_panel_back_that_it_was_made_of():
    whole = small_city.history().as_known(recorded_city.LATER)
    for shop, record in enumerate(recorded_city.recorded(recorded_city.LATER, other=True)[:40]):
        panel = panel_of(record)
        for quantity in record.monthly:
            np.testing.assert_array_equal(
                panel.quantities[quantity][:, 0], whole.quantities[quantity][:, shop]
            )
        for name in ("opened", "closed", "floor_area", "lease_ends", "voucher_since", "industry"):
            np.testing.assert_array_equal(getattr(panel.shops, name)[0], getattr(whole.shops, name)[shop])


def test_an_unknown_fact_stays_unknown(record):
    panel = panel_of(replace(record, facts={}, monthly={}))

    assert panel.shops.opened[0] == NEVER
    assert np.isnan(panel.shops.floor_area[0])
    assert all(np.isnan(panel.quantities[name]).all() for name in QUANTITIES)


def test_a_last_bit_of_a_risk_is_told_by_its_field(record):
    score = replay(record, release=small_city.release())
    risk = {**score.risk, 6: float(np.nextafter(score.risk[6], 1.0))}

    found = differences(record, replace(score, risk=risk))

    assert [each.field for each in found] == ["risk.6"]
    assert found[0].recorded == repr(score.risk[6])
    assert found[0].replayed == repr(risk[6])
    assert "risk.6: recorded 0." in found[0].text("en")


def test_a_reason_that_is_gone_is_told_field_by_field():
    record = next(each for each, _ in recorded_city.pairs() if len(each.result["reasons"]) > 1)
    score = replay(record, release=small_city.release())

    found = differences(record, replace(score, reasons=score.reasons[:-1]))

    last = len(score.reasons) - 1
    assert found
    assert {each.field.rpartition(".")[0] for each in found} == {f"reasons.{last}"}
    assert {each.replayed for each in found} == {"–"}


def test_another_release_is_refused(record):
    with pytest.raises(ReleaseError, match="was made with release city-2026-03-"):
        replay(record, release=recorded_city.other_release())


def test_another_release_under_the_same_name_is_refused(record):
    posing = replace(recorded_city.other_release(), id=record.release)

    with pytest.raises(ReleaseError, match="was made with release city-2026-03-"):
        replay(record, release=posing)


def test_the_release_of_a_score_is_found_among_the_models(record):
    assert release_of(record, models=small_city.models()).id == record.release


def test_a_missing_release_is_told_with_the_score_that_needs_it(record, tmp_path):
    with pytest.raises(ReleaseError, match=f"score {record.score_id} was made with release {record.release}"):
        release_of(record, models=tmp_path)


def test_a_record_of_newer_code_is_refused_by_the_names_that_are_strange(record):
    newer = replace(record, facts={**record.facts, "shoe_size": 42.0})

    with pytest.raises(InputError, match="holds shoe_size"):
        replay(newer, release=small_city.release())


def test_a_quantity_that_came_later_into_the_code_was_unknown_then(record):
    lags = {name: lag for name, lag in record.lags.items() if name != "rating"}
    monthly = {name: told for name, told in record.monthly.items() if name != "rating"}

    assert np.isnan(panel_of(replace(record, lags=lags, monthly=monthly)).quantities["rating"]).all()
