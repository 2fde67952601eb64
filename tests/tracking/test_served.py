"""What a model in the registry answers: the same as `score_businesses`, to the last bit."""

import json

import pandas as pd
import pytest

from sbwarn.consult.business import score_businesses
from sbwarn.errors import InputError
from sbwarn.tables.month import as_month, last_day
from sbwarn.tracking.model import save_model
from sbwarn.tracking.served import ANSWER, REQUIRED, answer, columns, example, tables_of
from sbwarn.tracking.store import hushed, mlflow
from tests import small_city
from tests.tracking.long import long_table, plain_tables

pytestmark = pytest.mark.filterwarnings("ignore:::mlflow", "ignore:::sqlalchemy", "ignore:::alembic")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """The release as MLflow loads it."""
    folder = tmp_path_factory.mktemp("served") / "model"
    with hushed():
        save_model(small_city.release_folder(), folder)
        return mlflow().pyfunc.load_model(str(folder))


@pytest.fixture(scope="module")
def rows():
    return long_table()


def test_the_loaded_model_says_what_score_businesses_says_to_the_last_bit(loaded, rows):
    wanted = score_businesses(**tables_of(rows), as_of=small_city.LAST, release=small_city.release())

    found = loaded.predict(rows, params={"as_of": small_city.LAST})

    pd.testing.assert_frame_equal(found, answer(wanted), check_exact=True)
    assert (found["status"] == "scored").sum() > 100
    scored = [score for score in wanted.values() if score.status == "scored"]
    assert list(found.loc[found["status"] == "scored", "risk_6"]) == [score.risk[6] for score in scored]


def test_the_long_table_loses_nothing_of_the_tables(rows):
    """The scores of the tables that the long one was made of, handed over as they were."""
    whole = score_businesses(**plain_tables(), as_of=small_city.LAST, release=small_city.release())

    through = score_businesses(**tables_of(rows), as_of=small_city.LAST, release=small_city.release())

    assert {shop: score.to_dict() for shop, score in through.items()} == {
        shop: score.to_dict() for shop, score in whole.items()
    }
    assert any("rent" not in score.unknown and "footfall" not in score.unknown for score in through.values())


def test_an_answer_is_plain_json_also_where_nothing_is_known(loaded, rows):
    found = loaded.predict(rows, params={"as_of": small_city.LAST})

    closed = found[found["status"] == "closed"]
    json.dumps(found.to_dict("records"), allow_nan=False)
    assert len(closed) > 0
    assert closed["risk_6"].isna().all()
    assert list(found.columns) == list(ANSWER)


def test_whole_numbers_and_unknown_values_are_taken(loaded):
    rows = example().astype({"sales": "int64"}).assign(rent=None, floor_area_m2=33)

    found = loaded.predict(rows)

    assert found["status"].tolist() == ["scored"]
    assert "rent" in found["unknown"][0]


def test_what_is_no_number_is_refused_by_the_schema_of_its_table(loaded):
    with pytest.raises(InputError, match="8 rows break a rule"):
        loaded.predict(example().assign(sales="much"))


def test_the_answer_speaks_the_language_that_was_asked_for(loaded):
    korean, english = (loaded.predict(example(), params={"language": tongue}) for tongue in ("ko", "en"))

    assert korean["risk_6"].tolist() == english["risk_6"].tolist()
    assert any("가" <= letter <= "힣" for letter in "".join(korean["reasons"][0]))
    assert "".join(english["reasons"][0]).isascii()


def test_a_table_without_a_column_that_is_needed_is_refused(loaded):
    from mlflow.exceptions import MlflowException

    with pytest.raises(MlflowException, match="district_id"):
        loaded.predict(example().drop(columns="district_id"))
    with pytest.raises(InputError, match="district_id"):
        tables_of(example().drop(columns="district_id"))


def test_facts_of_a_shop_may_stand_on_one_row():
    rows = example()
    rows.loc[1:, "opened_on"] = None

    assert tables_of(rows)["shops"]["opened_on"].tolist() == ["2023-04-01"]


def test_rows_of_a_shop_that_contradict_each_other_are_refused_without_naming_it():
    rows = example()
    rows.loc[3, "district_id"] = "elsewhere"

    with pytest.raises(InputError, match="1 shops contradict each other in district_id") as refusal:
        tables_of(rows)

    assert "A17" not in str(refusal.value)


def test_footfall_that_stands_on_the_rows_of_each_shop_of_a_district_is_one_row():
    rows = pd.concat([example(), example().assign(shop_id="B2")]).assign(footfall=900.0)

    assert len(tables_of(rows)["footfall"]) == 8


def test_every_column_has_one_meaning():
    told = columns()

    assert set(REQUIRED) <= set(told)
    assert "known_on" not in told
    assert {"rent", "footfall", "labour", "customers", "floor_area_m2"} <= set(told)


def test_months_after_the_as_of_month_change_nothing(loaded, rows):
    earlier = as_month(small_city.LAST) - 4
    known = rows[pd.to_datetime(rows["month"]) <= pd.Timestamp(last_day(earlier))]

    whole, cut = (loaded.predict(each, params={"as_of": str(earlier)}) for each in (rows, known))

    same = whole["shop_id"].isin(cut["shop_id"])
    assert whole[same]["risk_6"].tolist() == cut["risk_6"].tolist()
