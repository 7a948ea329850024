"""An account's export: asked for, which is recorded, and then fetched as a zip of JSON lines."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import Final

import msgspec
from starlette.responses import Response

from api.call import Call, reply
from api.routing import Endpoint
from commands.account import RequestExport
from commands.exports import Line, export_of
from commands.work import ACCOUNT, fold
from domain.account import ExportRequested, require_open
from domain.errors import NotFound
from domain.ids import is_id

README: Final = """What this platform knows of your account, as the facts from which everything else is computed.

Each .jsonl file has one fact a line: the stream it belongs to, its version there, its type (described under
/schemas/<type>.json), its id, the time it was recorded, and its fields. Files of your videos are fetched with your key
at /v1/videos/<id>/content. manifest.json has the SHA-256 of each file.
"""


class Export(msgspec.Struct, kw_only=True):
    """`url` gives the zip, to the account itself, for as long as the account exists."""

    object: str = "export"
    id: str
    status: str = "ready"
    url: str


async def request(call: Call) -> Response:
    command = RequestExport(account_id=call.require().account, export_id=call.deps.ids.new("export"))
    outcome = await call.dispatch(command)
    id_ = outcome.answer["export_id"]
    return call.wrote(reply(Export(id=id_, url=f"{call.deps.public_url}/v1/account/exports/{id_}")), outcome)


async def fetch(call: Call) -> Response:
    """Made now, from the facts as they are now."""
    account_id, export_id = call.require().account, call.path("export_id")
    await _require(call, account_id, export_id)
    found = export_of(call.deps.store, call.deps.world.lists, account_id)
    parts = {f"{name}.jsonl": _lines(lines) async for name, lines in found}
    headers = {"Content-Disposition": f'attachment; filename="{export_id}.zip"', "Cache-Control": "no-store"}
    return Response(_zip(parts), 200, headers, "application/zip")


async def _require(call: Call, account_id: str, export_id: str) -> None:
    """The account must be there, and have asked for this one."""
    state, _ = await fold(call.deps.store, ACCOUNT, account_id)
    require_open(state, account_id)
    asked = {
        fact.event.export_id
        for fact in await call.deps.store.load(account_id)
        if isinstance(fact.event, ExportRequested)
    }
    if not is_id(export_id, "export") or export_id not in asked:
        raise NotFound("export_not_found", f"There is no export {export_id[:80]}.", "export_id")


def _lines(lines: list[Line]) -> bytes:
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)


def _zip(parts: dict[str, bytes]) -> bytes:
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
    manifest = {"files": digests, "counts": {name: content.count(b"\n") for name, content in parts.items()}}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        archive.writestr("manifest.json", msgspec.json.format(msgspec.json.encode(manifest)))
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="POST",
        path="/v1/account/export",
        handler=request,
        summary="Ask for everything that the platform knows of the account; once a day",
        tag="accounts",
        answer=Export,
    ),
    Endpoint(
        method="GET",
        path="/v1/account/exports/{export_id}",
        handler=fetch,
        summary="The export, as a zip of JSON lines with a manifest",
        tag="accounts",
        media=("application/zip",),
    ),
)
