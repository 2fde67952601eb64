"""A release that an earlier version of this library wrote still loads, and still gives the risks that it gave."""

import json
from pathlib import Path

import numpy as np
import pytest

from sbwarn.indicators.build import named
from sbwarn.releases.load import READ, load_release
from sbwarn.releases.record import PROTOCOL

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.parametrize("protocol", [number for number in READ if number != PROTOCOL])
def test_an_older_release_loads_and_recomputes_its_golden_rows(protocol):
    (folder,) = (GOLDEN / f"protocol-{protocol}").iterdir()

    release = load_release(folder)

    assert release.id == folder.name
    assert release.metrics["6"]["all"]["ours"]["auc"].n > 0


def test_a_release_of_protocol_2_keeps_the_intervals_of_its_bands():
    (folder,) = (GOLDEN / "protocol-2").iterdir()
    band = json.loads((folder / "calibration.json").read_text("utf-8"))["bands"][1]

    low, high = (
        load_release(folder)
        .calibration.venn[1]
        .interval(np.array(band["upper"]), np.zeros(len(band["upper"]), dtype=int))
    )

    np.testing.assert_array_equal(low, np.minimum(band["low"], band["upper"]))
    np.testing.assert_array_equal(high, np.maximum(band["high"], band["upper"]))


def test_a_release_of_protocol_1_has_no_gates_and_says_nothing_that_it_did_not_know():
    (folder,) = (GOLDEN / "protocol-1").iterdir()

    release = load_release(folder)

    assert (release.gates, dict(release.measures), dict(release.facts)) == ((), {}, {})


@pytest.mark.parametrize("protocol", [number for number in READ if number < min(3, PROTOCOL)])
def test_a_release_that_knew_no_themes_tells_each_family_once(protocol):
    (folder,) = (GOLDEN / f"protocol-{protocol}").iterdir()

    release = load_release(folder)

    families = [fact.family for fact in named(release.indicators)]
    assert (
        len(set(zip(families, release.themes, strict=True))) == len(set(families)) == len(set(release.themes))
    )
