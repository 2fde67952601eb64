"""A release that is not the one that was written is refused, and the process lives to say so."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sbwarn.errors import ReleaseError
from sbwarn.releases.load import FILES, load_release
from sbwarn.releases.names import MANIFEST
from sbwarn.releases.save import manifest_of
from tests import small_city

EVERY = (*FILES, MANIFEST)


@pytest.fixture
def folder(tmp_path):
    return small_city.copy_of_release(tmp_path)


def page_of(folder):
    return json.loads((folder / "release.json").read_text("utf-8"))


def manifest_again(folder):
    (folder / MANIFEST).write_text(manifest_of(folder), "utf-8")


def test_a_copy_that_is_whole_loads(folder):
    assert load_release(folder).id == folder.name


def test_a_release_that_is_signed_again_unchanged_keeps_its_name(folder):
    small_city.sign_again(folder)

    assert load_release(folder).id == folder.name


@pytest.mark.parametrize("name", EVERY)
def test_a_flipped_bit_is_refused_with_the_name_of_its_file(folder, name):
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)

    with pytest.raises(ReleaseError, match=name if name != MANIFEST else str(folder)):
        load_release(folder)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("keep", [0, 0.5, -1], ids=["empty", "half", "last_byte"])
def test_a_truncated_file_is_refused_with_its_name(folder, name, keep):
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: int(len(content) * keep)] if keep >= 0 else content[:-1])

    with pytest.raises(ReleaseError, match=name if name != MANIFEST else str(folder)):
        load_release(folder)


@pytest.mark.parametrize("name", EVERY)
def test_a_missing_file_is_refused_with_its_name(folder, name):
    (folder / name).unlink()

    with pytest.raises(ReleaseError, match=name):
        load_release(folder)


@pytest.mark.parametrize("name", EVERY)
def test_a_renamed_file_is_refused(folder, name):
    (folder / name).rename(folder / f"{name}.bak")

    with pytest.raises(ReleaseError, match=r"missing, unexpected or a link"):
        load_release(folder)


@pytest.mark.parametrize("name", EVERY)
def test_a_link_is_refused_even_to_the_right_bytes(folder, tmp_path, name):
    shutil.move(folder / name, tmp_path / "outside")
    (folder / name).symlink_to(tmp_path / "outside")

    with pytest.raises(ReleaseError, match=name):
        load_release(folder)


@pytest.mark.parametrize("name", EVERY)
def test_a_folder_in_place_of_a_file_is_refused(folder, name):
    (folder / name).unlink()
    (folder / name).mkdir()

    with pytest.raises(ReleaseError, match=name):
        load_release(folder)


@pytest.mark.parametrize("name", ["model.pkl", ".hidden", "booster.txt~", "가"])
def test_an_unexpected_file_is_refused_with_its_name(folder, name):
    (folder / name).write_bytes(b"\x80\x04.")

    with pytest.raises(ReleaseError, match=name):
        load_release(folder)


def test_an_unexpected_file_is_refused_even_if_the_manifest_lists_it(folder):
    (folder / "model.pkl").write_bytes(b"\x80\x04.")
    manifest_again(folder)

    with pytest.raises(ReleaseError, match=r"model\.pkl"):
        load_release(folder)


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace("a", "b"),
        lambda text: text.upper(),
        lambda text: text + "\n",
        lambda text: text.rstrip("\n"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\x0b"),
        lambda text: text + text.splitlines()[0] + "\n",
        lambda text: "\n".join(reversed(text.splitlines())) + "\n",
        lambda text: text.replace("  booster", "  ../booster"),
        lambda text: text.replace("  booster", "  bo\x00ster"),
        lambda text: "\ufeff" + text,
        lambda _: "",
    ],
    ids=range(12),
)
def test_an_edited_manifest_is_refused(folder, edit):
    (folder / MANIFEST).write_bytes(edit((folder / MANIFEST).read_text("utf-8")).encode())

    with pytest.raises(ReleaseError):
        load_release(folder)


@pytest.mark.parametrize("name", [name for name in FILES if name not in {"card.md", "release.json"}])
def test_a_file_and_the_manifest_edited_together_are_refused(folder, name):
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    manifest_again(folder)

    with pytest.raises(ReleaseError, match="are not those of release city-2026-03-"):
        load_release(folder)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("demonstration", False),
        ("lags", {"sales": 0}),
        ("seed", 7),
        ("as_of", "2030-01"),
        ("reference", [0.0]),
    ],
)
def test_a_fact_and_the_manifest_edited_together_are_refused(folder, key, value):
    small_city.write_page(folder, {**page_of(folder), key: value})
    manifest_again(folder)

    with pytest.raises(ReleaseError, match="are not those of release city-2026-03-"):
        load_release(folder)


def test_the_name_and_the_manifest_edited_together_are_refused(folder):
    small_city.write_page(folder, {**page_of(folder), "id": "texas-2026-03-" + folder.name[-8:]})
    manifest_again(folder)

    with pytest.raises(ReleaseError, match="are not those of release texas-2026-03-"):
        load_release(folder)


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "{}", '{"protocol": 1}', "\x00"])
def test_a_page_that_is_no_page_is_refused(folder, text):
    (folder / "release.json").write_text(text, "utf-8")
    manifest_again(folder)

    with pytest.raises(ReleaseError):
        load_release(folder)


def test_another_format_is_refused_with_both_numbers(folder):
    small_city.write_page(folder, {**page_of(folder), "protocol": 4})
    small_city.sign_again(folder)

    with pytest.raises(ReleaseError, match="format 4; this version reads format 3"):
        load_release(folder)


def test_an_indicator_of_another_version_is_refused_with_its_name_and_both_versions(folder):
    page = page_of(folder)
    page["indicators"][3]["version"] = 9
    small_city.write_page(folder, page)
    small_city.sign_again(folder)

    name = page["indicators"][3]["name"]
    with pytest.raises(ReleaseError, match=rf"was trained with {name} v9, this code has v\d; retrain"):
        load_release(folder)


def test_an_indicator_that_this_code_lacks_is_refused_with_its_name(folder):
    page = page_of(folder)
    page["indicators"][3]["name"] = "mood_of_the_owner"
    small_city.write_page(folder, page)
    small_city.sign_again(folder)

    with pytest.raises(ReleaseError, match="mood_of_the_owner"):
        load_release(folder)


def test_indicators_in_another_order_than_the_model_s_are_refused(folder):
    page = page_of(folder)
    page["indicators"] = page["indicators"][::-1]
    small_city.write_page(folder, page)
    small_city.sign_again(folder)

    with pytest.raises(ReleaseError, match=r"columns are not those of release\.json"):
        load_release(folder)


@pytest.mark.parametrize("key", ["indicators", "levels", "lags", "metrics", "reference", "label"])
def test_a_signed_page_that_lacks_a_fact_is_refused(folder, key):
    page = page_of(folder)
    del page[key]
    small_city.write_page(folder, page)
    small_city.sign_again(folder)

    with pytest.raises(ReleaseError, match=r"release\.json"):
        load_release(folder)


def test_a_signed_calibration_that_is_none_is_refused(folder):
    (folder / "calibration.json").write_text('{"slope": [1]}', "utf-8")
    small_city.sign_again(folder)

    with pytest.raises(ReleaseError, match=r"calibration\.json"):
        load_release(folder)


def test_signed_tables_that_are_none_are_refused(folder):
    for name in ("peers.parquet", "golden.parquet"):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(b"PAR1 not really")
        small_city.sign_again(folder)

        with pytest.raises(ReleaseError, match=name.partition(".")[0]):
            load_release(folder)
        (folder / name).write_bytes(whole)


@pytest.mark.parametrize("gap", [1e-6, np.nan])
def test_a_golden_risk_that_does_not_come_out_is_refused_with_its_row(folder, gap):
    golden = pd.read_parquet(folder / "golden.parquet")
    golden.loc[5, "risk.6"] += gap
    golden.to_parquet(folder / "golden.parquet")
    small_city.sign_again(folder)

    with pytest.raises(ReleaseError, match=r"golden row 5 \(1 of 64\)"):
        load_release(folder)


def test_a_calibration_that_says_something_else_is_caught_by_the_golden_rows(folder):
    page = json.loads((folder / "calibration.json").read_text("utf-8"))
    page["level"][0] += 0.001
    (folder / "calibration.json").write_text(json.dumps(page), "utf-8")
    small_city.sign_again(folder)

    with pytest.raises(ReleaseError, match=r"golden row 0 \(64 of 64\)"):
        load_release(folder)


def test_golden_rows_that_were_emptied_prove_nothing(folder):
    pd.read_parquet(folder / "golden.parquet").head(0).to_parquet(folder / "golden.parquet")
    small_city.sign_again(folder)

    with pytest.raises(ReleaseError, match="golden"):
        load_release(folder)


def test_a_last_bit_of_another_processor_is_forgiven(folder):
    golden = pd.read_parquet(folder / "golden.parquet")
    golden["risk.12"] = np.nextafter(golden["risk.12"], 1.0)
    golden.to_parquet(folder / "golden.parquet")
    small_city.sign_again(folder)

    assert load_release(folder).demonstration


@pytest.fixture(scope="module")
def victim(tmp_path_factory):
    return small_city.copy_of_release(tmp_path_factory.mktemp("mutated"))


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_mutation_of_any_file_is_ever_accepted(victim, data):
    name = data.draw(st.sampled_from(EVERY))
    whole = (victim / name).read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    kind = data.draw(st.sampled_from(["change", "insert", "delete", "cut"]))
    byte = bytes([data.draw(st.integers(0, 255))])
    mutated = {
        "change": whole[:place] + byte + whole[place + 1 :],
        "insert": whole[:place] + byte + whole[place:],
        "delete": whole[:place] + whole[place + 1 :],
        "cut": whole[:place],
    }[kind]
    if mutated == whole:
        return

    (victim / name).write_bytes(mutated)
    try:
        with pytest.raises(ReleaseError):
            load_release(victim)
    finally:
        (victim / name).write_bytes(whole)
