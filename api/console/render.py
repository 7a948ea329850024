"""Templates and the words in them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from api.call import Call
from api.schemas import Author, Video

TEMPLATES: Final = Path(__file__).parent / "templates"
HUES: Final = 12
REASONS: Final = {
    "follow": "You follow the author.",
    "hot": "Many people liked or remixed it lately.",
    "fresh": "It is new and few people have seen it yet.",
    "affinity": "You have liked videos with its characters or topics.",
    "steering": "You have asked for more of this.",
    "again": "You have seen it before: there is little new right now.",
    "latest": "It is one of the latest videos.",
    "following": "You follow the author.",
    "character": "It shows this character.",
}
TERMS: Final = {
    "hot": "Likes and remixes, fading with age",
    "follow": "You follow the author",
    "fresh": "Few have seen it",
    "affinity": "Your likes for its characters and topics",
    "steering": "Your rules for the feed",
    "author_repeat": "Videos of the author above",
    "family_repeat": "Remixes of the same original above",
    "character_repeat": "Videos with the character above",
    "protected": "Place kept for new videos",
}


def ago(at: int, now: datetime) -> str:
    seconds = max(0, int(now.timestamp()) - at)
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if count := seconds // size:
            return f"{count} {name}{'' if count == 1 else 's'} ago"
    return "just now"


def iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def clock(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%H:%M UTC")


def date(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%d %b, %H:%M UTC")


def local(url: str) -> str:
    """The address without its host: a page may be open under another name than the public one."""
    return "/" + url.split("/", 3)[3]


def shape(size: str) -> str:
    width, height = map(int, size.split("x"))
    return "tall" if height > width else "wide"


def orientation(size: str) -> str:
    return f"{'Portrait' if shape(size) == 'tall' else 'Landscape'} {size.replace('x', ' x ')}"


def hue(account: str) -> str:
    return f"hue-{hashlib.sha256(account.encode()).digest()[0] % HUES}"


def said(video: Video) -> str:
    """What a video is called: its caption, else its prompt."""
    caption = video.publication.caption if video.publication else ""
    return caption or video.prompt or video.id


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        ago=ago,
        iso=iso,
        clock=clock,
        date=date,
        local=local,
        shape=shape,
        orientation=orientation,
        hue=hue,
        said=said,
        reason=lambda source: REASONS.get(source, source),
        term=lambda name: TERMS.get(name, name),
    )
    environment.globals.update(page="", me=None, fresh=False)
    return environment


ENVIRONMENT: Final = _environment()


async def html(call: Call, template: str, status: int = 200, **values: Any) -> Response:
    """A page or a piece of one, as the caller sees it. Pages with personal content are never stored."""
    me: Author | None = await call.edge.authors.one(call.viewer) if call.viewer else None
    text = ENVIRONMENT.get_template(template).render(me=me, now=call.deps.clock.now(), **values)
    return HTMLResponse(text, status, {"Cache-Control": "no-store"})
