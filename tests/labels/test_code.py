"""The digest of code that decides: the same for the same meaning, another one for another."""

import importlib.util
import textwrap

import pytest

from sbwarn.labels import code
from sbwarn.labels.code import digest_of, plain_tree

SOURCE = '''
LIMIT = 3


def rule(shops, *, months):
    """The shops."""
    # Because of the lag.
    return [each for each in shops if is_late(each, months)]


def is_late(shop, months):
    return shop > LIMIT + months
'''


@pytest.fixture
def digest(tmp_path, monkeypatch):
    """The digest of a rule that is written in some file."""
    monkeypatch.setattr(code, "HERE", "rule_")

    def of(source: str, *facts: object) -> str:
        number = len(list(tmp_path.iterdir()))
        path = tmp_path / f"rule_{number}.py"
        path.write_text(textwrap.dedent(source), "utf-8")
        spec = importlib.util.spec_from_file_location("rule_", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return digest_of(facts, [module.rule], [])

    return of


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The shops.", "Those shops."),
        ('    """The shops."""\n', ""),
        ("# Because of the lag.", "# No reason."),
        ("def is_late(shop, months):", "def is_late(shop: int, months: int) -> bool:"),
        ("if is_late(each, months)]", "if is_late(\n        each,\n        months,\n    )]"),
    ],
)
def test_comments_docstrings_types_and_layout_do_not_count(digest, old, new):
    assert old in SOURCE
    assert digest(SOURCE) == digest(SOURCE.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT = 3", "LIMIT = 4"),
        ("shop > LIMIT", "shop >= LIMIT"),
        ("is_late(each, months)", "is_late(each, 1)"),
    ],
)
def test_a_changed_decision_counts_wherever_it_stands(digest, old, new):
    assert old in SOURCE
    assert digest(SOURCE) != digest(SOURCE.replace(old, new))


def test_facts_and_other_digests_count(digest):
    assert digest(SOURCE, "v1") != digest(SOURCE, "v2")
    assert digest_of((), [], ["a"]) != digest_of((), [], ["b"])


def test_a_docstring_alone_is_an_empty_body():
    assert plain_tree("def f():\n    'Nothing.'") == plain_tree("def f():\n    'Something.'")
