"""What every model implements, and the words in which a worker asks and is answered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt at one video. `seconds` is its length; `parent_scene` the scene asset that a remix starts from."""

    video_id: str
    attempt: int
    model: str
    verb: str  # create | remix
    prompt: str
    seed: int
    seconds: float
    width: int
    height: int
    parent_scene: bytes | None = None


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """A finished file. There is no asset `master` while it would be the same bytes as `video`."""

    role: str  # video | thumbnail | spritesheet | captions | scene | stems
    path: str
    mime: str
    sha256: str
    bytes: int


class Result(msgspec.Struct, frozen=True, kw_only=True):
    assets: list[Asset]
    understood: list[str]
    ignored: list[str]
    engine: str
    model_digest: str
    seed: int  # the one that was used: a remix keeps its parent's


class Generate(Protocol):
    """A model.

    It writes its files into `folder`, calls `progress` with 0..1 every few frames and asks `cancelled` between steps.
    It raises `Cancelled` soon after that says true, a `Rejected` when no attempt can succeed, a `Failed` when another
    one may; then none of its files are left behind. The same job gives the same samples and frames on one build.
    """

    def __call__(
        self, job: Job, folder: Path, progress: Callable[[float], None], cancelled: Callable[[], bool]
    ) -> Result: ...


class Cancelled(Exception):
    """The job was cancelled while it ran. Report nothing but that."""


class Rejected(Exception):
    """Terminal: every attempt at this job would end the same way. The message says what to change."""


class Unsupported(Rejected):
    """This model cannot do what was asked: a size, a length, a verb, a scene of another version."""


class BadInput(Rejected):
    """What was given is not usable: an empty prompt, a parent scene that cannot be read."""


class Failed(Exception):
    """Retryable: this attempt broke, another one may succeed."""


class OutOfMemory(Failed):
    """Try again where there is more memory or less work at once."""


class EngineCrash(Failed):
    """Something inside the model broke. The message names the stage and the kind of error, never the prompt."""
