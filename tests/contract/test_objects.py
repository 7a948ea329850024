"""What every object store does for us: a folder, a bucket of the S3 protocol, and the twin in memory."""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from infra.objects import Objects


@pytest.fixture(params=["file", "s3", "memory"])
def objects(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Objects]:
    if request.param == "s3":
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "recut")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        with bucket() as port:
            yield Objects(f"s3://recut?endpoint=http://127.0.0.1:{port}&allow_http=true")
    else:
        yield Objects((tmp_path / "a folder" / "objects").as_uri() if request.param == "file" else "memory:///")


@contextmanager
def bucket() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bucket", (Bucket,), {"stored": {}}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


class Bucket(BaseHTTPRequestHandler):
    """As much of the S3 protocol as the store uses. Every request must be signed."""

    protocol_version = "HTTP/1.1"
    stored: ClassVar[dict[str, tuple[bytes, str]]]

    def do_PUT(self) -> None:
        key, query = self._target()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "partNumber" in query:
            key = f"{key} part {int(query['partNumber'][0]):05}"
        self.stored[key] = (body, self.headers.get("Content-Type", ""))
        self._answer(200, etag=self._etag(body))

    def do_POST(self) -> None:
        """Deletes, or begins or ends an upload in parts; its media type is given at the beginning."""
        key, query = self._target()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "delete" in query:
            gone = re.findall("<Key>(.*?)</Key>", body.decode())
            for each in gone:
                self.stored.pop(each, None)
            lines = "".join(f"<Deleted><Key>{each}</Key></Deleted>" for each in gone)
            self._answer(200, f"<DeleteResult>{lines}</DeleteResult>".encode())
            return
        if "uploads" in query:
            self.stored[f"{key} part 00000"] = (b"", self.headers.get("Content-Type", ""))
            self._answer(200, b"<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>")
            return
        parts = [self.stored.pop(name) for name in sorted(self.stored) if name.startswith(f"{key} part ")]
        whole = b"".join(body for body, _ in parts)
        self.stored[key] = (whole, parts[0][1])
        done = f"<CompleteMultipartUploadResult><ETag>{self._etag(whole)}</ETag></CompleteMultipartUploadResult>"
        self._answer(200, done.encode())

    def do_GET(self) -> None:
        key, query = self._target()
        if "list-type" in query:
            self._answer(200, self._listing(query["prefix"][0]))
        elif key not in self.stored:
            self._answer(404)
        elif wanted := self.headers.get("Range"):
            self._answer_range(self.stored[key][0], wanted.removeprefix("bytes="))
        else:
            self._answer(200, self.stored[key][0], etag=self._etag(self.stored[key][0]))

    do_HEAD = do_GET

    def _answer_range(self, body: bytes, wanted: str) -> None:
        first, _, last = wanted.partition("-")
        start, end = int(first), min(int(last) if last else len(body), len(body) - 1)
        extent = f"bytes {start}-{end}/{len(body)}"
        self._answer(206, body[start : end + 1], etag=self._etag(body), **{"content-range": extent})

    def _listing(self, prefix: str) -> bytes:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        found = [
            f"<Contents><Key>{key}</Key><Size>{len(body)}</Size><LastModified>{now}</LastModified></Contents>"
            for key, (body, _) in self.stored.items()
            if key.startswith(prefix)
        ]
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{''.join(found)}</ListBucketResult>".encode()

    def _target(self) -> tuple[str, dict[str, list[str]]]:
        assert "Credential=recut/" in self.headers["Authorization"]
        parts = urlsplit(self.path)
        return unquote(parts.path).removeprefix("/recut/"), parse_qs(parts.query, keep_blank_values=True)

    def _etag(self, body: bytes) -> str:
        return f'"{hashlib.sha256(body).hexdigest()[:16]}"'

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, text in {"last-modified": "Thu, 01 Jan 2026 00:00:00 GMT", **headers}.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The test says enough."""


def put(objects: Objects, tmp_path: Path, key: str, content: bytes) -> None:
    file = tmp_path / "upload"
    file.write_bytes(content)
    asyncio.run(objects.put_file(key, file, "video/mp4"))


def read(objects: Objects, key: str, start: int = 0, end: int | None = None) -> bytes:
    async def collect() -> bytes:
        return b"".join([chunk async for chunk in objects.stream(key, start, end)])

    return asyncio.run(collect())


def test_what_was_put_is_read(objects: Objects, tmp_path: Path) -> None:
    content = bytes(range(256)) * 40_000  # larger than one part of an upload
    put(objects, tmp_path, "v/video_1/1/video-abc.mp4", content)

    assert asyncio.run(objects.get("v/video_1/1/video-abc.mp4")) == content
    assert read(objects, "v/video_1/1/video-abc.mp4") == content


@pytest.mark.parametrize(
    ("start", "end", "expected"), [(0, 4, b"0123"), (4, 6, b"45"), (7, None, b"789"), (9, 99, b"9"), (3, 3, b"")]
)
def test_a_range_is_read(objects: Objects, tmp_path: Path, start: int, end: int | None, expected: bytes) -> None:
    put(objects, tmp_path, "v/a/1/f", b"0123456789")

    assert read(objects, "v/a/1/f", start, end) == expected


def test_the_head_knows_size_and_version(objects: Objects, tmp_path: Path) -> None:
    put(objects, tmp_path, "v/a/1/f", b"12345")
    first = asyncio.run(objects.head("v/a/1/f"))
    put(objects, tmp_path, "v/a/1/f", b"123456")
    second = asyncio.run(objects.head("v/a/1/f"))

    assert (first.size, second.size) == (5, 6)
    assert first.etag != second.etag
    assert first.etag.startswith('"')
    assert first.etag.endswith('"')


def test_a_missing_object_is_not_found(objects: Objects) -> None:
    for ask in (objects.get("v/a/1/f"), objects.head("v/a/1/f")):
        with pytest.raises(FileNotFoundError):
            asyncio.run(ask)
    with pytest.raises(FileNotFoundError):
        read(objects, "v/a/1/f")


def test_a_prefix_takes_its_folder_and_no_other(objects: Objects, tmp_path: Path) -> None:
    for key in ("v/video_1/1/a", "v/video_1/2/b", "v/video_12/1/c"):
        put(objects, tmp_path, key, b"x")

    assert asyncio.run(objects.delete_prefix("v/video_1/")) == 2
    assert asyncio.run(objects.delete_prefix("v/video_1/")) == 0
    with pytest.raises(FileNotFoundError):
        asyncio.run(objects.get("v/video_1/1/a"))
    assert asyncio.run(objects.get("v/video_12/1/c")) == b"x"


def test_what_was_written_before_a_moment_is_told_and_can_go_alone(objects: Objects, tmp_path: Path) -> None:
    for key in ("v/video_1/1/a", "v/video_1/2/b", "ledger/c"):
        put(objects, tmp_path, key, b"xyz")

    async def old(hours: float) -> dict[str, int]:
        moment = datetime.now(UTC) + timedelta(hours=hours)
        return {each.key: each.bytes async for batch in objects.older("v/", moment) for each in batch}

    assert asyncio.run(old(hours=1)) == {"v/video_1/1/a": 3, "v/video_1/2/b": 3}
    assert asyncio.run(old(hours=-1)) == {}
    assert asyncio.run(objects.delete("v/video_1/1/a"))
    assert asyncio.run(old(hours=1)) == {"v/video_1/2/b": 3}


@pytest.mark.parametrize("prefix", ["", "/", "v/video_1"])
def test_a_prefix_that_could_take_too_much_is_refused(objects: Objects, prefix: str) -> None:
    with pytest.raises(ValueError, match="ends with a slash"):
        asyncio.run(objects.delete_prefix(prefix))


def test_an_unwritable_store_is_an_os_error(tmp_path: Path) -> None:
    objects = Objects((tmp_path / "objects").as_uri())
    (tmp_path / "objects" / "v").write_bytes(b"a file where a folder should be")

    with pytest.raises(OSError, match="object store failed"):
        put(objects, tmp_path, "v/a/1/f", b"x")


def test_a_bucket_keeps_the_media_type(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kinds = []
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "recut")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with bucket() as port:
        monkeypatch.setattr(Bucket, "log_request", lambda self, *_: kinds.append(self.headers.get("Content-Type")))
        put(Objects(f"s3://recut?endpoint=http://127.0.0.1:{port}&allow_http=true"), tmp_path, "v/a/1/f", b"x")

    assert kinds == ["video/mp4"]


def test_a_bucket_out_of_reach_is_an_os_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "recut")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with bucket() as port:
        pass

    with pytest.raises(OSError, match="object store failed"):
        put(Objects(f"s3://recut?endpoint=http://127.0.0.1:{port}&allow_http=true"), tmp_path, "v/a/1/f", b"x")
