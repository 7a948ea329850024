"""The sound of a clip, synthesised: effects, ambience, music and the mix. Nothing is recorded or downloaded."""

from inference.world.sound.effects import EFFECTS
from inference.world.sound.mixing import Tracks, mix, stems

__all__ = ["EFFECTS", "Tracks", "mix", "stems"]
