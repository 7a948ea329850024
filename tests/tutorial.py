"""The tutorial's questions, asked again. `python -m tests.tutorial FOLDER` writes the answers into the page; FOLDER is
where its export lies."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb
import msgspec

PAGE: Final = Path(__file__).parent.parent / "docs" / "tutorials" / "duckdb.md"
BLOCK: Final = re.compile(
    r"```sql\n(?P<sql>.*?)```(?:\n\n```text(?P<differs> differs)?\n(?P<answer>.*?)```)?", re.DOTALL
)
COMMANDS: Final = re.compile(r"^recut (.*)$", re.MULTILINE)


class Question(msgspec.Struct, frozen=True):
    """`answer` is None where nothing is shown. `differs`: the numbers are others each time."""

    sql: str
    answer: str | None
    differs: bool


def commands() -> list[list[str]]:
    """Of the shell, without `recut` itself."""
    return [command.split() for command in COMMANDS.findall(PAGE.read_text())]


def questions() -> list[Question]:
    return [
        Question(found["sql"], found["answer"], bool(found["differs"])) for found in BLOCK.finditer(PAGE.read_text())
    ]


def answers(folder: Path) -> Iterator[str | None]:
    with _inside(folder), duckdb.connect() as connection:
        for question in questions():
            *before, last = [part for part in question.sql.split(";") if part.strip()]
            for statement in before:
                connection.execute(statement)
            if question.answer is None:
                connection.execute(last)
                yield None
            else:
                yield str(connection.sql(last)).rstrip() + "\n"


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def write(folder: Path) -> None:
    told = answers(folder)

    def fill(found: re.Match[str]) -> str:
        answer = next(told)
        differs = found["differs"] or ""
        return f"```sql\n{found['sql']}```" + ("" if answer is None else f"\n\n```text{differs}\n{answer}```")

    PAGE.write_text(BLOCK.sub(fill, PAGE.read_text()))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
