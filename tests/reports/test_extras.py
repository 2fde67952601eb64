"""A library that is not installed: told by name of the extra, before anything is written."""

from __future__ import annotations

import pandas as pd
import pytest

from sbwarn.errors import SettingError
from sbwarn.reports import extras
from sbwarn.reports.extras import report_library
from sbwarn.reports.figures import training_figures
from sbwarn.reports.monthly import write_monthly
from tests.reports.city import ACCOUNTING, city, vacancy_of, watch_of


@pytest.fixture
def without(monkeypatch):
    """Makes one library look as if it were not installed."""
    real = extras.import_module

    def hide(library: str) -> None:
        def look(name: str):
            if name == library:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            return real(name)

        monkeypatch.setattr(extras, "import_module", look)

    return hide


def test_a_missing_library_is_a_setting_error_that_names_the_extra(without):
    without("jinja2")

    with pytest.raises(SettingError, match=r"sbwarn\[report\]"):
        report_library("jinja2")


def test_the_error_keeps_its_cause(without):
    without("jinja2")

    with pytest.raises(SettingError) as refusal:
        report_library("jinja2")

    assert isinstance(refusal.value.__cause__, ModuleNotFoundError)


@pytest.mark.parametrize("library", ["jinja2", "xlsxwriter"])
def test_a_report_without_its_library_names_the_extra(library, without, tmp_path):
    without(library)
    month = city({"D1": 5})

    with pytest.raises(SettingError, match=r"sbwarn\[report\]"):
        write_monthly(month, watch_of(month), vacancy_of({}), ACCOUNTING, tmp_path / "report", language="en")


@pytest.mark.parametrize("library", ["jinja2", "xlsxwriter"])
def test_a_report_without_its_library_writes_nothing(library, without, tmp_path):
    without(library)
    month = city({"D1": 5})

    with pytest.raises(SettingError):
        write_monthly(month, watch_of(month), vacancy_of({}), ACCOUNTING, tmp_path / "report")

    assert list(tmp_path.iterdir()) == []


def test_a_report_does_not_need_the_charting_library(without, tmp_path):
    without("matplotlib")
    month = city({"D1": 5})

    out = write_monthly(month, watch_of(month), vacancy_of({}), ACCOUNTING, tmp_path / "report")

    assert (out / "report.html").is_file()


def test_charts_without_their_library_name_the_extra(without, tmp_path):
    without("matplotlib")
    rows = pd.DataFrame({"risk": [0.1, 0.9], "happened": [0, 1], "trading": [True, True]})

    with pytest.raises(SettingError, match=r"sbwarn\[report\]"):
        training_figures({"6": rows}, tmp_path)
