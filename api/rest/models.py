"""`GET /v1/models`: what is installed and what it can do."""

from __future__ import annotations

from starlette.responses import Response

from api.call import Call, reply
from api.present import unix
from api.schemas import ModelInfo, ModelList
from domain.errors import Invalid, NotFound
from domain.ids import model_stream
from domain.model import Model, resolve


async def listing(call: Call) -> Response:
    return reply(ModelList([await _info(call, model) for model in await _installed(call)]))


async def retrieve(call: Call) -> Response:
    """An alias gives the model that serves it now."""
    try:
        model = resolve(call.path("model"), await _installed(call))
    except Invalid as unknown:
        raise NotFound(unknown.code, unknown.message, unknown.param) from unknown
    return reply(await _info(call, model))


async def _installed(call: Call) -> list[Model]:
    return sorted(await call.deps.models.installed(), key=lambda model: (-model.rank, model.model))


async def _info(call: Call, model: Model) -> ModelInfo:
    history = await call.deps.store.load(model_stream(model.model))
    return ModelInfo(
        id=model.model,
        created=unix(history[0].recorded.recorded_at),
        owned_by="recut",
        description=model.description,
        licence=model.licence,
        digest=model.digest,
        available=await call.deps.workers.live(model.model),
        verbs=model.verbs,
        sizes=model.sizes,
        default_size=model.default_size,
        seconds=tuple(map(str, model.seconds)),
        default_seconds=str(model.default_seconds),
        inputs=model.inputs,
        max_characters=model.max_characters,
        price_per_second=model.price_per_second,
        aliases=model.aliases,
        engines=model.engines,
    )
