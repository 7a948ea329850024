"""A character that is looked for in a file, over HTTP."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import msgspec
import pytest

from domain.appearance import RIGS
from domain.provenance import Manifest
from tests.examples import CHARACTER_ID, character_created
from tests.given import OTHER, OWNER
from tests.pictures import a_jpeg
from tests.unit.api.world import Platform
from tests.unit.domain.test_provenance import film, reading

PATH = "/v1/characters/enrolments"
PICTURE = a_jpeg()


def sent(platform: Platform, data: bytes = PICTURE) -> Any:
    return platform.client.post(PATH, files={"file": ("rex.jpg", data, "image/jpeg")})


def test_it_says_what_it_found_and_how_sure_it_is(platform: Platform) -> None:
    found = sent(platform).json()
    assert (found["object"], found["rig"], found["description"]) == ("character_enrolment", "quadruped", "a dog")
    assert (found["sure"], found["confidence"], found["seen"], found["guessed"]) == (True, 0.8, ["body"], ["hat"])
    assert found["ranges"].keys() == RIGS["quadruped"].keys()
    assert found["ranges"]["size"] == {"least": 0.5, "most": 1.75}
    assert found["ranges"]["pattern"]["choices"][1] == "striped"
    assert found["notes"] == ["A drawing, not a likeness."]
    kind, _, data = found["preview"].partition(",")
    assert (kind, b64decode(data)) == ("data:image/webp;base64", b"RIFF")


def test_what_it_found_makes_a_character(platform: Platform) -> None:
    found = sent(platform).json()
    fields = {name: found[name] for name in ("rig", "rig_version", "description", "parameters")}
    body = {"kind": "persona", "handle": "rex", "name": "Rex", **fields}
    assert platform.client.post("/v1/characters", json=body).json()["rig"] == "quadruped"


def test_nothing_is_kept(platform: Platform) -> None:
    sent(platform)
    assert platform.objects.files == {}
    assert platform.client.get("/v1/characters").json()["data"] == []


def test_what_cannot_be_used_is_refused(platform: Platform) -> None:
    refused = sent(platform, b"no picture")
    assert (refused.status_code, refused.json()["param"]) == (400, "file")
    assert "send a PNG" in refused.json()["detail"]
    assert platform.client.post(PATH, json={"file": "x"}).status_code == 415
    assert platform.browser.post(PATH, files={"file": PICTURE}).status_code == 401


@pytest.mark.parametrize(("owner", "status"), [(OTHER, 403), (OWNER, 200)])
def test_somebodys_character_is_not_to_be_had_out_of_a_film(platform: Platform, owner: str, status: int) -> None:
    platform.given(CHARACTER_ID, character_created(owner_id=owner))
    platform.provenance.known = [film(characters=(CHARACTER_ID,))]
    answer = sent(platform, PICTURE + msgspec.json.encode(reading(manifest=Manifest())))
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "character_of_another"
