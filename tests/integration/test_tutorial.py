"""The page on DuckDB says what DuckDB says."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from recut import wiring
from recut.cli import main
from recut.settings import load
from tests import tutorial

NUMBER = re.compile(r"[\d.]+")


@pytest.fixture
def exported(fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the page's own commands have made."""
    monkeypatch.setenv("RECUT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RECUT_DATABASE_URL", fresh_database)
    monkeypatch.setenv("RECUT_KAFKA", "127.0.0.1:1")  # nobody needs it
    monkeypatch.chdir(tmp_path)
    (tmp_path / "home").mkdir()
    wiring.make_master_key(load())
    wiring.prepare_database(load())
    asyncio.run(wiring.register_models(load()))
    for command in tutorial.commands():
        assert main(command) == 0
    return tmp_path


def test_every_answer_is_what_the_page_shows(exported: Path) -> None:
    asked = tutorial.questions()
    assert len(asked) >= 9
    for question, answer in zip(asked, tutorial.answers(exported), strict=True):
        if question.differs:
            assert _shape(answer) == _shape(question.answer)
        else:
            assert answer == question.answer, f"after another history: python -m tests.tutorial\n{answer}"


def _shape(answer: str | None) -> list[str]:
    """Without numbers, and without what depends on their width."""
    return [
        " ".join(NUMBER.sub("#", line).strip("│├┤┌┐└┘─┼┬┴ ").split())
        for line in (answer or "").splitlines()
        if "│" in line
    ]
