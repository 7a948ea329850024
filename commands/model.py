"""Commands on the registry of models and their handlers."""

from __future__ import annotations

from typing import Final

import msgspec

from commands.work import MODEL, Handler, Work
from domain import model
from domain.ids import model_stream


class RegisterModel(msgspec.Struct, frozen=True, kw_only=True):
    model: model.Model


async def register_model(command: RegisterModel, work: Work) -> None:
    stream = model_stream(command.model.model)
    work.change(stream, model.register(await work.read(MODEL, stream), command.model))
    work.answer = {"model": command.model.model}


HANDLERS: Final[dict[type, Handler]] = {
    RegisterModel: register_model,
}
