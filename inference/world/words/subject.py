"""The shape of a vocabulary entry that can be drawn."""

from __future__ import annotations

import msgspec

from inference.world.scene import Rig


class Subject(msgspec.Struct, frozen=True):
    name: str
    rig: Rig
    height: float
    width: float
    medium: str  # ground | air | water: where it is at home
    words: tuple[str, ...]
    palette: dict[str, tuple[str, ...]]
    wears: dict[str, str] = {}
    voice: tuple[float, float] = (1.0, 1.0)
    cry: str = ""
    tread: str = ""
