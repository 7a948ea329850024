"""Files out of the object store: whole or in part, cached by digest, under a key or a signed address."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.errors import RangeNotSatisfiable
from api.ports import Objects
from api.tokens import Signer
from domain.errors import Unavailable
from domain.video import Asset

ADDRESS_LENGTH: Final = timedelta(minutes=15)
VARIANTS: Final = ("video", "thumbnail", "spritesheet", "captions")
_SUFFIXES: Final = {
    "video/mp4": "mp4",
    "image/webp": "webp",
    "image/jpeg": "jpg",
    "image/png": "png",
    "text/vtt": "vtt",
}
_RANGE: Final = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})", re.IGNORECASE)


class _Address(msgspec.Struct, frozen=True, array_like=True):
    video_id: str
    viewer: str
    until: int


def address(signer: Signer, video_id: str, variant: str, viewer: str, now: datetime) -> str:
    """A path that stands in for the key of `viewer` for some minutes. It is the same all through a quarter of the
    validity, so that browsers can cache."""
    step = int(ADDRESS_LENGTH.total_seconds()) // 4
    until = (int(now.timestamp()) // step + 5) * step
    access = signer.sign("media", msgspec.json.encode(_Address(video_id, viewer, until)))
    return f"/v1/videos/{video_id}/content?{urlencode({'variant': variant, 'access': access})}"


def viewer_of(signer: Signer, access: str, video_id: str, now: datetime) -> str | None:
    """Whose eyes the address was made for; None when it is not valid for this video now."""
    payload = signer.open("media", access)
    if payload is None:
        return None
    given = msgspec.json.decode(payload, type=_Address)
    return given.viewer if given.video_id == video_id and given.until > now.timestamp() else None


async def send_asset(request: Request, objects: Objects, asset: Asset, name: str, at: datetime) -> Response:
    """200, 206, 304 or 416, as RFC 9110 wants it. The digest is the validator; several ranges at once are answered with
    the whole."""
    headers = _headers(asset, name, at)
    if _unchanged(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    span = _span(request, asset.bytes, headers)
    if span is None:
        start, end, status = 0, asset.bytes, 200
    else:
        (start, end), status = span, 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{asset.bytes}"
    headers["Content-Length"] = str(end - start)
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=asset.mime)
    body = await _opened(objects, asset.key, start, end)
    return StreamingResponse(body, status, headers, asset.mime)


def _headers(asset: Asset, name: str, at: datetime) -> dict[str, str]:
    suffix = _SUFFIXES.get(asset.mime.partition(";")[0], "bin")
    return {
        "ETag": f'"{asset.sha256}"',
        "Last-Modified": format_datetime(at, usegmt=True),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=300",
        "Content-Disposition": f'inline; filename="{name}.{suffix}"',
    }


def _unchanged(request: Request, etag: str) -> bool:
    given = request.headers.get("if-none-match", "")
    return given.strip() == "*" or etag in [one.strip().removeprefix("W/") for one in given.split(",")]


def _span(request: Request, size: int, headers: dict[str, str]) -> tuple[int, int] | None:
    """The half-open range that was asked for; None for the whole."""
    match = _RANGE.fullmatch(request.headers.get("range", "").strip())
    condition = request.headers.get("if-range")
    if not match or (condition is not None and condition not in (headers["ETag"], headers["Last-Modified"])):
        return None
    first, last = match.groups()
    if not first and not last:
        return None
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last) + 1, size) if first and last else size
    if first and last and int(last) < int(first):
        return None
    if start >= size or (not first and int(last) == 0):
        raise RangeNotSatisfiable(
            f"The file has {size} bytes.", "Range", {"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"}
        )
    return start, end


async def _opened(objects: Objects, key: str, start: int, end: int) -> AsyncIterator[bytes]:
    """The stream with its first chunk already read: what is missing is told before the headers go out."""
    chunks = objects.stream(key, start, end)
    try:
        first = await anext(chunks, b"")
    except OSError as error:
        raise Unavailable("file_unavailable", "The file cannot be read right now.", retry_after=5) from error
    return _rest(first, chunks)


async def _rest(first: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in chunks:
        yield chunk
