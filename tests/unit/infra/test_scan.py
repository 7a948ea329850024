"""What the scanner for a forgotten text recognises: a scanner that finds nothing must be one that would have found."""

from __future__ import annotations

import io
import json
import zipfile
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.needles import Needles
from infra.objects import Objects
from infra.scan import CHUNK_BYTES, Find, Scanner

CANARY = 'zöbrafinch "7"'
TEXT = CANARY.encode()


@pytest.mark.parametrize(
    ("form", "data"),
    [
        ("text", TEXT),
        ("text", CANARY.upper().lower().replace("z", "Z").encode()),
        ("json", json.dumps({"prompt": CANARY}).encode()),
        ("json", json.dumps({"prompt": CANARY}, ensure_ascii=False).encode()),
        ("utf-16", CANARY.encode("utf-16")),
        ("hex", TEXT.hex().encode()),
        ("hex", TEXT.hex().upper().encode()),
    ],
)
def test_a_text_is_found_in_every_form(form: str, data: bytes) -> None:
    assert Needles(CANARY).forms_in(b"before " + data + b" behind") == [form]


@given(st.binary(max_size=9), st.binary(max_size=9), st.text(min_size=6, max_size=20))
def test_base64_is_found_whatever_stands_around_the_text(before: bytes, behind: bytes, text: str) -> None:
    whole = before + text.encode() + behind
    for encoded in (b64encode(whole), urlsafe_b64encode(whole)):
        assert "base64" in Needles(text).forms_in(encoded)


def test_other_texts_are_not_found() -> None:
    needles = Needles(CANARY)
    for data in (b"", TEXT[:-1], TEXT[::-1], b64encode(TEXT[:-2]), bytes(1000)):
        assert needles.forms_in(data) == []


def test_a_text_that_is_found_by_chance_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 6 bytes"):
        Needles("abcde")


def test_files_their_names_and_what_is_packed_in_them(tmp_path: Path) -> None:
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("deep.txt", b"." * 9000 + TEXT)
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.zip", inner.getvalue())
        archive.writestr("nothing.txt", "nothing")
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "api.log").write_bytes(b"line\n" * 10 + b64encode(b"x" + TEXT))
    (tmp_path / f"{CANARY}.txt").write_bytes(b"")
    (tmp_path / "export.zip").write_bytes(outer.getvalue())
    # Across the border of two pieces, and behind a hole.
    (tmp_path / "large").write_bytes(bytes(CHUNK_BYTES - 3) + TEXT)
    with (tmp_path / "sparse").open("wb") as file:
        file.seek(64 * 2**20)
        file.write(TEXT)
    (tmp_path / "objects").mkdir()
    (tmp_path / "objects" / "searched elsewhere").write_bytes(TEXT)
    scanner = Scanner(CANARY)
    scanner.folder(tmp_path, but=tmp_path / "objects")
    assert sorted(find.place for find in scanner.scan.found) == [
        "file export.zip, entry inner.zip, entry deep.txt",
        "file large",
        "file logs/api.log",
        "file sparse",
        f"file {CANARY}.txt, its name",
    ]
    assert (scanner.scan.files, scanner.scan.unread) == (5, [])


def test_what_cannot_be_read_proves_nothing(tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    scanner = Scanner(CANARY)
    scanner.folder(tmp_path)
    assert scanner.scan.unread == ["file broken.zip (BadZipFile)"]
    assert not scanner.scan.clean
    assert "could not be read: file broken.zip (BadZipFile)" in scanner.scan.lines


async def test_objects_and_their_names(tmp_path: Path) -> None:
    objects = Objects(tmp_path.as_uri())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("messages.json", json.dumps(CANARY))
    await objects.put("v/1/scene", TEXT, "application/json")
    await objects.put("a/1/export", packed.getvalue(), "application/zip")
    await objects.put("v/2/video", bytes(100), "video/mp4")
    scanner = Scanner(CANARY)
    await scanner.objects(objects)
    assert set(scanner.scan.found) == {
        Find("object v/1/scene", "text"),
        Find("object a/1/export", "json"),  # stored, not deflated
        Find("object a/1/export, entry messages.json", "json"),
    }
    assert scanner.scan.objects == 3
