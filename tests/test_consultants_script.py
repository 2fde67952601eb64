"""The page for consultants is a script that runs as it stands, in a folder of its own, without a network."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "consultants.md"
CLOSED = """
import socket

def refuse(*_arguments, **_options):
    raise AssertionError("a socket was opened")

socket.create_connection = socket.getaddrinfo = refuse
"""


def blocks(page: Path = PAGE) -> list[str]:
    """The scripts of the page, a text a block; a later one goes on where an earlier one ended."""
    return re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp("consultant")
    done = subprocess.run(
        [sys.executable, "-c", CLOSED + "\n".join(blocks())], cwd=folder, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
    return done.stdout, folder


def test_the_page_has_a_script_for_each_of_its_readers_and_the_korean_one_has_the_same():
    assert len(blocks()) == 4
    assert blocks(PAGE.with_name("consultants.ko.md")) == blocks()


def test_every_script_says_what_it_promises(said):
    told, _ = said

    for piece in ("점포 A17", "100곳", "할 수 있는 일", "risk_6m"):
        assert piece in told


def test_the_scripts_leave_the_sheet_and_the_record_behind(said):
    _, folder = said

    assert "A17" in (folder / "A17.html").read_text("utf-8")
    assert len(list((folder / "scores" / "scores").glob("*.json"))) == 1
    assert len(list((folder / "scores" / "decisions").glob("*.jsonl"))) == 1
