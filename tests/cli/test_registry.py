"""The commands about which release is in force, on a folder of releases that pass and one that fails."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from sbwarn.cli import registry
from sbwarn.errors import ReleaseError, StoreError
from sbwarn.messages import speaking
from sbwarn.releases.load import current_name
from sbwarn.releases.registry import history, previous_name
from sbwarn.releases.save import publish
from sbwarn.tracking import log_training
from tests import small_city
from tests.tracking.stores import client, free_port, released, store, training, verdict

pytestmark = pytest.mark.filterwarnings("ignore:::mlflow", "ignore:::sqlalchemy", "ignore:::alembic")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A folder with two releases that pass, one that fails and one without gates; with their names."""
    home = tmp_path_factory.mktemp("shelf")
    names = [released(home, verdict("auc"), verdict(f"try {number}")) for number in range(2)]
    names.append(released(home, verdict("auc"), verdict("lead", passed=False), verdict("seeds", passed=None)))
    return home, [*names, released(home)]


@pytest.fixture
def models(shelf, tmp_path, monkeypatch):
    """A copy of the folder, in a working folder without any store."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(shelf[0], tmp_path / "models"))


@pytest.fixture
def names(shelf):
    return shelf[1]


def run(command: str, *arguments: object, language: str = "en"):
    """What a command said; it must have ended well."""
    with speaking(language):
        found = CliRunner().invoke(
            getattr(registry, f"{command}_command"), list(map(str, arguments)), catch_exceptions=False
        )
    assert found.exit_code == 0, found.output
    return found


def lines(models: Path, **more) -> dict[str, str]:
    """The lines of the list by release."""
    listed = run("releases", "--models", models, **more).stdout.splitlines()[:-1]
    return {re.split(r"\s+", line[2:])[0]: line for line in listed}


def test_the_list_tells_gates_and_auc_with_interval_n_and_synthetic(models, names):
    found = lines(models)

    assert set(found) == set(names)
    auc = small_city.release().metrics["6"]["trading"]["ours"]["auc"]
    figures = f"6 months, still trading: AUC {auc.value:.3f} ({auc.low:.3f}–{auc.high:.3f}), n={auc.n:,}"
    for line in found.values():
        assert figures in line
        assert "as of 2026-03, closed v1" in line
        assert line.endswith("[synthetic: simulated city]")
    assert "gates: 2 passed, 0 failed, 0 not measured" in found[names[0]]
    assert "gates: 1 passed, 1 failed, 1 not measured" in found[names[2]]
    assert "gates: none" in found[names[3]]


def test_the_list_marks_the_current_and_the_previous_release(models, names):
    run("promote", names[0], "--models", models)
    run("promote", names[1], "--models", models)

    marks = {name: line[:2] for name, line in lines(models).items()}

    assert marks == {names[0]: "< ", names[1]: "* ", names[2]: "  ", names[3]: "  "}


def test_a_damaged_release_is_listed_with_what_is_wrong_with_it(models, names):
    (models / names[0] / "booster.txt").write_text("tree")

    assert "cannot be used" in lines(models)[names[0]]
    assert "booster.txt" in lines(models)[names[0]]


def test_an_empty_folder_is_said_to_be_empty(tmp_path):
    assert "holds no release" in run("releases", "--models", tmp_path).stdout


def test_promote_says_what_is_current_and_what_was_and_writes_the_reason(models, names):
    run("promote", names[0], "--models", models)

    found = run("promote", names[1], "--models", models, "--reason", "quarterly retraining")

    assert f"{names[1]} is now the current release" in found.stdout
    assert names[0] in found.stdout
    assert "No MLflow store" in found.stdout
    assert history(models)[-1].reason == "quarterly retraining"
    assert not Path("mlruns").exists()


def test_a_candidate_that_fails_its_gates_is_refused_and_stays_one(models, names):
    publish(names[0], models)

    with pytest.raises(ReleaseError, match=r"stays a candidate: 2 of 3 .*lead.*seeds.*not measured"):
        run("promote", names[2], "--models", models)

    assert current_name(models) == names[0]


def test_rollback_makes_the_previous_release_current(models, names):
    run("promote", names[0], "--models", models)
    run("promote", names[1], "--models", models)

    found = run("rollback", "--models", models, "--reason", "alerts doubled")

    assert f"{names[0]} is the current release" in found.stdout
    assert (current_name(models), previous_name(models)) == (names[0], names[1])


def test_the_aliases_wait_while_the_store_is_away_and_sync_moves_them(models, names, tmp_path):
    uri = store(tmp_path / "runs")
    for name, gates in ((names[0], "try 0"), (names[1], "try 1")):
        log_training(training(verdict("auc"), verdict(gates)), models / name, [], uri=uri)
    run("promote", names[0], "--models", models, "--tracking-uri", uri)
    down = run("promote", names[1], "--models", models, "--tracking-uri", f"http://127.0.0.1:{free_port()}")
    assert current_name(models) == names[1]
    assert "sbwarn sync" in down.stderr

    synced = run("sync", "--tracking-uri", uri, "--outbox", Path("mlruns") / "outbox")

    assert "1 uploaded, 0 wait on" in synced.stdout
    told = client(uri)
    for alias, name in (("champion", names[1]), ("previous", names[0]), ("candidate", names[1])):
        version = told.get_model_version_by_alias("sbwarn-city-closed", alias)
        assert version.tags["sbwarn.release"] == name


def test_a_sync_that_leaves_something_behind_fails_and_says_why(models, names, tmp_path):
    down = f"http://kim:geheim@127.0.0.1:{free_port()}"
    run("promote", names[0], "--models", models, "--tracking-uri", down)

    with pytest.raises(StoreError, match="1 wait on") as refusal:
        run("sync", "--tracking-uri", down)

    assert "geheim" not in str(refusal.value)
    assert "refused" in str(refusal.value)


def test_the_list_speaks_korean(models, names):
    assert "기준: 통과 2, 실패 0, 미측정 0" in lines(models, language="ko")[names[0]]


@pytest.mark.parametrize("command", ["releases", "promote", "rollback", "sync"])
def test_each_command_explains_itself_with_an_example(command):
    text = run(command, "--help").stdout

    assert re.search(rf"^\s+sbwarn {command}", text, re.MULTILINE)
