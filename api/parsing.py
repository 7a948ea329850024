"""From the bytes of a request to a plain dictionary: JSON, multipart and url-encoded bodies come out alike.

Nested form keys use brackets: `input_reference[image_url]`, `characters[][id]`, `metadata[k]`.
"""

from __future__ import annotations

import hashlib
import math
import re
import shutil
from asyncio import to_thread
from base64 import b64decode
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, Final

import msgspec
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from api.errors import TooLarge, UnsupportedMediaType
from domain.errors import Invalid

MAX_BODY: Final = 32 << 20
MAX_FIELD: Final = 25 << 20  # a data URL of 20 MB fits
MAX_FIELDS: Final = 200
MAX_FILES: Final = 8
MAX_NESTING: Final = 4
_KEY: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_DATA_URL: Final = re.compile(r"data:([\w.+-]+/[\w.+-]+);base64,")
_UNSAFE: Final = re.compile("[\0\ud800-\udfff]")


class Upload(msgspec.Struct, frozen=True):
    """A file part among other fields. Its bytes are not kept: an endpoint that takes one asks `read_with_file` or
    `read_file`, and the first of these says their digest."""

    filename: str
    mime: str
    size: int
    sha256: str = ""


async def read_body(request: Request) -> dict[str, Any]:
    """The fields of the body; none for an empty one, whatever its content type says."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        fields = await _form(request, kind)
    else:
        fields = await _json(request, kind)
    _require_text("", fields)
    return fields


@asynccontextmanager
async def read_with_file(request: Request, name: str) -> AsyncIterator[tuple[dict[str, Any], Path | None]]:
    """As `read_body`, and the file that it has in the field `name`, as a part of a form or as the data URL `image_url`
    of an object: on disk for as long as it is looked at. The field then says which file it was."""
    with NamedTemporaryFile(prefix="recut-upload-") as copy:
        if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
            fields = await _form(request, "multipart/form-data", (name, copy.file))
        else:
            fields = await read_body(request)
        if isinstance(fields.get(name), dict) and "image_url" in fields[name]:
            await _unpack(fields, name, copy.file)
        _require_text("", fields)
        copy.flush()
        yield fields, Path(copy.name) if isinstance(fields.get(name), Upload) else None


async def _unpack(fields: dict[str, Any], name: str, into: IO[bytes]) -> None:
    """The file of a data URL. Other addresses are not fetched: what answers there would answer for this machine."""
    address = text(fields[name], "image_url") or ""
    match = _DATA_URL.match(address)
    if not match:
        message = f"`{name}` is a file of the form, or `image_url` with a data URL (data:image/png;base64,...)."
        raise Invalid("unsupported_input", message, name)
    try:
        data = await to_thread(b64decode, address[match.end() :], validate=True)
    except ValueError as error:
        raise Invalid("unsupported_input", f"The data URL of `{name}` is not base64.", name) from error
    into.write(data)
    fields[name] = Upload("", match[1], len(data), hashlib.sha256(data).hexdigest())


@asynccontextmanager
async def read_file(request: Request, name: str) -> AsyncIterator[Path]:
    """The file of the part with this name, on disk for as long as it is looked at."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise UnsupportedMediaType(f"Send multipart/form-data, with the file as its part `{name}`.")
    try:
        form = await _multipart(request)
    except MultiPartException as error:
        raise Invalid("invalid_form", f"The form cannot be read: {error.message}") from error
    try:
        part = form.get(name)
        if not isinstance(part, UploadFile) or not part.size:
            raise Invalid("file_missing", f"Send the file as the part `{name}` of the form.", name)
        with NamedTemporaryFile(prefix="recut-upload-") as copy:
            await to_thread(shutil.copyfileobj, part.file, copy)
            copy.flush()
            yield Path(copy.name)
    finally:
        await form.close()


async def read_raw(request: Request) -> bytes:
    """The bytes as they were sent, for who must check a signature."""
    return b"".join([chunk async for chunk in _limited(request)])


async def _json(request: Request, kind: str) -> dict[str, Any]:
    body = await read_raw(request)
    if not body.strip():
        return {}
    if kind not in ("application/json", "") and not kind.endswith("+json"):
        raise UnsupportedMediaType(f"Content type {kind!r} is not understood: send JSON or multipart/form-data.")
    try:
        fields = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid("invalid_json", f"The body is not JSON: {error}.") from error
    if not isinstance(fields, dict):
        raise Invalid("invalid_json", "The body must be a JSON object.")
    return fields


async def _form(request: Request, kind: str, keep: tuple[str, IO[bytes]] | None = None) -> dict[str, Any]:
    """`keep`: the name of a file part, and where its bytes go."""
    try:
        form = await (_multipart(request) if kind == "multipart/form-data" else _urlencoded(request))
    except MultiPartException as error:
        raise Invalid("invalid_form", f"The form cannot be read: {error.message}") from error
    try:
        fields = nest((name, _plain(value)) for name, value in form.multi_items())
        if keep and isinstance(part := form.get(keep[0]), UploadFile):
            fields[keep[0]] = await to_thread(_kept, part, keep[1]) if part.filename or part.size else None
        return fields
    finally:
        await form.close()


def _kept(part: UploadFile, into: IO[bytes]) -> Upload:
    digest = hashlib.sha256()
    while chunk := part.file.read(1 << 20):
        into.write(chunk)
        digest.update(chunk)
    return Upload(part.filename or "", part.content_type or "", part.size or 0, digest.hexdigest())


def _plain(value: str | UploadFile) -> str | Upload:
    if isinstance(value, str):
        return value
    return Upload(value.filename or "", value.content_type or "", value.size or 0)


async def _multipart(request: Request) -> FormData:
    parser = _Multipart(
        request.headers, _limited(request), max_files=MAX_FILES, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD
    )
    form = await parser.parse()
    if parser.received and not parser.ended:
        await form.close()
        raise MultiPartException("it ends without its closing boundary.")
    return form


class _Multipart(MultiPartParser):
    """Knows whether the closing boundary was seen: a body that was cut off is an error, not a shorter form."""

    received = False
    ended = False

    async def parse(self) -> FormData:
        self.stream = self._watched(self.stream)
        return await super().parse()

    async def _watched(self, stream: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
        async for chunk in stream:
            self.received = self.received or bool(chunk)
            yield chunk

    def on_end(self) -> None:
        self.ended = True


async def _urlencoded(request: Request) -> FormData:
    return await FormParser(request.headers, _limited(request), max_fields=MAX_FIELDS, max_part_size=MAX_FIELD).parse()


async def _limited(request: Request) -> AsyncGenerator[bytes, None]:
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > MAX_BODY:
        raise TooLarge(f"The body has more than {MAX_BODY >> 20} MB.")
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY:
            raise TooLarge(f"The body has more than {MAX_BODY >> 20} MB.")
        yield chunk


def nest(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Bracket keys to dictionaries and lists. A plain key given twice keeps its last value."""
    fields: dict[str, Any] = {}
    for key, value in items:
        match = _KEY.fullmatch(key)
        if not match:
            raise Invalid("invalid_form", f"The form key {key[:80]!r} is not understood.", key[:80])
        path = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        if len(path) > MAX_NESTING:
            raise Invalid("invalid_form", f"The form key {key[:80]!r} is nested too deep.", match[1])
        _put(fields, path, value, key)
    return fields


def _put(into: dict[str, Any], path: list[str], value: Any, key: str) -> None:
    head, *rest = path
    if not rest:
        into[head] = value
    elif rest[0] == "":
        _append(_child(into, head, list, key), rest[1:], value, key)
    else:
        _put(_child(into, head, dict, key), rest, value, key)


def _append(items: list[Any], path: list[str], value: Any, key: str) -> None:
    """`a[][x]` starts a new element when the last one has its `x` already."""
    if not path:
        items.append(value)
        return
    if not items or not isinstance(items[-1], dict) or path[0] in items[-1]:
        items.append({})
    _put(items[-1], path, value, key)


def _child(into: dict[str, Any], name: str, kind: type, key: str) -> Any:
    child = into.setdefault(name, kind())
    if not isinstance(child, kind):
        raise Invalid("invalid_form", f"The form key {key[:80]!r} contradicts another one.", name)
    return child


def _require_text(path: str, value: Any) -> None:
    """NUL and lone surrogates are no text: no store takes them, so no field may hold them."""
    if isinstance(value, str):
        if _UNSAFE.search(value):
            what = f"`{path}`" if path else "The name of a field"
            raise Invalid("invalid_text", f"{what} holds characters that are not text.", path.partition(".")[0] or None)
    elif isinstance(value, dict):
        for name, inner in value.items():
            _require_text(path, name)
            _require_text(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list):
        for inner in value:
            _require_text(path, inner)


def text(fields: dict[str, Any], name: str, default: str | None = None) -> str | None:
    value = fields.get(name)
    if value is None:
        return default
    if not isinstance(value, str):
        raise Invalid("invalid_type", f"`{name}` must be a string.", name)
    return value


def whole(fields: dict[str, Any], name: str) -> int | None:
    """A whole number, also as the string that the SDKs send. An empty string counts as not given."""
    value = fields.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 9:
        return int(value)
    raise Invalid(f"invalid_{name}", f"`{name}` must be a whole number.", name)


def flag(fields: dict[str, Any], name: str, default: bool) -> bool:
    value = fields.get(name)
    if value is None or value == "":
        return default
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise Invalid("invalid_type", f"`{name}` must be true or false.", name)


def words(fields: dict[str, Any], name: str) -> tuple[str, ...]:
    """A list of strings; one bare string is a list of one."""
    value = fields.get(name)
    if value is None or value == "":
        return ()
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise Invalid("invalid_type", f"`{name}` must be a list of strings.", name)
    return tuple(items)


def inner(fields: dict[str, Any], name: str) -> dict[str, Any]:
    """An object within; an empty one when it is not given."""
    value = fields.get(name)
    if value is None or value == "":
        return {}
    if not isinstance(value, dict):
        raise Invalid("invalid_type", f"`{name}` must be an object.", name)
    return value


def number(fields: dict[str, Any], name: str, param: str) -> float | None:
    """A finite number, also as a string."""
    value = fields.get(name)
    if value is None or value == "":
        return None
    try:
        found = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        raise Invalid(f"invalid_{param}", f"`{name}` must be a number.", param)
    return found
