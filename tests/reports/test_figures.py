"""The charts of a training: one a horizon, the same every time, with n and crises."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sbwarn.reports.figures import rankings, training_figures


def outcomes(n: int = 200, crises: int = 30, *, trading: bool = True) -> pd.DataFrame:
    """The first `crises` rows had one; risks fall from row to row."""
    return pd.DataFrame(
        {"risk": np.linspace(0.9, 0.01, n), "happened": [1] * crises + [0] * (n - crises), "trading": trading}
    )


def test_every_horizon_has_one_chart(tmp_path):
    written = training_figures({"3": outcomes(), "6": outcomes()}, tmp_path)

    assert [path.name for path in written] == ["outcomes_3m.svg", "outcomes_6m.svg"]


def test_the_files_named_are_all_that_was_written(tmp_path):
    written = training_figures({"3": outcomes(), "6": outcomes()}, tmp_path)

    assert sorted(tmp_path.iterdir()) == written


@pytest.mark.parametrize(
    "rows",
    [outcomes().iloc[:0], outcomes(20, 0), outcomes(20, 20)],
    ids=["no rows", "no crisis", "crises only"],
)
def test_a_horizon_that_shows_nothing_has_no_chart(rows, tmp_path):
    written = training_figures({"3": rows, "6": outcomes()}, tmp_path)

    assert [path.name for path in written] == ["outcomes_6m.svg"]


def test_the_same_outcomes_give_the_same_bytes(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    (first,) = training_figures({"6": outcomes()}, tmp_path / "a")
    (second,) = training_figures({"6": outcomes()}, tmp_path / "b")

    assert first.read_bytes() == second.read_bytes()


def test_the_title_tells_n_and_crises(tmp_path):
    (path,) = training_figures({"6": outcomes(1200, 30)}, tmp_path)

    assert "Crisis within 6 months, out of time: n = 1,200, crises = 30" in path.read_text(encoding="utf-8")


def test_the_legend_counts_the_trading_shops(tmp_path):
    rows = outcomes(200, 30)
    rows.loc[::2, "trading"] = False

    (path,) = training_figures({"6": rows}, tmp_path)

    assert "trading, n = 100" in path.read_text(encoding="utf-8")


def test_a_horizon_without_trading_shops_still_has_a_chart(tmp_path):
    (path,) = training_figures({"6": outcomes(trading=False)}, tmp_path)

    assert "trading, n" not in path.read_text(encoding="utf-8")


def test_fewer_shops_than_tenths_still_make_a_chart(tmp_path):
    written = training_figures({"6": outcomes(3, 1)}, tmp_path)

    assert [path.name for path in written] == ["outcomes_6m.svg"]


def test_a_simulated_city_is_called_synthetic_in_the_title(tmp_path):
    (tmp_path / "real").mkdir()

    (marked,) = training_figures({"6": outcomes()}, tmp_path, synthetic=True)
    (plain,) = training_figures({"6": outcomes()}, tmp_path / "real")

    assert "crises = 30 (synthetic)" in marked.read_text(encoding="utf-8")
    assert "synthetic" not in plain.read_text(encoding="utf-8")


class Panel:
    """Keeps what is drawn."""

    def plot(self, across, up, **_: object) -> None:
        self.across, self.up = across, up


def test_shops_of_equal_risk_are_one_step_of_each_curve():
    panels = (Panel(), Panel(), Panel())

    rankings(panels, np.array([0.9, 0.5, 0.5, 0.1]), np.array([1, 0, 1, 0]), "all")

    roc, precision, capture = panels
    assert list(zip(roc.across, roc.up, strict=True)) == [(0, 0), (0, 0.5), (0.5, 1), (1, 1)]
    assert list(zip(precision.across, precision.up, strict=True)) == [(0.5, 1), (1, 2 / 3), (1, 0.5)]
    assert list(zip(capture.across, capture.up, strict=True)) == [(0, 0), (0.25, 0.5), (0.75, 1), (1, 1)]
