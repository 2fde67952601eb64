"""A release that an earlier version of this library wrote still loads, and still gives the risks that it gave."""

from pathlib import Path

import pytest

from sbwarn.releases.load import READ, load_release
from sbwarn.releases.record import PROTOCOL

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.parametrize("protocol", [number for number in READ if number != PROTOCOL])
def test_an_older_release_loads_and_recomputes_its_golden_rows(protocol):
    (folder,) = (GOLDEN / f"protocol-{protocol}").iterdir()

    release = load_release(folder)

    assert release.id == folder.name
    assert release.metrics["6"]["all"]["ours"]["auc"].n > 0


def test_a_release_of_protocol_1_has_no_gates_and_says_nothing_that_it_did_not_know():
    (folder,) = (GOLDEN / "protocol-1").iterdir()

    release = load_release(folder)

    assert (release.gates, dict(release.measures), dict(release.facts)) == ((), {}, {})
