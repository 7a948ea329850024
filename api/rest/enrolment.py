"""A character looked for in a clip or a picture: what it might be, before anybody makes it. Nothing is kept, neither
the file nor that somebody has asked."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Final

import msgspec
from starlette.responses import Response

from api.call import Call, reply
from api.parsing import read_file
from api.routing import Endpoint
from commands.work import CHARACTER, fold
from domain.appearance import CHOICES, RIG_VERSION, RIGS, Parameter
from domain.character import Existing
from domain.enrolment import Enrolled
from domain.errors import Forbidden

FIELD: Final = "file"


class Range(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What a parameter may be; `whole`: whole numbers only, `choices` what each of them means."""

    least: float
    most: float
    whole: bool = False
    choices: tuple[str, ...] = ()


class Enrolment(msgspec.Struct, kw_only=True):
    """`rig`, `rig_version`, `description` and `parameters` are what POST /v1/characters takes, to be changed at will
    within `ranges`. `seen` names the parameters that the picture shows plainly, `guessed` the others; what is in
    neither was not told from it and is left to chance. `sure` is false where all of it is a guess: then look at the
    `preview`, a picture (as a data URL) of what was seen beside what the parameters draw, and change them. A drawing,
    never a likeness: nobody is recognised."""

    object: str = "character_enrolment"
    rig: str
    rig_version: int = RIG_VERSION
    description: str
    parameters: dict[str, float]
    ranges: dict[str, Range]
    confidence: float
    sure: bool
    seen: tuple[str, ...]
    guessed: tuple[str, ...]
    notes: tuple[str, ...]
    preview: str


async def enrol(call: Call) -> Response:
    async with read_file(call.request, FIELD) as file:
        await _require_own(call, file)
        return reply(_answer(await call.deps.files.enrol(file)))


async def _require_own(call: Call, file: Path) -> None:
    """Who stars in a film of this platform belongs to somebody, and is not to be had by drawing it again."""
    checked = await call.deps.provenance.check(file)
    for character_id in checked.video.characters if checked.video else ():
        state, _ = await fold(call.deps.store, CHARACTER, character_id)
        if not isinstance(state, Existing) or state.made.owner_id != call.require().account:
            message = "This film of this platform stars somebody's character: ask its owner to let you use it."
            raise Forbidden("character_of_another", message, FIELD)


def _answer(found: Enrolled) -> Enrolment:
    return Enrolment(
        rig=found.rig,
        description=found.description,
        parameters=found.parameters,
        ranges={name: _range(name, known) for name, known in RIGS[found.rig].items()},
        confidence=found.confidence,
        sure=found.is_sure,
        seen=found.seen,
        guessed=found.guessed,
        notes=found.notes,
        preview=f"data:image/webp;base64,{b64encode(found.preview).decode()}",
    )


def _range(name: str, known: Parameter) -> Range:
    return Range(least=known.least, most=known.most, whole=known.whole, choices=CHOICES.get(name, ()))


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="POST",
        path="/v1/characters/enrolments",
        handler=enrol,
        summary="Look for a character in a clip or a picture: its parameters, to be changed, and how sure they are",
        tag="characters",
        upload=FIELD,
        answer=Enrolment,
    ),
)
