"""Commands on videos and their handlers. Each handler reads, lets the domain decide, and records."""

from __future__ import annotations

from typing import Final

import msgspec

from commands.work import ACCOUNT, FOLLOW, MODEL, VIDEO, Handler, Work
from domain import account, engagement, model, video
from domain.errors import Unavailable
from domain.ids import follow_stream, model_stream


class CreateVideo(msgspec.Struct, frozen=True, kw_only=True):
    """`seconds` and `size` default to the model's own. `video_id` and `seed` are chosen by the sender."""

    video_id: str
    account_id: str
    model: str
    prompt: str
    seed: int
    seconds: int | None = None
    size: str | None = None
    tier: str = "free"


class RemixVideo(msgspec.Struct, frozen=True, kw_only=True):
    """Size, length, model and seed are those of the parent: what the prompt does not name stays."""

    video_id: str
    parent_id: str
    account_id: str
    prompt: str
    tier: str = "free"


class PublishVideo(msgspec.Struct, frozen=True, kw_only=True):
    video_id: str
    account_id: str
    visibility: str = "public"
    remixable: bool = True
    caption: str = ""
    topics: tuple[str, ...] = ()


class UnpublishVideo(msgspec.Struct, frozen=True, kw_only=True):
    video_id: str
    account_id: str


class DeleteVideo(msgspec.Struct, frozen=True, kw_only=True):
    video_id: str
    account_id: str


class StartGeneration(msgspec.Struct, frozen=True, kw_only=True):
    video_id: str
    attempt: int
    worker: str
    engine: str


class CompleteGeneration(msgspec.Struct, frozen=True, kw_only=True):
    """The worker's success report. `owner_id` of the event is filled from the video itself."""

    video_id: str
    attempt: int
    assets: tuple[video.Asset, ...]
    engine: str
    model_digest: str
    seed: int
    understood: tuple[str, ...]
    ignored: tuple[str, ...]
    worker: str
    mark_id: str | None = None


class FailGeneration(msgspec.Struct, frozen=True, kw_only=True):
    video_id: str
    attempt: int
    code: str
    message: str
    worker: str


async def create_video(command: CreateVideo, work: Work) -> None:
    account.require_open(await work.read(ACCOUNT, command.account_id), command.account_id)
    chosen = await _choose_model(command.model, work)
    request = video.Request(
        owner_id=command.account_id,
        model=command.model,
        prompt=command.prompt,
        seconds=chosen.default_seconds if command.seconds is None else command.seconds,
        size=chosen.default_size if command.size is None else command.size,
        seed=command.seed,
        tier=command.tier,
    )
    state = await work.read(VIDEO, command.video_id)
    events = video.create(state, request, chosen)
    await _require_worker(chosen, work)
    work.change(command.video_id, events)
    work.answer = {"video_id": command.video_id}


async def remix_video(command: RemixVideo, work: Work) -> None:
    account.require_open(await work.read(ACCOUNT, command.account_id), command.account_id)
    parent = await work.read(VIDEO, command.parent_id)
    follows = await follows_owner(parent, command.account_id, work)
    source = video.remixable(command.parent_id, parent, command.account_id, follows=follows).request
    chosen = await _choose_model(source.model, work)
    request = video.Request(
        owner_id=command.account_id,
        model=source.model,
        prompt=command.prompt,
        seconds=source.seconds,
        size=source.size,
        seed=source.seed,
        tier=command.tier,
    )
    state = await work.read(VIDEO, command.video_id)
    events = video.remix(state, command.parent_id, parent, request, chosen, follows=follows)
    await _require_worker(chosen, work)
    work.change(command.video_id, events)
    work.answer = {"video_id": command.video_id}


async def follows_owner(state: video.Video, account_id: str, work: Work) -> bool:
    """Read only where it matters, and under a condition: no race with unfollowing."""
    owner = video.to_follow(state, account_id)
    if owner is None:
        return False
    follow = await work.read(FOLLOW, follow_stream(account_id, owner))
    return isinstance(follow, engagement.Following)


async def _choose_model(asked: str, work: Work) -> model.Model:
    """The capabilities as registered now, under a condition: no race with a new registration."""
    chosen = model.resolve(asked, await work.world.models.installed())
    return await work.read(MODEL, model_stream(chosen.model)) or chosen


async def _require_worker(chosen: model.Model, work: Work) -> None:
    """Asked last: a bad request is told so even when nobody could run it."""
    if not await work.world.workers.live(chosen.model):
        raise Unavailable(
            "no_worker", f"No worker for model {chosen.model} is running: try again later.", retry_after=5
        )


async def publish_video(command: PublishVideo, work: Work) -> None:
    state = await work.read(VIDEO, command.video_id)
    events = video.publish(
        command.video_id,
        state,
        command.account_id,
        command.visibility,
        command.remixable,
        command.caption,
        command.topics,
    )
    work.change(command.video_id, events)
    work.answer = {"video_id": command.video_id}


async def unpublish_video(command: UnpublishVideo, work: Work) -> None:
    state = await work.read(VIDEO, command.video_id)
    work.change(command.video_id, video.unpublish(command.video_id, state, command.account_id))
    work.answer = {"video_id": command.video_id}


async def delete_video(command: DeleteVideo, work: Work) -> None:
    state = await work.read(VIDEO, command.video_id)
    work.change(command.video_id, video.delete(command.video_id, state, command.account_id))
    work.answer = {"video_id": command.video_id}


async def start_generation(command: StartGeneration, work: Work) -> None:
    state = await work.read(VIDEO, command.video_id)
    work.change(command.video_id, video.start_generation(state, command.attempt, command.worker, command.engine))


async def complete_generation(command: CompleteGeneration, work: Work) -> None:
    state = await work.read(VIDEO, command.video_id)
    if isinstance(state, video.Queued | video.InProgress):
        fields = msgspec.structs.asdict(command)
        del fields["video_id"]
        outcome = video.GenerationCompleted(owner_id=state.request.owner_id, **fields)
        work.change(command.video_id, video.complete_generation(state, outcome))


async def fail_generation(command: FailGeneration, work: Work) -> None:
    state = await work.read(VIDEO, command.video_id)
    events = video.fail_generation(state, command.attempt, command.code, command.message, command.worker)
    work.change(command.video_id, events)


HANDLERS: Final[dict[type, Handler]] = {
    CreateVideo: create_video,
    RemixVideo: remix_video,
    PublishVideo: publish_video,
    UnpublishVideo: unpublish_video,
    DeleteVideo: delete_video,
    StartGeneration: start_generation,
    CompleteGeneration: complete_generation,
    FailGeneration: fail_generation,
}
