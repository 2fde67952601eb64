"""The generated pages are the ones that the code of this day generates."""

from pathlib import Path

import pytest

from sbwarn.cli.data import simulated
from sbwarn.cli.demo import LAST, MONTHS, SEED, SHOPS
from sbwarn.indicators.build import catalogue
from sbwarn.messages import LANGUAGES
from sbwarn.reports.catalogue import catalogue_page, known_in

PAGE = Path(__file__).parents[1] / "docs" / "indicators.md"


@pytest.fixture(scope="module")
def shares(tmp_path_factory):
    """How far each indicator is known in the city of `sbwarn demo`."""
    folder = tmp_path_factory.mktemp("docs") / "city"
    simulated(folder, shops=SHOPS, months=MONTHS, last=LAST, seed=SEED)
    return known_in(folder, LAST)


def test_the_page_of_indicators_is_current(shares):
    assert PAGE.read_text("utf-8") == catalogue_page(shares, language="en"), "run `make docs`"


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_every_indicator_has_its_line(tongue):
    page = catalogue_page(None, language=tongue)

    for fact in catalogue():
        assert page.count(f"| `{fact.name}` |") == 1
