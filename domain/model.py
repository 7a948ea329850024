"""A generation model as the platform knows it: what it can do, and what each 400 is answered from."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final

import msgspec

from domain.errors import Invalid
from domain.fields import Word

SLACK: Final = 0.1  # seconds by which a video may be longer than the clip that is made of it


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """Capabilities of a model. `rank` orders models when a client asks for an alias (higher is better); a model that
    is `by_name_only` is never chosen for one. Prices are integer credits a second."""

    model: Word
    digest: Word
    description: Word
    licence: Word
    verbs: tuple[Word, ...]
    sizes: tuple[Word, ...]
    default_size: Word
    seconds: tuple[int, ...]
    default_seconds: int
    inputs: tuple[Word, ...]  # image | video
    max_characters: int
    price_per_second: int
    rank: int
    by_name_only: bool
    aliases: tuple[Word, ...]
    engines: tuple[Word, ...]

    def check(self, verb: str, *, seconds: int, size: str, whole: bool = False) -> None:
        """Raises `Invalid` with the allowed values when this model cannot do what is asked. `whole`: the length is that
        of what exists already, so it may be any."""
        if verb not in self.verbs:
            raise Invalid("unsupported_verb", f"Model {self.model} cannot {verb}.", "model")
        if size not in self.sizes:
            raise Invalid("invalid_size", f"`size` is not one of {', '.join(self.sizes)}.", "size")
        if seconds not in self.seconds and not whole:
            allowed = ", ".join(map(str, self.seconds))
            raise Invalid("invalid_seconds", f"`seconds` {seconds} is not one of {allowed}.", "seconds")

    def check_input(self, kind: str) -> None:
        """`kind`: image | video."""
        if kind not in self.inputs:
            takes = f"{' and '.join(self.inputs)} files only" if self.inputs else "no files"
            message = f"Model {self.model} takes {takes} as `input_reference`: leave it out, or name another model."
            raise Invalid("unsupported_input", message, "input_reference")

    def seconds_for(self, least: float) -> int:
        """The shortest length that has room for so much; else the longest."""
        return min((each for each in self.seconds if each >= least - SLACK), default=max(self.seconds))

    def size_for(self, width: int, height: int) -> str:
        """Of the sizes whose shape is the nearest, the one with about as many pixels."""

        def apart(size: str) -> tuple[float, float]:
            wide, high = map(int, size.split("x"))
            shape = abs(math.log((wide / high) / (width / height)))
            return round(shape, 1), abs(math.log(wide * high / (width * height)))

        return min(self.sizes, key=apart)

    def check_characters(self, count: int) -> None:
        if count > self.max_characters:
            takes = f"at most {self.max_characters} characters" if self.max_characters else "no characters"
            raise Invalid("too_many_characters", f"Model {self.model} takes {takes} in a video.", "characters")


class ModelRegistered(msgspec.Struct, frozen=True, kw_only=True):
    """From now on the model has these capabilities."""

    model: Model


Event = ModelRegistered


def evolve(state: Model | None, event: Event, at: datetime) -> Model | None:
    del state, at
    return event.model


def register(state: Model | None, model: Model) -> list[Event]:
    return [] if state == model else [ModelRegistered(model=model)]


def resolve(asked: str, installed: list[Model]) -> Model:
    """The model that serves `asked`: its name, else the best one that answers to that alias."""
    by_name = [model for model in installed if model.model == asked]
    by_alias = [model for model in installed if asked in model.aliases and not model.by_name_only]
    if not by_name and not by_alias:
        known = sorted({name for model in installed for name in (model.model, *model.aliases)})
        raise Invalid("model_not_found", f"There is no such model; known are {', '.join(known)}.", "model")
    return by_name[0] if by_name else max(by_alias, key=lambda model: (model.rank, model.model))
