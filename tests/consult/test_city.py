"""A shop named by its id in a data set is scored as the monthly report scores it."""

import pytest

from sbwarn import score_business
from sbwarn.errors import InputError
from sbwarn.replay.recorded import recorded_of
from sbwarn.scoring.panel import score_panel
from sbwarn.tables.dataset import write_dataset
from tests import small_city


def test_an_id_in_a_data_set_has_the_score_of_the_month(tmp_path):
    write_dataset(small_city.dataset(), tmp_path / "city")
    month = small_city.scored().scores
    risky = month.loc[month["status"] == "scored"].nlargest(3, "risk_6m")

    for row in risky.itertuples():
        score = score_business(
            row.shop_id, data=tmp_path / "city", as_of=small_city.LAST, release=small_city.release()
        )
        assert score.risk[6] == row.risk_6m
        assert " ".join(reason.indicator for reason in score.reasons) == row.reasons
        assert score.synthetic


def test_without_a_month_it_is_the_first_as_of_which_the_last_sales_are_closed():
    shop = small_city.scored().scores["shop_id"].iloc[0]

    assert (
        score_business(shop, data=small_city.history(), release=small_city.release()).as_of == small_city.LAST
    )


def test_an_id_that_the_data_set_lacks_is_named():
    with pytest.raises(InputError, match="S99999"):
        score_business("S99999", data=small_city.history(), release=small_city.release())


def test_its_record_is_the_one_that_the_month_s_panel_gives():
    panel = small_city.history().as_known(small_city.LAST)
    scores = score_panel(panel, small_city.scored().peers, small_city.release(), synthetic=True)
    wanted = recorded_of(panel, small_city.scored().peers, small_city.release(), scores, synthetic=True)[0]

    score = score_business(wanted.shop_id, data=small_city.history(), release=small_city.release())

    assert (score.score_id, score.input_digest) == (wanted.score_id, wanted.input_digest)
