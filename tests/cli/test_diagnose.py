"""The commands about one shop."""

import pytest
from click.testing import CliRunner

from sbwarn.cli.group import sbwarn
from sbwarn.errors import SettingError
from tests.consult.one_shop import MONTHS

SALES = "월,매출액(만원)\n" + "".join(f"{month},{900 - 20 * place}\n" for place, month in enumerate(MONTHS))
SHOP = ("--industry", "I56-coffee", "--district", "SJ01", "--rent", "150", "--unit", "만원")


def run(*arguments):
    found = CliRunner().invoke(sbwarn, list(map(str, arguments)), catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.stdout


def test_a_spreadsheet_becomes_a_score_a_sheet_and_a_kept_record(tmp_path):
    (tmp_path / "sales.csv").write_text(SALES, "cp949")
    told = run(
        "diagnose", "A17", "--sales", tmp_path / "sales.csv", *SHOP, "--out", tmp_path / "A17.html", "--keep", tmp_path,
        "--language", "ko",
    )  # fmt: skip

    assert "점포 A17" in told
    page = (tmp_path / "A17.html").read_text("utf-8")
    assert "A17" in page
    score_id = next(path.stem for path in (tmp_path / "scores").glob("*.json"))
    assert score_id in told
    assert "이의를 제기" in run("explain", score_id, "--in", tmp_path, "--language", "ko")


def test_a_shop_without_data_and_without_sales_is_asked_for_both():
    with pytest.raises(SettingError, match="--sales"):
        run("diagnose", "A17")
