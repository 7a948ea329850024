from __future__ import annotations

import re

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from api import schemas
from api.app import API, CONSOLE
from api.routing import Endpoint
from tests.unit.api.world import Platform


def test_the_document_is_valid_and_names_every_endpoint(platform: Platform) -> None:
    document = platform.browser.get("/openapi.json").json()
    OpenAPIV31SpecValidator(document).validate()
    named = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert named == {(endpoint.method, endpoint.path) for endpoint in API}
    ids = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))


def test_what_is_answered_fits_what_is_described(platform: Platform) -> None:
    platform.published_video()
    for path, kind in (
        ("/v1/videos", schemas.VideoPage),
        ("/v1/feed", schemas.FeedAnswer),
        ("/v1/leaderboards/most_liked", schemas.Board),
        ("/v1/models", schemas.ModelList),
        ("/readyz", schemas.Health),
    ):
        assert msgspec.json.decode(platform.client.get(path).content, type=kind, strict=True)


@pytest.mark.parametrize("endpoint", [*API, *CONSOLE], ids=lambda endpoint: f"{endpoint.method} {endpoint.path}")
def test_nothing_private_is_open(platform: Platform, endpoint: Endpoint) -> None:
    """Every endpoint that does not say that it is open wants an identity."""
    known = {"video_id": platform.completed_video(), "board": "most_liked", "model": "sketch-1"}
    names = re.findall(r"{(\w+)}", endpoint.path)
    path = endpoint.path.format(**{name: name.removesuffix("_id") + "_" + "0" * 26 for name in names} | known)
    response = platform.browser.request(endpoint.method, path, headers={"Sec-Fetch-Site": "same-origin"})
    if endpoint.access == "key":
        assert response.status_code == 401
    else:
        assert response.status_code < 500
        assert "a cat on a bicycle" not in response.text
