"""What goes over the wire. OpenAPI is generated from these structs and the route table."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, Literal, TypeVar

import msgspec

from projections.feed.items import Why
from projections.leaderboard.boards import Definition
from projections.leaderboard.query import Row as BoardRow
from projections.leaderboard.receipts import Counted
from projections.remix_graph.query import Ancestor, Child, Counts

T = TypeVar("T")
Status = Literal["queued", "in_progress", "completed", "failed"]


class ErrorBody(msgspec.Struct, kw_only=True):
    message: str
    type: str
    param: str | None
    code: str | None


class ErrorReply(msgspec.Struct):
    """Every error of `/v1/videos*`."""

    error: ErrorBody


class Problem(msgspec.Struct, kw_only=True, omit_defaults=True):
    """RFC 9457, every error elsewhere. `type` is stable and names the same thing as `code`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    param: str | None = None
    instance: str | None = None


class AsOf(msgspec.Struct):
    """Which part of history the answer shows at least: the time of its last event, and all positions as a token that a
    later query can be given. `stale_since`: the time of an event that the read model could not take so far."""

    time: datetime | None
    token: str
    stale_since: datetime | None = None


class VideoError(msgspec.Struct):
    code: str
    message: str


class ParentRef(msgspec.Struct):
    """`span`: the part of the parent that is in the file, in seconds; null: it is not in it."""

    id: str
    relation: str
    span: tuple[float, float] | None = None


class CastRef(msgspec.Struct):
    """A character, and the version of its consent that the video relies on."""

    id: str
    consent_version: int


class RestrictionInfo(msgspec.Struct):
    """Why only its owner sees the video. `cause` is a decision or a process."""

    cause: str
    rule: str


class PublicationInfo(msgspec.Struct, kw_only=True):
    visibility: str
    remixable: bool
    caption: str
    topics: tuple[str, ...]
    published_at: int
    description: str | None


class QueuePlace(msgspec.Struct):
    """`place` counts from 1 among the `waiting` jobs of the same tier and model."""

    place: int
    waiting: int


class Urls(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Addresses of the files that work without a key, for some minutes."""

    video: str
    thumbnail: str | None = None
    spritesheet: str | None = None
    captions: str | None = None


class Video(msgspec.Struct, kw_only=True):
    """The first keys are those of the Videos API; from `owner` on they are Recut's own."""

    id: str
    object: Literal["video"] = "video"
    model: str
    status: Status
    progress: int
    created_at: int
    completed_at: int | None
    expires_at: int | None
    prompt: str | None
    size: str
    seconds: str
    remixed_from_video_id: str | None
    error: VideoError | None
    owner: str
    resolved_model: str
    seed: int
    attempt: int
    tier: str
    extensions: int
    parents: tuple[ParentRef, ...]
    characters: tuple[CastRef, ...]
    understood: tuple[str, ...]
    ignored: tuple[str, ...]
    publication: PublicationInfo | None
    restrictions: tuple[RestrictionInfo, ...]
    likes: int
    remixes: int
    liked: bool
    queue: QueuePlace | None
    urls: Urls | None


class Deleted(msgspec.Struct):
    id: str
    deleted: bool = True
    object: Literal["video.deleted"] = "video.deleted"


class VideoPage(msgspec.Struct, kw_only=True):
    object: Literal["list"] = "list"
    data: list[Video]
    first_id: str | None
    last_id: str | None
    has_more: bool
    as_of: AsOf


class Page(msgspec.Struct, Generic[T], kw_only=True):
    object: Literal["list"] = "list"
    data: list[T]
    has_more: bool
    next_cursor: str | None
    as_of: AsOf


class Author(msgspec.Struct):
    id: str
    name: str


class FeedItem(msgspec.Struct):
    """`why`: which source brought it, and how its place was computed: the sum of terms times weights."""

    video: Video
    author: Author
    why: Why


class FeedAnswer(Page[FeedItem], kw_only=True):
    """`personalised`: ranked by what the caller has liked and seen, too; else only by what it has said, or by time.
    `session`: the frozen ranking that the page is of, for GET /v1/feed/sessions/{id}."""

    personalised: bool
    session: str | None


class FeedSeenBody(msgspec.Struct, kw_only=True):
    """1 to 100 videos that the feed has shown to the caller."""

    video_ids: list[str]


class FeedSeen(msgspec.Struct, kw_only=True):
    """`noted`: how many of them. None of them when the caller does not want a personalised feed."""

    object: Literal["feed.seen"] = "feed.seen"
    noted: int


class LineagePage(msgspec.Struct, kw_only=True):
    """Ancestors are nearest first, children with the largest families first."""

    id: str
    ancestors: list[Ancestor]
    children: list[Child]
    more: int
    next_cursor: str | None
    counts: Counts
    as_of: AsOf


class BoardWindow(msgspec.Struct, kw_only=True):
    """A window is aligned to the end of the last closed hour, `closed_at`: it begins at `since`, so many whole hours
    before it (None: never), and goes on until now, or as of a past moment until that hour's end, `until`. `of`: how
    many are on the board, None where only the first places are kept. `positions`: how far each log, named
    "category/shard", was counted."""

    board: str
    window: str
    since: datetime | None
    until: datetime | None
    closed_at: datetime | None
    of: int | None
    definition: Definition
    positions: dict[str, int]
    as_of: AsOf


class Board(BoardWindow, kw_only=True):
    """`corrected`: under the corrections of today, not of that moment."""

    object: Literal["list"] = "list"
    data: list[BoardRow]
    corrected: bool
    has_more: bool
    next_cursor: str | None


class BoardRank(BoardWindow, kw_only=True):
    """`ties`: how many others have the same count."""

    object: Literal["rank"] = "rank"
    place: BoardRow
    ties: int


class BoardReceipt(BoardWindow, kw_only=True):
    """`data`: the events that the place was counted from, the newest first. `ties`: how many others have the same
    count; `tied`: the first of them."""

    object: Literal["receipt"] = "receipt"
    place: BoardRow
    ties: int
    tied: list[str]
    data: list[Counted]
    has_more: bool
    next_cursor: str | None


class Account(msgspec.Struct, kw_only=True):
    """`followed`: by the caller. The numbers come from a read model and may lag a moment."""

    object: Literal["account"] = "account"
    id: str
    name: str
    bio: str
    followers: int
    following: int
    followed: bool


class Liked(msgspec.Struct, kw_only=True):
    object: Literal["like"] = "like"
    video_id: str
    liked: bool


class Followed(msgspec.Struct, kw_only=True):
    object: Literal["follow"] = "follow"
    account_id: str
    following: bool


class ModelInfo(msgspec.Struct, kw_only=True):
    """The first four keys are those of the OpenAI list; the rest says what the model can do."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str
    description: str
    licence: str
    digest: str
    available: bool
    verbs: tuple[str, ...]
    sizes: tuple[str, ...]
    default_size: str
    seconds: tuple[str, ...]
    default_seconds: str
    inputs: tuple[str, ...]
    max_characters: int
    price_per_second: int
    aliases: tuple[str, ...]
    engines: tuple[str, ...]


class ModelList(msgspec.Struct):
    data: list[ModelInfo]
    object: Literal["list"] = "list"


class Health(msgspec.Struct, kw_only=True):
    status: Literal["ok", "unavailable"]
    detail: dict[str, str]


class CharacterId(msgspec.Struct):
    id: str


Cast = list[str | CharacterId]


class ReferenceBody(msgspec.Struct):
    """`image_url` is a data URL (data:image/png;base64,...): other addresses are not fetched."""

    image_url: str


class CreateVideoBody(msgspec.Struct, kw_only=True):
    """`input_reference` is the place of the clip: in a form the file itself, a PNG, JPEG or WebP picture of at most 20
    MB or an MP4 or WebM video of at most 60 seconds; in JSON a data URL. `seconds` is a string in the Videos API; a
    number is understood as well. `characters` are ids or @handles, also as `{id}`; a prompt may mention @handles.
    `tier`: free or paid; by default free while the allowance covers it. Unknown fields are ignored."""

    prompt: str
    model: str = "sora-2"
    input_reference: ReferenceBody | None = None
    seconds: str | None = None
    size: str | None = None
    characters: Cast = []
    tier: Literal["free", "paid"] | None = None


class RemixVideoBody(msgspec.Struct, kw_only=True):
    prompt: str
    characters: Cast = []
    tier: Literal["free", "paid"] | None = None


class VideoId(msgspec.Struct):
    id: str


class EditVideoBody(RemixVideoBody, kw_only=True):
    """A remix of one's own video, as its own path. In a form `video` may be a file instead, an MP4 or WebM video: then
    a new video is made before it, of about its length and shape unless `seconds`, `size` or `model` say."""

    video: VideoId


class ExtendVideoBody(RemixVideoBody, kw_only=True):
    """`seconds` more; the model's own length by default."""

    video: VideoId
    seconds: str | None = None


class ClipBody(msgspec.Struct, kw_only=True):
    """From `start` to `end` in seconds; by default all of it."""

    video_id: str
    start: float | None = None
    end: float | None = None


class StitchVideoBody(msgspec.Struct, kw_only=True):
    clips: list[ClipBody]
    prompt: str = ""
    tier: Literal["free", "paid"] | None = None


class PublishVideoBody(msgspec.Struct, kw_only=True):
    """With a `description`, others read that instead of the prompt."""

    visibility: Literal["public", "unlisted", "followers"] = "public"
    remixable: bool = True
    caption: str = ""
    topics: tuple[str, ...] = ()
    description: str | None = None
