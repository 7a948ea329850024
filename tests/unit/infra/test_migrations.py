"""The files of migrations, as far as they can be judged without a database."""

from __future__ import annotations

import re

import pytest

from infra import migrate
from infra.migrate import scripts


def test_migrations_are_numbered_once_and_in_order() -> None:
    numbers = [name.split("_")[0] for name, _ in scripts()]
    assert numbers[0] == "0001"
    assert numbers == sorted(set(numbers))


def test_phases_are_told_apart() -> None:
    pre, post = scripts(["pre"]), scripts(["post"])
    assert sorted([*pre, *post]) == scripts()
    assert all("_pre_" in name for name, _ in pre)


def test_a_file_with_another_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "NAME", re.compile("nothing is named so"))
    with pytest.raises(migrate.MigrationError, match="NNNN_pre_name"):
        scripts()
