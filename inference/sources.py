"""The files for one attempt, its parents' and its place's: fetched from the object store into the attempt's folder."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from inference.ports import BadInput, Failed, Given, Reference

if TYPE_CHECKING:
    from pathlib import Path

    from domain.jobs import Bundle, Source
    from inference.ports import Objects

JOINS: Final = ("extend", "stitch")  # the verbs whose files begin with a parent's


class ParentGone(Exception):
    """A video that this one is made of was deleted."""

    def __init__(self) -> None:
        super().__init__("A video that this one is made of was deleted.")


async def fetch_parents(bundle: Bundle, objects: Objects, folder: Path) -> tuple[Given, ...]:
    """In the order of the bundle. A file that several clips are cut from is fetched once. Raises `ParentGone`."""
    if bundle.verb != "create" and not bundle.parents:
        # Sealed before bundles had parents. It counts as broken, and the next attempt's bundle is made anew.
        raise Failed("the job was queued by an older version: another attempt will have its parents")
    fetched: dict[str, Path] = {}
    return tuple([await _given(bundle.verb, source, objects, folder, fetched) for source in bundle.parents])


async def _given(verb: str, source: Source, objects: Objects, folder: Path, fetched: dict[str, Path]) -> Given:
    """A stitch cuts files and can do without scenes; whatever else needs a scene to go on from."""
    if (verb != "stitch" and source.scene is None) or (verb in JOINS and source.video is None):
        raise ParentGone
    try:
        captions = await objects.get(source.captions) if verb in JOINS and source.captions else None
        return Given(
            video_id=source.video_id,
            delivered=await _file(source.delivered, objects, folder, fetched) if source.delivered else None,
            seconds=source.seconds,
            span=source.span,
            scene=await objects.get(source.scene) if source.scene else None,
            video=await _file(source.video, objects, folder, fetched) if verb in JOINS and source.video else None,
            captions=captions.decode() if captions else None,
            latents=await _latents(verb, source, objects, folder),
        )
    except FileNotFoundError:
        raise ParentGone from None


async def _latents(verb: str, source: Source, objects: Objects, folder: Path) -> Path | None:
    if source.latents is None or verb == "stitch":
        return None
    return await _fetched(source.latents, objects, folder / "parent.latents")


async def fetch_plate(bundle: Bundle, objects: Objects, folder: Path) -> Reference | None:
    """The picture or video that is the place of the clip. Raises `BadInput` when it is gone."""
    if bundle.plate is None:
        return None
    try:
        path = await _fetched(bundle.plate.key, objects, folder / "plate")
    except FileNotFoundError:
        raise BadInput("the picture or video that this is made before was deleted") from None
    return Reference(path, "image" if bundle.plate.mime.startswith("image/") else "video", bundle.plate.mime)


async def _file(key: str, objects: Objects, folder: Path, fetched: dict[str, Path]) -> Path:
    if key not in fetched:
        fetched[key] = await _fetched(key, objects, folder / f"parent-{len(fetched)}.mp4")
    return fetched[key]


async def _fetched(key: str, objects: Objects, path: Path) -> Path:
    with path.open("wb") as file:
        async for chunk in objects.stream(key):
            await asyncio.to_thread(file.write, chunk)
    return path
