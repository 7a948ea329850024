"""The log of requests names things by their ids, and repeats nothing else that a client has said."""

from __future__ import annotations

import logging

import pytest

from tests.given import VIDEO_ID
from tests.unit.api.world import Platform

WORD = "quokka"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (f"/v1/videos/{VIDEO_ID}", f"/v1/videos/{VIDEO_ID}"),
        (f"/v1/videos/{WORD}", "/v1/videos/*"),
        (f"/v1/characters/by-handle/{WORD}?q={WORD}", "/v1/characters/by-handle/*"),
        (f"/static/{WORD}/{WORD}.css", "/static/*"),
        (f"/{WORD}", "*"),
    ],
)
def test_paths_without_what_may_be_personal(
    platform: Platform, caplog: pytest.LogCaptureFixture, path: str, told: str
) -> None:
    with caplog.at_level(logging.INFO, "recut.access"):
        platform.client.get(path)
    [line] = [record.getMessage() for record in caplog.records if record.name == "recut.access"]
    assert f" GET {told} " in line
    assert WORD not in line
