"""What is measured of a candidate, and what its release keeps of it."""

import numpy as np

from tests import small_city


def measures():
    return small_city.training().release.measures


def test_every_figure_has_its_rows_and_an_interval_around_it():
    for name, figure in measures().items():
        assert figure.n > 0, name
        assert not figure.low > figure.value + 1e-12, name
        assert not figure.high < figure.value - 1e-12, name


def test_a_column_that_knows_the_answers_is_found_and_dealt_answers_are_not():
    assert measures()["planted/auc"].low > 0.92
    assert measures()["permuted/auc"].low <= 0.5 <= measures()["permuted/auc"].high


def test_the_worst_segment_is_the_one_with_the_lowest_figure():
    found = {
        name: figure.value
        for name, figure in measures().items()
        if name.startswith("segment/") and name.endswith("/auc") and name != "segment/worst/auc"
    }

    assert found
    assert measures()["segment/worst/auc"].value == min(found.values())


def test_each_table_that_a_city_may_lack_has_its_figure_and_what_is_lost_without_it():
    whole = small_city.training().release.metrics["6"]["all"]["ours"]["auc"].value

    for table in ("rent", "footfall", "customers", "costs"):
        without, lost = measures()[f"lacking/{table}/auc"], measures()[f"lacking/{table}/lost"]
        np.testing.assert_allclose(without.value + lost.value, whole, atol=1e-12)


def test_the_release_keeps_what_it_was_judged_by():
    release = small_city.release()

    assert set(release.measures) == set(measures())
    judged = {verdict.name: verdict for verdict in release.gates}
    assert judged["planted_leak"].passed
    assert judged["champion_drift"].passed is None
    assert judged["champion_drift"].holds
    assert release.facts["label"]["title"] == release.label
    assert release.facts["made"]["rows"] == small_city.training().rows
