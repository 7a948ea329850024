from __future__ import annotations

import os
from pathlib import Path

import pytest

from recut.errors import OperatorError
from recut.local import kafka
from recut.local.kafka import class_path, java_properties


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("/home/a b/data", "log.dirs=/home/a b/data\n"),
        (" /odd", "log.dirs=\\ /odd\n"),
        ("C:\\data", "log.dirs=C:\\\\data\n"),
        ("/home/josé", "log.dirs=/home/jos\\u00e9\n"),
        ("/🎬", "log.dirs=/\\ud83c\\udfac\n"),
        ("/two\nlines", "log.dirs=/two\\nlines\n"),
    ],
)
def test_a_path_is_written_as_java_reads_it(value: str, line: str) -> None:
    assert java_properties({"log.dirs": value}) == line


def test_jars_are_resolved_once_and_again_when_one_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jars = [tmp_path / "a.jar", tmp_path / "b c.jar"]
    asked: list[int] = []

    def resolve() -> list[str]:
        asked.append(1)
        for jar in jars:
            jar.touch()
        return [str(jar) for jar in jars]

    monkeypatch.setattr(kafka, "_resolve", resolve)
    expected = os.pathsep.join(map(str, jars))
    assert [class_path(tmp_path / "classpath") for _ in range(2)] == [expected, expected]
    assert len(asked) == 1
    jars[0].unlink()
    assert class_path(tmp_path / "classpath") == expected
    assert len(asked) == 2


def test_a_download_that_fails_says_what_the_first_start_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def build(_: str) -> None:
        raise ConnectionError("https://user:s3cret@mirror")

    monkeypatch.setattr("jgo.build", build)
    with pytest.raises(OperatorError, match=r"\(ConnectionError\): the first start needs the internet") as raised:
        class_path(tmp_path / "classpath")
    assert "s3cret" not in str(raised.value)
    assert not (tmp_path / "classpath").exists()
