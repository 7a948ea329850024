"""Named queries: `NAME.sql` beside this file, each query below a line `-- name: what`, its purpose in a comment."""

from __future__ import annotations

from importlib.resources import files
from typing import LiteralString, cast


def queries(name: str) -> dict[str, LiteralString]:
    """By name. The text comes from our own package: nothing of it was ever input."""
    _, *blocks = files("infra").joinpath(f"{name}.sql").read_text(encoding="utf-8").split("-- name: ")
    named = (block.partition("\n") for block in blocks)
    return cast("dict[str, LiteralString]", {title.strip(): text.strip() for title, _, text in named})
