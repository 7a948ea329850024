"""Commands on videos and their handlers. Each handler reads, lets the domain decide, and records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from commands.account import nobody_blocks
from commands.casting import cast
from commands.lineage import chain
from commands.paying import hold
from commands.safety import screen
from commands.work import ACCOUNT, FOLLOW, MODEL, VIDEO, Handler, Work
from domain import account, engagement, lineage, model, video
from domain.errors import IllegalState, Unavailable
from domain.ids import follow_stream, model_stream


class CreateVideo(msgspec.Struct, frozen=True, kw_only=True):
    """`seconds` and `size` default to the model's own. `video_id` and `seed` are chosen by the sender. `tier` None:
    free while the allowance covers it, else paid. The file of `reference` is stored already, for this video."""

    video_id: str
    account_id: str
    model: str
    prompt: str
    seed: int
    seconds: int | None = None
    size: str | None = None
    tier: str | None = None
    characters: tuple[str, ...] = ()
    reference: video.Reference | None = None


class RemixVideo(msgspec.Struct, frozen=True, kw_only=True):
    """Size, length, model and seed are those of the parent: what the prompt does not name stays."""

    video_id: str
    parent_id: str
    account_id: str
    prompt: str
    tier: str | None = None
    characters: tuple[str, ...] = ()


class EditVideo(RemixVideo, frozen=True, kw_only=True):
    """As a remix, of one's own video."""


class ExtendVideo(msgspec.Struct, frozen=True, kw_only=True):
    """`seconds` more; the model's own length by default."""

    video_id: str
    parent_id: str
    account_id: str
    prompt: str
    seconds: int | None = None
    tier: str | None = None
    characters: tuple[str, ...] = ()


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A clip of a stitch: from `start` to `end`, in seconds; None: from the beginning, to the end."""

    video_id: str
    start: float | None = None
    end: float | None = None


class StitchVideo(msgspec.Struct, frozen=True, kw_only=True):
    """Model and size are those of the first clip."""

    video_id: str
    account_id: str
    clips: tuple[Part, ...]
    prompt: str = ""
    tier: str | None = None


class CancelVideo(msgspec.Struct, frozen=True, kw_only=True):
    video_id: str
    account_id: str


class PublishVideo(msgspec.Struct, frozen=True, kw_only=True):
    video_id: str
    account_id: str
    visibility: str = "public"
    remixable: bool = True
    caption: str = ""
    topics: tuple[str, ...] = ()
    description: str | None = None


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
    chosen = await choose_model(command.model, work)
    request = video.Request(
        owner_id=command.account_id,
        model=command.model,
        prompt=command.prompt,
        seconds=chosen.default_seconds if command.seconds is None else command.seconds,
        size=chosen.default_size if command.size is None else command.size,
        seed=command.seed,
        reference=command.reference,
    )
    events = video.create(await work.read(VIDEO, command.video_id), request, chosen)
    await queue(work, command.video_id, events, chosen, asked=command.characters, tier=command.tier)


async def remix_video(command: RemixVideo, work: Work) -> None:
    await _patch_video(command, work, video.remix)


async def edit_video(command: EditVideo, work: Work) -> None:
    await _patch_video(command, work, video.edit)


Patch = Callable[[video.Video, video.Source, video.Request, model.Model], list[video.Event]]


async def _patch_video(command: RemixVideo, work: Work, decide: Patch) -> None:
    source, parent = await _source(command.parent_id, command.account_id, work)
    await _require_plate(parent, work)
    chosen = await choose_model(parent.model, work)
    request = _following(parent, command.account_id, command.prompt, parent.seconds)
    events = decide(await work.read(VIDEO, command.video_id), source, request, chosen)
    await queue(work, command.video_id, events, chosen, [parent], asked=command.characters, tier=command.tier)


async def extend_video(command: ExtendVideo, work: Work) -> None:
    source, parent = await _source(command.parent_id, command.account_id, work)
    await _require_plate(parent, work)
    chosen = await choose_model(parent.model, work)
    added = chosen.default_seconds if command.seconds is None else command.seconds
    request = _following(parent, command.account_id, command.prompt, added)
    events = video.extend(await work.read(VIDEO, command.video_id), source, request, chosen)
    await queue(
        work, command.video_id, events, chosen, [parent], asked=command.characters, tier=command.tier, seconds=added
    )


async def stitch_video(command: StitchVideo, work: Work) -> None:
    lineage.check_clips(len(command.clips))
    found = [await _source(clip.video_id, command.account_id, work) for clip in command.clips]
    clips = [video.Clip(source, part.start, part.end) for part, (source, _) in zip(command.clips, found, strict=True)]
    parents = [parent for _, parent in found]
    chosen = await choose_model(parents[0].model, work)
    request = _following(parents[0], command.account_id, command.prompt, parents[0].seconds)
    events = video.stitch(await work.read(VIDEO, command.video_id), clips, request, chosen)
    await queue(work, command.video_id, events, chosen, parents, tier=command.tier, seconds=_JOINING)


# Joining is little work, however long the clips are: it costs what a second of making costs.
_JOINING: Final = 1


async def _source(video_id: str, by: str, work: Work) -> tuple[video.Source, video.Queueing]:
    """A video that `by` may make another one of, and what it was asked as. Conditions: no race with its withdrawal, a
    restriction, a block or the end of a follow."""
    account.require_open(await work.read(ACCOUNT, by), by)
    state = await work.read(VIDEO, video_id)
    follows = await follows_owner(state, by, work)
    request = video.remixable(video_id, state, by, follows=follows).request
    await nobody_blocks(work, by, [request.owner_id], video.no_such_video(video_id))
    return video.Source(video_id, state, follows), request


async def _require_plate(parent: video.Queueing, work: Work) -> None:
    """What was made before a picture or a video is nothing without it."""
    if parent.reference is None:
        return
    given = await work.read(VIDEO, parent.reference.video_id)
    if isinstance(given, video.Deleted):
        message = "The picture or video that this one was made before was deleted, and nothing can be made of it."
        raise IllegalState("reference_deleted", message)


def _following(parent: video.Queueing, owner_id: str, prompt: str, seconds: int) -> video.Request:
    """What a child does not say for itself is its parent's."""
    return video.Request(
        owner_id=owner_id,
        model=parent.model,
        prompt=prompt,
        seconds=seconds,
        size=parent.size,
        seed=parent.seed,
        reference=parent.reference,
    )


async def queue(
    work: Work,
    video_id: str,
    events: Sequence[video.Event],
    chosen: model.Model,
    parents: Sequence[video.Queueing] = (),
    *,
    asked: tuple[str, ...] = (),
    tier: str | None = None,
    seconds: int | None = None,
) -> None:
    """Every way to queue a generation ends here: the words of the whole chain are looked at, the characters judged, the
    credits held, and all of it is one append. `seconds`: what is paid for, if not the whole length."""
    [event] = events
    assert isinstance(event, video.Queueing)
    prompts = [*await chain(work, parents), event.prompt]
    screening = await screen(work, prompts)
    characters = await cast(
        work, by=event.owner_id, asked=asked, parents=parents, prompts=prompts, topics=screening.topics
    )
    chosen.check_characters(len(characters))
    await _require_worker(chosen, work)
    held = await hold(
        work,
        account_id=event.owner_id,
        video_id=video_id,
        model=chosen,
        seconds=event.seconds if seconds is None else seconds,
        size=event.size,
        tier=tier,
    )
    queued = video.with_terms(
        event, tier=held.tier, hold_id=held.hold_id, characters=characters, ruleset=screening.ruleset
    )
    work.change(video_id, [queued])
    work.answer = {"video_id": video_id}


async def follows_owner(state: video.Video, account_id: str, work: Work) -> bool:
    """Read only where it matters, and under a condition: no race with unfollowing."""
    owner = video.to_follow(state, account_id)
    if owner is None:
        return False
    follow = await work.read(FOLLOW, follow_stream(account_id, owner))
    return isinstance(follow, engagement.Following)


async def choose_model(asked: str, work: Work) -> model.Model:
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
    await _require_consent(command, state, work)
    events = video.publish(
        command.video_id,
        state,
        command.account_id,
        command.visibility,
        command.remixable,
        command.caption,
        command.topics,
        command.description,
    )
    work.change(command.video_id, events)
    work.answer = {"video_id": command.video_id}


async def _require_consent(command: PublishVideo, state: video.Video, work: Work) -> None:
    """To publish is a use, too: who stars in a draft is asked again before others see it. Changing how a published one
    is published asks nobody."""
    if not isinstance(state, video.Completed) or state.publication or not state.request.characters:
        return
    if state.request.owner_id != command.account_id:
        return  # refused anyway
    prompts = await chain(work, [state.request])
    topics = (await work.world.screener.screen(prompts)).topics
    await cast(work, by=command.account_id, asked=(), parents=[state.request], prompts=prompts, topics=topics)


async def unpublish_video(command: UnpublishVideo, work: Work) -> None:
    state = await work.read(VIDEO, command.video_id)
    work.change(command.video_id, video.unpublish(command.video_id, state, command.account_id))
    work.answer = {"video_id": command.video_id}


async def delete_video(command: DeleteVideo, work: Work) -> None:
    state = await work.read(VIDEO, command.video_id)
    work.change(command.video_id, video.delete(command.video_id, state, command.account_id))
    work.answer = {"video_id": command.video_id}


async def cancel_video(command: CancelVideo, work: Work) -> None:
    state = await work.read(VIDEO, command.video_id)
    video.own(command.video_id, state, command.account_id)
    work.change(command.video_id, video.cancel(state, command.account_id, "owner"))
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
    EditVideo: edit_video,
    ExtendVideo: extend_video,
    StitchVideo: stitch_video,
    CancelVideo: cancel_video,
    PublishVideo: publish_video,
    UnpublishVideo: unpublish_video,
    DeleteVideo: delete_video,
    StartGeneration: start_generation,
    CompleteGeneration: complete_generation,
    FailGeneration: fail_generation,
}
