"""A release as files: what goes in comes out, bit for bit."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sbwarn.errors import ReleaseError, StoreError
from sbwarn.releases.load import FILES, current_name, find_release, load_release, release_names
from sbwarn.releases.names import MANIFEST, check_name, stem_of
from sbwarn.releases.predict import risks
from sbwarn.releases.save import publish, save_release
from tests import small_city


@pytest.fixture
def models(tmp_path):
    small_city.copy_of_release(tmp_path)
    return tmp_path


def test_a_loaded_release_gives_the_risks_of_the_one_that_was_saved():
    saved, loaded = small_city.training().release, small_city.release()
    values = np.random.default_rng(1).normal(size=(300, len(saved.indicators)))
    values[::7, ::3] = np.nan

    before = risks(saved.booster, saved.calibration, values)
    after = risks(loaded.booster, loaded.calibration, values)

    np.testing.assert_array_equal(after[0], before[0])
    np.testing.assert_array_equal(after[1], before[1])


def test_every_fact_of_a_release_survives_the_way_through_files():
    saved, loaded = small_city.training().release, small_city.release()

    for name in (
        "dataset", "currency", "as_of", "demonstration", "label", "seed", "indicators", "versions", "weights", "themes",
        "lags", "levels", "reference", "metrics", "tested", "data", "parameters", "calibration",
    ):  # fmt: skip
        assert getattr(loaded, name) == getattr(saved, name), name
    np.testing.assert_array_equal(loaded.peers.grids["level"], saved.peers.grids["level"])
    assert loaded.peers.as_of == saved.peers.as_of


def test_a_saved_release_is_saved_again_with_the_same_bytes(tmp_path):
    again = save_release(small_city.training().release, small_city.training().golden, tmp_path)

    assert again.id == small_city.release_folder().name
    for name in (*FILES, MANIFEST):
        assert (tmp_path / again.id / name).read_bytes() == (
            small_city.release_folder() / name
        ).read_bytes(), name


def test_saving_twice_leaves_one_folder_and_no_draft(models):
    save_release(small_city.training().release, small_city.training().golden, models)

    assert [path.name for path in models.iterdir()] == [small_city.release_folder().name]


def test_saving_beside_another_release_of_the_same_name_touches_nothing(models):
    (folder,) = models.iterdir()
    (folder / "card.md").write_text("mine", "utf-8")
    (folder / MANIFEST).write_text("mine", "utf-8")

    with pytest.raises(ReleaseError, match="exists with other content"):
        save_release(small_city.training().release, small_city.training().golden, models)

    assert (folder / "card.md").read_text("utf-8") == "mine"


def test_a_file_where_the_models_should_be_is_a_refusal_that_names_it(tmp_path):
    (tmp_path / "models").write_text("a file")

    with pytest.raises(StoreError, match="models"):
        save_release(small_city.training().release, small_city.training().golden, tmp_path / "models")


def test_other_facts_make_another_name(tmp_path):
    training = small_city.training()

    for_real = save_release(
        replace(training.release, demonstration=False, gates=()), training.golden, tmp_path
    )

    assert for_real.id != small_city.release_folder().name


def test_a_release_holds_text_and_tables_and_nothing_that_runs():
    folder = small_city.release_folder()

    assert sorted(path.name for path in folder.iterdir()) == sorted([*FILES, MANIFEST])
    for path in folder.iterdir():
        content = path.read_bytes()
        assert not content.startswith(b"\x80"), path
        if path.suffix == ".parquet":
            assert content.startswith(b"PAR1")
        else:
            content.decode("utf-8")


def test_release_json_is_strict_json_without_nan():
    def refuse(word):
        raise AssertionError(word)

    page = json.loads(
        (small_city.release_folder() / "release.json").read_text("utf-8"), parse_constant=refuse
    )

    assert page["protocol"] == 3
    assert page["horizons"] == [3, 6, 12]


def test_the_model_text_tells_nothing_of_the_machine_that_trained_it():
    text = (small_city.release_folder() / "booster.txt").read_text("utf-8")

    assert "parameters:" not in text
    assert "num_threads" not in text


def test_golden_rows_span_the_risks_from_the_lowest_to_the_highest():
    golden = pd.read_parquet(small_city.release_folder() / "golden.parquet")

    assert len(golden) == 64
    assert golden["risk.6"].is_monotonic_increasing
    assert (golden["risk.3"] <= golden["risk.6"]).all()
    assert (golden["risk.6"] <= golden["risk.12"]).all()


def test_the_card_speaks_korean_and_english_and_says_synthetic_beside_every_figure():
    card = (small_city.release_folder() / "card.md").read_text("utf-8")

    korean, english = card.split("\n---\n")
    assert "시연" in korean
    assert "DEMONSTRATION ONLY" in english
    assert "synthetic" in english
    for line in card.splitlines():
        if line.startswith("|") and "–" in line:
            assert "synthetic" in line or "합성" in line, line


def test_the_card_of_a_release_for_real_shops_does_not_say_synthetic(tmp_path):
    training = small_city.training()

    release = save_release(
        replace(training.release, demonstration=False, gates=()), training.golden, tmp_path
    )

    card = (tmp_path / release.id / "card.md").read_text("utf-8")
    assert "synthetic" not in card
    assert "DEMONSTRATION" not in card


def test_the_published_release_is_the_one_that_is_loaded(models):
    name = small_city.release_folder().name

    publish(name, models)

    assert current_name(models) == name
    assert load_release(models=models).id == name


def test_a_release_can_be_named_or_given_as_a_folder(models):
    name = small_city.release_folder().name

    assert load_release(name, models=models).id == name
    assert load_release(models / name).id == name
    assert load_release(str(models / name)).id == name


def test_what_is_not_there_cannot_be_published(models):
    with pytest.raises(ReleaseError, match="'city-2026-03-00000000' is not in"):
        publish("city-2026-03-00000000", models)

    assert current_name(models) is None


def test_no_release_and_no_current_one_are_told_apart(models, tmp_path):
    with pytest.raises(ReleaseError, match="has no current release"):
        load_release(models=models)
    with pytest.raises(ReleaseError, match=r"'other' is not in .*; there are: city-2026-03-"):
        load_release("other", models=models)
    with pytest.raises(ReleaseError, match="there are: –"):
        load_release("other", models=tmp_path / "nowhere")


@pytest.mark.parametrize("content", ["city-2026-03-00000000", "../elsewhere", "", "/etc", "a\x00b"])
def test_a_pointer_to_nothing_is_refused_and_the_release_stays_loadable_by_name(models, content):
    (models / "CURRENT").write_text(content, "utf-8")

    with pytest.raises(ReleaseError):
        load_release(models=models)
    assert load_release(small_city.release_folder().name, models=models).demonstration


def test_a_pointer_that_is_no_text_is_refused(models):
    (models / "CURRENT").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ReleaseError, match="cannot be a release's name"):
        load_release(models=models)


HOSTILE = ["../x", "/x", "..", ".", "CON", "con", "nul", "a\x00b", "x" * 81, "x" * 100_000, "x/" * 5000, "", "A",
           "가나다", "a b", "a.b", "-a", "a\n"]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name)[:12])
def test_a_name_that_could_leave_the_folder_is_refused(models, name, monkeypatch):
    # From a folder beside which nothing lies: a path to a folder that exists is a folder, not a name.
    monkeypatch.chdir(models)

    with pytest.raises(ReleaseError):
        find_release(name, models=models)
    with pytest.raises(ReleaseError):
        publish(name, models)
    with pytest.raises(ReleaseError):
        check_name(name)


@pytest.mark.parametrize(
    "dataset", ["city", "Texas (2016)", "세종", "../../etc", "", "x" * 500, "con", "-_-"]
)
def test_every_data_set_lends_a_name_that_is_allowed(dataset):
    assert check_name(f"{stem_of(dataset)}-2026-03-12345678")


def test_a_folder_that_is_still_being_written_is_no_release(models):
    (models / ".city-draft.abc").mkdir()
    (models / ".city-draft.abc" / MANIFEST).write_text("")

    assert release_names(models) == [small_city.release_folder().name]
