"""What every object store does for us: a folder, and the twin in memory."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from infra.objects import Objects


@pytest.fixture(params=["file", "memory"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    return Objects((tmp_path / "a folder" / "objects").as_uri() if request.param == "file" else "memory:///")


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


@pytest.mark.parametrize("prefix", ["", "/", "v/video_1"])
def test_a_prefix_that_could_take_too_much_is_refused(objects: Objects, prefix: str) -> None:
    with pytest.raises(ValueError, match="ends with a slash"):
        asyncio.run(objects.delete_prefix(prefix))


def test_an_unwritable_store_is_an_os_error(tmp_path: Path) -> None:
    objects = Objects((tmp_path / "objects").as_uri())
    (tmp_path / "objects" / "v").write_bytes(b"a file where a folder should be")

    with pytest.raises(OSError, match="object store failed"):
        put(objects, tmp_path, "v/a/1/f", b"x")
