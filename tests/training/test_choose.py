"""The settings of a training: given, or searched for and then held to directions."""

from functools import cache

import pytest

from sbwarn.indicators.build import named
from sbwarn.tables.month import as_month
from sbwarn.training.choose import choose
from sbwarn.training.fit import Settings
from sbwarn.training.material import gather
from tests import small_city

FACTS = named(("sales_last_vs_3m", "sales_yoy", "sales_cv_12m", "months_since_sales"))
FEW = Settings(trees=10, leaves=7, learning_rate=0.1)


@cache
def material():
    month = as_month(small_city.TRAINED)
    return gather(small_city.history(), month, label=None, wanted=FACTS, progress=lambda _: None)


def test_without_trials_the_given_settings_stay_as_they_are():
    given = Settings(trees=10, monotone={"sales_yoy": -1})

    found = choose(material(), trials=0, seed=1, start=given)

    assert found.settings == given
    assert (found.search, found.held) == (None, None)


def test_a_search_begins_with_the_given_settings_and_ends_with_directions(tmp_path):
    told = []

    found = choose(material(), trials=2, seed=1, study=tmp_path / "study", start=FEW, progress=told.append)

    assert len(found.search.trials) == 2
    assert found.search.trials[0].settings == FEW
    assert dict(found.settings.monotone) == dict(found.held.monotone)
    assert set(found.held.monotone) <= {fact.name for fact in FACTS if fact.riskier}
    assert (tmp_path / "study").exists()
    assert len(told) >= 2 + len(found.held.tried)


def test_the_number_of_trials_is_declared_unless_it_is_given(monkeypatch):
    asked = []

    def stop(*_, trials, **__):
        asked.append(trials)
        raise InterruptedError

    monkeypatch.setattr("sbwarn.training.choose.search", stop)
    with pytest.raises(InterruptedError):
        choose(material(), trials=None, seed=1)

    assert asked == [None]


def test_the_months_after_the_last_that_teaches_are_watched_and_teach_nothing():
    found = material()

    later = [each.month for each in found.taken if each.month > found.split.last]
    assert later == [found.split.last + 1, found.split.last + 2]
    assert max(each.month for each in found.taken) == found.events.mature - 1
    assert int(found.rows.month.max()) == found.split.last
