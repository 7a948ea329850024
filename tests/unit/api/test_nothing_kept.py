"""Whatever a client sends, wherever it sends it: what the store keeps of it is sealed. Answers and refusals are kept in
clear, under the ids of their commands, to be given again."""

from __future__ import annotations

import re
from typing import Any, Final, get_args, get_type_hints

import msgspec
import pytest

from api.app import API
from api.routing import Endpoint
from infra.needles import Needles
from tests.given import OTHER, an_id
from tests.unit.api.world import OTHER_KEY, Platform

CANARY: Final = "zebrafinch7q"
WRITING: Final = [each for each in API if each.method != "GET"]


@pytest.mark.parametrize("endpoint", WRITING, ids=lambda each: f"{each.method} {each.path}")
@pytest.mark.parametrize("shaped", [False, True], ids=["nonsense", "ids"])
def test_nothing_that_a_client_writes_is_kept_in_clear(platform: Platform, endpoint: Endpoint, shaped: bool) -> None:
    """With words of its own in the path and in each field of the body, and with ids where ids belong."""
    video = platform.published_video(OTHER)
    ids = {"video_id": video, "account_id": OTHER, "key": "locale"}

    def named(match: re.Match[str]) -> str:
        name = match[1]
        return ids.get(name, an_id(name.partition("_")[0], 7)) if shaped else CANARY

    path = re.sub(r"{(\w+)(?::\w+)?}", named, endpoint.path)
    platform.keys.keys[OTHER_KEY] = (OTHER, "admin")
    bodies = (_filled(endpoint.body), {"prompt": "a cat", **_filled(endpoint.body), "model": CANARY})
    for number, body in enumerate(bodies):
        for client in (platform.client, platform.bob):
            headers = {"Idempotency-Key": f"key {number} of {CANARY}"}
            client.request(endpoint.method, path, json=body, headers=headers)
    assert _kept(platform) == []


def _kept(platform: Platform) -> list[str]:
    """Commands and events of the store that hold the canary in clear."""
    needles, store = Needles(CANARY), platform.store
    commands = [f"command {id_}" for id_, each in store._commands.items() if needles.forms_in(_bytes(id_, each))]
    events = [each for log in store._logs.values() for each in log]
    return commands + [f"event {each.type}" for each in events if needles.forms_in(msgspec.json.encode(each))]


def _bytes(id_: tuple[str, str], answered: Any) -> bytes:
    return " ".join(id_).encode() + answered.request_hash + answered.answer


def _filled(kind: Any) -> dict[str, Any]:
    """A body with the canary wherever there is room for a text."""
    if kind is None:
        return {"prompt": CANARY}
    filled = {name: _value(hint) for name, hint in get_type_hints(kind).items()}
    return {name: value for name, value in filled.items() if value is not None}


def _value(hint: Any) -> Any:
    if hint is str or str in get_args(hint):
        return [CANARY] if getattr(hint, "__origin__", None) is list else CANARY
    if getattr(hint, "__origin__", None) is dict:
        return {CANARY: 1.0}
    return None


def test_the_sweep_would_see_it(platform: Platform) -> None:
    headers = {"Idempotency-Key": "k"}
    assert platform.client.patch("/v1/account", json={"bio": CANARY}, headers=headers).status_code == 200
    assert _kept(platform) == []
    id_ = next(id_ for id_ in platform.store._commands if id_[1].startswith("given:"))
    kept = platform.store._commands[id_]
    platform.store._commands[id_] = msgspec.structs.replace(kept, answer=f'{{"ok": "{CANARY}"}}'.encode())
    assert _kept(platform) == [f"command {id_}"]
