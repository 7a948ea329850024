"""Which requests are one request that was sent twice."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.unit.api.world import Platform

RETRY = {"x-stainless-retry-count": "1"}


def create(client: TestClient, prompt: str = "a cat", **headers: str) -> Any:
    return client.post("/v1/videos", json={"prompt": prompt}, headers=headers)


def count(platform: Platform) -> int:
    return len(platform.client.get("/v1/videos?limit=100").json()["data"])


def test_equal_requests_without_a_key_are_two(platform: Platform) -> None:
    assert create(platform.client).json()["id"] != create(platform.client).json()["id"]


def test_one_key_is_one_video(platform: Platform) -> None:
    key = {"Idempotency-Key": "order-17"}
    first = create(platform.client, **key)
    multipart = platform.client.post("/v1/videos", files={"prompt": (None, "a cat")}, headers=key)
    assert first.json()["id"] == multipart.json()["id"]
    assert first.headers["recut-token"] == multipart.headers["recut-token"]
    assert ("idempotent-replayed" in first.headers, "idempotent-replayed" in multipart.headers) == (False, True)
    assert count(platform) == 1


def test_a_key_belongs_to_its_body_its_path_and_its_account(platform: Platform) -> None:
    key = {"Idempotency-Key": "order-17"}
    video_id = create(platform.client, **key).json()["id"]
    for response in (
        create(platform.client, "a dog", **key),
        platform.client.post(f"/v1/videos/{video_id}/remix", json={"prompt": "a cat"}, headers=key),
    ):
        assert response.status_code == 422
        assert response.json()["error"]["code"] == "idempotency_key_reused"
    assert create(platform.bob, "a dog", **key).status_code == 200


def test_a_refusal_is_repeated(platform: Platform) -> None:
    key = {"Idempotency-Key": "bad"}
    first = platform.client.post("/v1/videos", json={"prompt": "a cat", "size": "9x9"}, headers=key)
    platform.models.models = []
    again = platform.client.post("/v1/videos", json={"prompt": "a cat", "size": "9x9"}, headers=key)
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (400, first.json())


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "\xe9"])
def test_a_bad_key_is_refused(platform: Platform, key: str) -> None:
    headers = {b"Idempotency-Key": key.encode("latin-1")}
    response = platform.client.post("/v1/videos", json={"prompt": "a cat"}, headers=headers)
    assert response.json()["error"]["code"] == "invalid_idempotency_key"


def test_a_retry_of_the_sdk_gets_the_video_that_was_accepted(platform: Platform) -> None:
    first = create(platform.client).json()["id"]
    again = platform.client.post("/v1/videos", files={"prompt": (None, "a cat")}, headers=RETRY)
    assert (again.json()["id"], again.headers["idempotent-replayed"]) == (first, "true")
    assert count(platform) == 1


def test_a_retry_of_something_that_never_arrived_is_new(platform: Platform) -> None:
    create(platform.client, "a dog")
    create(platform.bob)
    assert create(platform.client, **RETRY).status_code == 200
    assert count(platform) == 2


def test_a_retry_after_ten_minutes_is_new(platform: Platform) -> None:
    first = create(platform.client).json()["id"]
    platform.clock.passes(minutes=11)
    assert create(platform.client, **RETRY).json()["id"] != first


def test_a_retry_of_a_remix_and_of_a_delete(platform: Platform) -> None:
    parent = platform.published_video()
    path = f"/v1/videos/{parent}/remix"
    first = platform.client.post(path, json={"prompt": "night"}).json()["id"]
    assert platform.client.post(path, json={"prompt": "night"}, headers=RETRY).json()["id"] == first
    for headers in ({}, RETRY):
        assert platform.client.delete(f"/v1/videos/{parent}", headers=headers).json()["deleted"] is True


def test_retries_are_forgotten_in_order(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.origins.REMEMBERED", 1)
    first = create(platform.client).json()["id"]
    second = create(platform.client, "a dog").json()["id"]
    assert create(platform.client, "a dog", **RETRY).json()["id"] == second
    assert create(platform.client, **RETRY).json()["id"] != first
