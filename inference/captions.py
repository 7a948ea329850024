"""Captions as WebVTT: written for new clips, and read again where a clip is cut or joined."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

_TIMES: Final = re.compile(r"(?:(\d+):)?(\d\d):(\d\d)\.(\d{3})[ \t]+-->[ \t]+(?:(\d+):)?(\d\d):(\d\d)\.(\d{3})")
_VOICE: Final = re.compile(r"<v(?:\.[^ >]*)?[ \t]+([^>]*)>")
_TAG: Final = re.compile(r"<[^>]*>")
SHORTEST: Final = 0.05  # seconds: what is left of a caption after a cut, to be shown at all


class Cue(msgspec.Struct, frozen=True):
    """One caption: shown from `start` to `end` (seconds), said by `speaker` ("" for a narrator)."""

    start: float
    end: float
    speaker: str
    text: str


def webvtt(cues: Iterable[Cue]) -> str:
    blocks = ["WEBVTT"]
    for cue in cues:
        voice = f"<v {_plain(cue.speaker)}>" if cue.speaker else ""
        blocks.append(f"{_timestamp(cue.start)} --> {_timestamp(cue.end)}\n{voice}{_plain(cue.text)}")
    return "\n\n".join(blocks) + "\n"


def read(text: str) -> list[Cue]:
    """The cues of a file; notes, styles and settings are passed over."""
    cues = []
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        head, _, body = block.partition(" --> ")
        times = _TIMES.search(block)
        if not head or not body or times is None:
            continue
        lines = block[times.end() :].partition("\n")[2]
        voice = _VOICE.search(lines)
        speaker = html.unescape(voice.group(1)) if voice else ""
        cues.append(Cue(*_seconds(times), speaker, html.unescape(_TAG.sub("", lines)).strip()))
    return cues


def cut(cues: Iterable[Cue], first: float, last: float, at: float) -> list[Cue]:
    """What is shown between `first` and `last`, where that part begins at the second `at` of another clip."""
    parts = [
        Cue(max(cue.start, first) - first + at, min(cue.end, last) - first + at, cue.speaker, cue.text) for cue in cues
    ]
    return [cue for cue in parts if cue.end - cue.start >= SHORTEST]


def _seconds(times: re.Match[str]) -> tuple[float, float]:
    numbers = [int(group or 0) for group in times.groups()]
    start, end = (3600 * h + 60 * m + s + ms / 1000 for h, m, s, ms in (numbers[:4], numbers[4:]))
    return start, end


def _plain(text: str) -> str:
    """Text as a cue may hold it: markup escaped, and on one line because a blank line ends the cue."""
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _timestamp(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
