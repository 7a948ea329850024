"""An account that says something wherever one can, each time with one word that nobody else uses; who sees it; and
whether it is gone. Over HTTP, as its clients see it.

    story = tell(leaver, witness, canary)
    assert unseen(story) == []
    ...  # the account is erased
    assert still_seen(story) == []
"""

from __future__ import annotations

import io
import secrets
import time
import urllib.request
import zipfile
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from domain.recorded import Recorded
from projections import install
from projections.checkpoint import Epochs
from projections.db import Connection
from projections.registry import MODELS
from tests.fault.kill_loop import Client
from tests.projections import dump, fill

CLIP: Final = {"size": "144x256", "seconds": "4"}
WAIT_SECONDS: Final = 120.0
Rows = dict[str, dict[str, list[str]]]  # of each read model, by table


class Story(msgspec.Struct, frozen=True):
    canary: str
    leaver: Client
    witness: Client
    account_id: str
    videos: list[str]  # of the leaver: a draft in which somebody speaks, one that is published
    remix: str  # by the witness
    commented: str  # of the witness
    character_id: str
    export: str

    def pages(self) -> list[tuple[Client, str]]:
        """Where the word is seen: by the account itself, and by others."""
        draft, published = self.videos
        own = ["/v1/account", f"/v1/videos/{draft}", "/v1/videos", f"/v1/characters/{self.character_id}"]
        own.append("/v1/feed/rules")
        others = [
            f"/v1/videos/{published}",
            f"/v1/videos/{self.commented}/comments",
            f"/v1/accounts/{self.account_id}",
            f"/v1/accounts/{self.account_id}/videos",
            "/v1/feed?cut=latest",
            _handle(self),
        ]
        return [(self.leaver, path) for path in own] + [(self.witness, path) for path in others]


def _handle(story: Story) -> str:
    """Whoever asks says the word."""
    return f"/v1/characters/by-handle/{story.canary}"


def new_canary() -> str:
    """Also a handle and a name; nobody else ever says it."""
    return f"quokka{secrets.token_hex(6)}"


def tell(leaver: Client, witness: Client, canary: str) -> Story:
    account_id = _ok(leaver.send("PATCH", "/v1/account", {"name": f"Dr. {canary}", "bio": f"I am {canary}."}))["id"]
    _ok(leaver.send("POST", "/v1/feed/wishes", {"wish": f"more dogs and {canary}"}))
    speaking = _video(leaver, {"prompt": f'A red cat says "{canary} is here"', **CLIP})
    shown = _video(leaver, {"prompt": f"A {canary} dances on the beach", **CLIP})
    caption = {"caption": f"see {canary}", "description": f"a {canary} on a beach"}
    _ok(leaver.send("POST", f"/v1/videos/{shown}/publish", caption))
    character_id = _character(leaver, canary)
    seen = _video(witness, {"prompt": "A dog runs in the park", **CLIP})
    _ok(witness.send("POST", f"/v1/videos/{seen}/publish"))
    _ok(leaver.send("POST", f"/v1/videos/{seen}/comments", {"text": f"{canary} was here"}))
    _ok(leaver.send("POST", f"/v1/videos/{seen}/like"))
    report = {"subject": seen, "reason": "spam", "text": f"{canary} says so"}
    _ok(leaver.send("POST", "/v1/reports", report))
    _refused(leaver, speaking, canary)
    remix = _ok(witness.send("POST", f"/v1/videos/{shown}/remix", {"prompt": "make it night"}))["id"]
    _wait(witness, remix)
    export = _ok(leaver.send("POST", "/v1/account/export"))["id"]
    return Story(
        canary,
        leaver,
        witness,
        account_id,
        [speaking, shown],
        remix,
        seen,
        character_id,
        f"/v1/account/exports/{export}",
    )


def _character(client: Client, canary: str) -> str:
    made = {"kind": "persona", "handle": canary, "name": f"Lady {canary}", "rig": "person"}
    character_id: str = _ok(client.send("POST", "/v1/characters", {**made, "description": f"{canary} in a hat"}))["id"]
    consent = {"audience": "everyone", "rules": [f"word:{canary}"], "text": f"Nobody may say {canary}."}
    _ok(client.send("PUT", f"/v1/characters/{character_id}/consent", consent))
    return character_id


def _refused(client: Client, video: str, canary: str) -> None:
    """Every request has an Idempotency-Key: refusals are recorded, to be given again."""
    character = {"kind": "persona", "handle": "rex", "name": "Rex", "rig": "person"}
    requests: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("POST", "/v1/videos", {"prompt": f"{canary} " * 4000, **CLIP}),
        ("POST", "/v1/videos", {"prompt": canary, "model": canary}),
        ("POST", "/v1/videos", {"prompt": canary, "size": canary}),
        ("POST", "/v1/videos", {"prompt": canary, "tier": canary, **CLIP}),
        ("POST", "/v1/videos", {"prompt": f"@{canary}_nobody waves", **CLIP}),
        ("POST", "/v1/videos", {"prompt": "a cat", "characters": [f"char_{canary}"], **CLIP}),
        ("POST", f"/v1/videos/video_{canary}/remix", {"prompt": canary}),
        ("POST", f"/v1/videos/{video}/publish", {"topics": [canary]}),
        ("POST", f"/v1/videos/{video}/publish", {"visibility": canary}),
        ("POST", "/v1/characters", {**character, "handle": f"{canary}!"}),
        ("POST", "/v1/characters", {**character, "rig": canary}),
        ("POST", "/v1/characters", {**character, "parameters": {canary: 1}}),
        ("PUT", f"/v1/account/preferences/{canary}", {"value": canary}),
        ("PUT", "/v1/account/preferences/mood", {"value": canary}),
        ("PATCH", "/v1/account", {"time_zone": canary}),
        ("PATCH", "/v1/account", {"bio": canary * 1000}),
        ("POST", "/v1/reports", {"subject": canary, "reason": "spam"}),
        ("POST", "/v1/reports", {"subject": video, "reason": canary}),
        ("POST", f"/v1/accounts/{canary}/follow", {}),
    )
    for method, path, body in requests:
        status, answer = client.send(method, path, body)
        assert 400 <= status < 500, (path, status, answer)


def _video(client: Client, body: dict[str, Any]) -> str:
    video_id: str = _ok(client.send("POST", "/v1/videos", body))["id"]
    return _wait(client, video_id)


def _wait(client: Client, video_id: str) -> str:
    def ended() -> bool:
        seen = client.send("GET", f"/v1/videos/{video_id}")[1]
        assert seen["status"] != "failed", seen
        return bool(seen["status"] == "completed")

    until(ended)
    return video_id


def _ok(answer: tuple[int, dict[str, Any]]) -> dict[str, Any]:
    status, body = answer
    assert status < 300, body
    return body


def until(true: Callable[[], object], seconds: float = WAIT_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"{true} within {seconds:.0f} s"
        time.sleep(0.1)


def unseen(story: Story) -> list[str]:
    """Pages and files that should show the word and do not, or only in part."""
    missing = [path for client, path in story.pages() if story.canary not in _text(client, path)]
    packed = zipfile.ZipFile(io.BytesIO(_bytes(story.leaver, story.export)))
    parts = {name: packed.read(name).decode() for name in packed.namelist()}
    said = ("account", "videos", "characters", "comments")
    return missing + [f"export {name}" for name in said if story.canary not in parts[f"{name}.jsonl"]]


def still_seen(story: Story) -> list[str]:
    """Pages that show the word, and answers to the account itself, which is nobody any more."""
    pages = [path for client, path in story.pages() if path != _handle(story) and story.canary in _text(client, path)]
    answered = [path for path in ("/v1/account", story.export) if story.leaver.send("GET", path)[0] != 401]
    gone = [f"/v1/videos/{id_}" for id_ in story.videos]
    gone += [f"/v1/accounts/{story.account_id}", f"/v1/characters/{story.character_id}", _handle(story)]
    there = [path for path in gone if story.witness.send("GET", path)[0] != 404]
    return pages + answered + there


def _text(client: Client, path: str) -> str:
    return msgspec.json.encode(client.send("GET", path)[1]).decode()


def _bytes(client: Client, path: str) -> bytes:
    request = urllib.request.Request(client.url + path, headers={"Authorization": f"Bearer {client.key}"})
    with urllib.request.urlopen(request, timeout=15) as reply:
        return bytes(reply.read())


def replayed(conn: Connection, history: Sequence[Recorded], owners: Epochs) -> Rows:
    """All rows of all read models, filled from these events alone."""
    found: Rows = {}
    for model in MODELS:
        schema = f"replayed_{model.name}"
        install.create(conn, model, schema)
        try:
            fill(conn, model, iter([list(history)]), owners, schema=schema)
            found[model.name] = dump(conn, schema)
        finally:
            conn.execute(f"drop schema {schema} cascade".encode())
    return found
