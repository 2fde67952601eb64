"""A past score computed again: the same to the last bit, or every difference told."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sbwarn
from sbwarn.errors import InputError, ReleaseError
from sbwarn.releases.load import load_release, release_names
from sbwarn.replay.archive import keep, recorded_in
from sbwarn.replay.recorded import recorded_of, result_of
from sbwarn.replay.replay import differences, panel_of, release_of, replay
from sbwarn.scoring.panel import score_panel
from sbwarn.tables.panel import NEVER, QUANTITIES
from tests import recorded_city, small_city


@pytest.fixture(scope="module")
def record():
    return recorded_city.pairs()[0][0]


MODELS = Path(sbwarn.__file__).parents[1]
RELEASES = [
    (home, name)
    for home in (MODELS / "models", MODELS / "tests/golden/protocol-1")
    for name in release_names(home)
]


def test_scored_and_unscored_shops_are_replayed_bit_for_bit():
    records = recorded_city.recorded(recorded_city.EARLIER)
    some = [record for record in records if record.result["status"] != "scored"][:10]
    some += [record for record in records if record.result["status"] == "scored"][:20]

    for record in some:
        assert differences(record, replay(record, release=small_city.release())) == ()
    assert len({record.result["status"] for record in some}) > 1


@pytest.mark.parametrize(("home", "name"), RELEASES, ids=[name for _, name in RELEASES])
@pytest.mark.parametrize(("explained", "horizon"), [(True, 3), (True, 12), (False, 6)])
def test_each_release_that_lies_here_is_replayed_from_its_file(home, name, explained, horizon, tmp_path):
    release = load_release(name, models=home)
    panel = small_city.history().as_known(small_city.LAST).only(range(12))
    panel = replace(panel, lags={quantity: lag_of(release, quantity) for quantity in QUANTITIES})
    scores = score_panel(panel, release.peers, release, explain=explained, horizon=horizon)
    records = recorded_of(panel, release.peers, release, scores, explained=explained, horizon=horizon)

    for record, score in zip(records, scores, strict=True):
        found = recorded_in(tmp_path, keep(record, tmp_path))
        again = replay(found, release=release)
        assert differences(found, again) == ()
        assert result_of(again) == result_of(score) == found.result
        assert found == record


def lag_of(release, quantity):
    return release.lags.get(QUANTITIES[quantity][0], 0)


def test_the_language_and_the_notes_of_a_score_are_no_part_of_its_id(record):
    score = replay(record, release=small_city.release())
    spoken = replace(score, language="ko", notes=("read as 만원",))

    assert result_of(spoken) == record.result
    assert differences(record, spoken) == ()


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
