"""What importing and using the package drags in, and what its code never does."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import sbwarn
from sbwarn.releases.load import load_release
from tests import small_city

HERE = Path(sbwarn.__file__).parent
ROOT = HERE.parent


def python(script: str, *, timeout: int = 60) -> str:
    """What a fresh process prints."""
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "SBWARN_LANGUAGE": "en"}
    found = subprocess.run(
        [sys.executable, "-c", script], env=surroundings, capture_output=True, text=True, timeout=timeout, check=False
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


def test_importing_the_package_loads_nothing_heavy():
    heavy = ("pandas", "numpy", "lightgbm", "mlflow", "sklearn", "pyarrow", "click")

    loaded = python(f"import sys, sbwarn; print([name for name in {heavy!r} if name in sys.modules])")

    assert loaded == "[]"


def test_the_help_of_the_command_line_loads_nothing_heavy():
    heavy = ("pandas", "numpy", "lightgbm", "mlflow", "sklearn", "pyarrow")

    loaded = python(
        f"import sys, sbwarn.cli.group; print([name for name in {heavy!r} if name in sys.modules])"
    )

    assert loaded == "[]"


SCORING = """
import socket, sys

def refuse(*_arguments, **_options):
    raise AssertionError("a socket was opened")

class Refused:
    def __init__(self, *_arguments, **_options):
        refuse()

socket.socket = Refused
socket.create_connection = socket.getaddrinfo = socket.gethostbyname = refuse

# What is not needed cannot be imported; LightGBM would load scikit-learn by itself where it finds it.
heavy = ("mlflow", "sklearn", "matplotlib", "jinja2", "sqlalchemy", "xlsxwriter", "joblib", "click")
sys.modules.update(dict.fromkeys(heavy))

from sbwarn import score_business
score = score_business(
    shop={"industry_code": "I56-coffee", "district_id": "SJ01"},
    sales={"2026-03": 9e6, "2026-04": 9e6, "2026-05": 9e6, "2026-06": 9e6, "2026-07": 7e6, "2026-08": 4e6},
    release=FOLDER,
)
assert score.status == "scored", score.status
str(score), score.to_json()
print([name for name in heavy if sys.modules[name] is not None])
"""


def test_scoring_opens_no_socket_and_loads_nothing_that_it_does_not_need():
    assert python(SCORING.replace("FOLDER", repr(str(small_city.release_folder())))) == "[]"


def test_the_public_names_are_the_ones_that_are_promised():
    names = python("from sbwarn import *; print(sorted(name for name in dir() if not name.startswith('_')))")

    assert names == str(
        [
            "Reason",
            "Score",
            "advise",
            "build_features",
            "decide",
            "explain",
            "keep",
            "kept",
            "load_release",
            "read_dataset",
            "score_business",
            "score_businesses",
            "write_sheet",
        ]
    )
    assert set(dir(sbwarn)) == set(sbwarn.__all__)


def test_every_public_name_comes_from_its_home():
    for name in sbwarn.__all__:
        assert getattr(sbwarn, name) is not None
    assert sbwarn.load_release is load_release


def test_a_name_that_the_package_lacks_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'sbwarn' has no attribute 'score_busines'"):
        _ = sbwarn.score_busines
    assert not hasattr(sbwarn, "pandas")


def test_the_version_is_the_one_of_the_project_file():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert sbwarn.__version__ == project["version"]


RUNS_CODE = {"eval", "exec", "compile", "__import__"}
RUNS_WHAT_IT_LOADS = {"pickle", "cPickle", "cloudpickle", "dill", "marshal", "shelve", "skops"}
LOADERS = {"read_pickle", "to_pickle"}


def forbidden(tree: ast.AST) -> list[str]:
    """Calls and imports by which a file could run code that lies in data."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [each.name for each in node.names if each.name.split(".")[0] in RUNS_WHAT_IT_LOADS]
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in {
            *RUNS_WHAT_IT_LOADS,
            "joblib",
        }:
            found += [
                f"{node.module}.{each.name}"
                for each in node.names
                if each.name not in {"Parallel", "delayed"}
            ]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RUNS_CODE:
            found.append(node.func.id)
        if isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if node.attr in LOADERS or (owner in {"joblib", "yaml"} and node.attr in {"load", "dump"}):
                found.append(f"{owner}.{node.attr}")
    return found


@pytest.mark.parametrize("path", sorted(HERE.rglob("*.py")), ids=lambda path: str(path.relative_to(HERE)))
def test_no_file_can_run_code_that_lies_in_data(path):
    assert forbidden(ast.parse(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "code",
    ["import pickle", "from joblib import load", "import joblib\njoblib.load('x')", "eval('1')", "exec('1')",
     "pd.read_pickle('x')", "import yaml\nyaml.load('x')", "from cloudpickle import dumps"],
)  # fmt: skip
def test_the_search_for_such_code_finds_it(code):
    assert forbidden(ast.parse(code)) != []


def test_the_models_folder_holds_no_python():
    assert list((ROOT / "models").rglob("*.py")) == []
    assert list((ROOT / "models").rglob("*.pkl")) == []


def test_the_shipped_release_loads_and_is_marked_as_a_demonstration():
    release = sbwarn.load_release()

    assert release.demonstration
    assert len(release.indicators) >= 40


def test_a_shop_is_scored_right_after_installation():
    score = sbwarn.score_business(
        shop={"shop_id": "A17", "industry_code": "I56-coffee", "district_id": "SJ01"},
        sales={"2026-03": 12_300_000, "2026-04": 11_800_000, "2026-05": 9_900_000, "2026-06": 8_200_000},
        rent=1_500_000,
    )

    assert score.status == "scored"
    assert score.demonstration
