"""The pages to look at. Each is queries and one template."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from starlette.responses import Response

from api.call import Call
from api.consistency import fresh
from api.console.render import html
from api.present import current, require_id, see, video_now, video_of, with_progress
from api.query import one_of
from api.rest import accounts, leaderboards, lineage, statement, steering, wallet
from api.rest import feed as feeds
from api.schemas import Author, FeedItem, Video
from domain.errors import NotFound
from projections.feed.items import Why

CUT_NAMES: Final = {"for_you": "For you", "following": "Following", "latest": "Latest"}
BOARD_NAMES: Final = {"most_liked": "Most liked", "most_remixed": "Most remixed"}
FEED_LENGTH: Final = 8
BOARD_LENGTH: Final = 8
MINE_LENGTH: Final = 24
CHILDREN: Final = 24
RUNNING: Final = ("queued", "in_progress")


class Item(msgspec.Struct):
    """A feed item with what only a person at a page asks for. `following`: None for nobody in particular."""

    video: Video
    author: Author
    why: Why
    following: bool | None


async def home(call: Call) -> Response:
    values = {**await _feed(call), **await _board(call), **await composer(call, None)}
    return await html(call, "feed.html", running=await _running(call), **values, **await wishes(call))


async def wishes(call: Call, wish_id: str | None = None) -> dict[str, Any]:
    """The rules of the caller's feed, and what was not understood of the wish that was just made."""
    made = wish_id or call.request.query_params.get("wish")
    if not call.viewer:
        return {"rules": [], "ignored": []}
    ignored = (await steering.understood(call, made)).ignored if made else []
    return {"rules": (await steering.rules(call)).data, "ignored": ignored}


async def more(call: Call) -> Response:
    return await html(call, "items.html", **await _feed(call))


async def _feed(call: Call) -> dict[str, Any]:
    cuts = tuple(CUT_NAMES) if call.viewer else ("for_you", "latest")
    cut = one_of(call, "cut", cuts)
    await fresh(call, "feed")
    page = await feeds.page(call, cut, FEED_LENGTH, call.request.query_params.get("cursor") or None)
    items = await _with_follows(call, page.data)
    return {"items": items, "cut": cut, "cuts": [(name, CUT_NAMES[name]) for name in cuts], "next": page.next_cursor}


async def _with_follows(call: Call, items: list[FeedItem]) -> list[Item]:
    if not call.viewer:
        return [Item(item.video, item.author, item.why, None) for item in items]
    followed = await call.edge.authors.followed(call.viewer, (item.author.id for item in items))
    return [Item(item.video, item.author, item.why, item.author.id in followed) for item in items]


async def _running(call: Call) -> list[Video]:
    """What the caller waits for, so that a reload loses nothing."""
    if not call.viewer:
        return []
    await fresh(call, "videos")
    page = await call.deps.reads.own_videos(call.viewer, after=None, limit=MINE_LENGTH, order="desc")
    return [await with_progress(call, card) for card in page.items if card.state in RUNNING]


async def composer(call: Call, asked: str | None) -> dict[str, Any]:
    """What the prompt box offers: the capabilities of the model that is chosen, at first the best one."""
    models = await call.deps.models.installed() if call.viewer else []
    ranked = sorted(models, key=lambda model: (model.by_name_only, -model.rank, model.model))
    chosen = next((model for model in ranked if model.model == asked), ranked[0] if ranked else None)
    return {"models": ranked, "model": chosen}


async def options(call: Call) -> Response:
    values = await composer(call, call.request.query_params.get("model"))
    if values["model"] is None:
        raise NotFound("model_not_found", "No model is installed.", "model")
    return await html(call, "options.html", **values)


async def board(call: Call) -> Response:
    return await html(call, "board.html", **await _board(call, call.path("board")))


async def _board(call: Call, name: str | None = None) -> dict[str, Any]:
    asked = name or one_of(call, "board", tuple(BOARD_NAMES))
    shown = await leaderboards.board(call, asked, BOARD_LENGTH)
    known = await _known(call, [row.id for row in shown.data])
    rows = [(row, *known.get(row.id, (None, None))) for row in shown.data]
    return {"board": shown, "rows": rows, "boards": BOARD_NAMES.items(), "windows": leaderboards.WINDOW_NAMES}


async def _known(call: Call, ids: list[str]) -> dict[str, tuple[Video, Author]]:
    """Those of the videos that the caller may see, with their authors."""
    cards = await call.deps.reads.cards(ids, call.viewer)
    authors = await call.edge.authors.of(card.owner_id for card in cards.values())
    apart = await call.edge.authors.apart_from(call.viewer, authors)
    shown = [card for card in cards.values() if card.owner_id not in apart]
    return {card.id: (video_of(call, card), authors[card.owner_id]) for card in shown}


async def watch(call: Call) -> Response:
    video_id = call.path("video_id")
    video = await current(call, video_id)
    await fresh(call, "remix_graph")
    found = await lineage.family(call, video_id, depth=lineage.DEFAULT_DEPTH, limit=CHILDREN)
    ids = [above.id for above in found.ancestors if above.id] + [child.id for child in found.children if child.id]
    known = await _known(call, ids)
    return await html(
        call,
        "video.html",
        video=video,
        author=await call.edge.authors.one(video.owner),
        ancestors=[known.get(kin.id or "") for kin in reversed(found.ancestors)],
        children=[(kin.descendants, known[kin.id]) for kin in found.children if kin.id in known],
        lineage=found,
    )


async def family(call: Call) -> Response:
    """The graph around a video, as a picture. The page of the video has the same as lists."""
    video = await current(call, call.path("video_id"))
    drawn = await lineage.drawn(call, video.id, await lineage.when_asked(call))
    known = await _known(call, [node.id for node in drawn.nodes if node.id])
    places = {node.key: node for node in drawn.nodes}
    edges = [(edge, places[edge.parent], places[edge.child]) for edge in drawn.edges]
    return await html(call, "family.html", video=video, drawn=drawn, known=known, edges=edges)


async def profile(call: Call) -> Response:
    await fresh(call, "feed")
    account = await accounts.account(call)
    videos, following = await accounts.published(call, MINE_LENGTH)
    author = Author(account.id, account.name)
    item = {"author": author, "following": account.followed if call.viewer else None}
    template = "tiles.html" if call.request.query_params.get("cursor") else "account.html"
    return await html(call, template, account=account, author=author, videos=videos, item=item, next=following)


async def mine(call: Call) -> Response:
    call.require()
    after = call.request.query_params.get("after") or None
    await fresh(call, "videos")
    page = await call.deps.reads.own_videos(
        call.viewer, after=after and require_id(after), limit=MINE_LENGTH, order="desc"
    )
    shown = [await with_progress(call, card) for card in page.items]
    running = [video for video in shown if video.status in RUNNING]
    done = [video for video in shown if video.status not in RUNNING]
    following = page.items[-1].id if page.has_more else None
    template = "drafts.html" if after else "mine.html"
    return await html(call, template, videos=done, running=running, next=following)


async def credits(call: Call) -> Response:
    """What there is, and every booking that led there."""
    call.require()
    booked, _, _ = await statement.bookings(call)
    return await html(
        call,
        "wallet.html",
        wallet=await wallet.balance(call),
        bookings=booked.data,
        next=booked.next_cursor,
    )


async def draft(call: Call) -> Response:
    """The piece of a page for one own video, whatever its state."""
    seen = await see(call, require_id(call.path("video_id")))
    return await html(call, "job.html", video=await video_now(call, seen), fresh=True)
