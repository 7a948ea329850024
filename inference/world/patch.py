"""Remix: a patch of the parent's scene. What the prompt does not name stays, seed included.

How nouns are read here:

* a noun that an actor of the parent answers to ("the cat", "a cat", "cats") means that actor;
* "another cat", "add a cat", or a second "a cat" of another colour, is a new actor;
* a plain new noun ("a dog", "with a dog") is added at the end of the line;
* "remove the dog", "without the dog", "no dog" takes the actor out, with its lines and relations;
* "replace the cat with a robot", "turn the cat into a lion", "make the cat a lion", "a lion instead of the cat" swap
  the subject: place in line, count, action, seed and lines stay, look and size start afresh.

New dialogue replaces the lines of its speaker only; "no dialogue" removes all lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from inference.world import vocabulary as v
from inference.world.reading import Reader, account
from inference.world.scene import Actor, Line, Relation, Scene, Understanding
from inference.world.tokens import tokenise
from inference.world.understand import (
    SCENE_FIELDS,
    fixed_of,
    lines_of,
    name_mentions,
    new_actor,
    relation_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference.world.mention import Mention


def patch(parent: Scene, prompt: str) -> Understanding:
    tokens = tokenise(prompt)
    reader = Reader(tokens, parent.seed, parent).read()
    stays = [mention for mention in reader.mentions if not mention.removed]
    names = name_mentions(stays, taken=())
    renamed = {m.known.name: names[id(m)] for m in stays if m.known}
    actors = tuple(_actor(mention, names, parent, stays, renamed) for mention in stays)
    scene = msgspec.structs.replace(
        parent,
        **reader.fields,
        actors=actors,
        lines=_lines(parent, reader, names, renamed),
        fixed=_fixed(parent, reader, stays, names, renamed),
    )
    understood, ignored = account(tokens, reader.marks)
    return Understanding(scene, (*understood, *reader.notes), ignored)


def _actor(
    mention: Mention, names: dict[int, str], parent: Scene, mentions: Sequence[Mention], renamed: dict[str, str]
) -> Actor:
    if mention.known is None:
        return new_actor(mention, names, parent.seed, mentions)
    return _changed(_swapped(mention, names), mention, names, renamed)


def _swapped(mention: Mention, names: dict[int, str]) -> Actor:
    """The known actor, as another subject if words replaced it."""
    actor = mention.known
    assert actor is not None
    if not mention.replaced:
        return actor
    rig = v.SUBJECTS[mention.subject].rig
    return msgspec.structs.replace(
        actor,
        name=names[id(mention)],
        subject=mention.subject,
        rig=rig,
        look={},
        size=1.0,
        action=v.staged(rig, actor.action) or "idle",
        then=v.staged(rig, actor.then) if actor.then else "",
        voice=None,
    )


def _changed(actor: Actor, mention: Mention, names: dict[int, str], renamed: dict[str, str]) -> Actor:
    return msgspec.structs.replace(
        actor,
        count=mention.count or actor.count,
        look=dict(sorted({**actor.look, **mention.look}.items())),
        size=mention.size or actor.size,
        action=mention.action or actor.action,
        then=mention.then or ("" if mention.action else actor.then),
        manner=mention.manner or actor.manner,
        relation=relation_of(mention, names) or _kept(actor.relation, renamed),
    )


def _kept(relation: Relation | None, renamed: dict[str, str]) -> Relation | None:
    """A relation goes with its other side: it follows a swap and ends with a removal."""
    if relation is None or relation.actor not in renamed:
        return None
    return Relation(relation.kind, renamed[relation.actor])


def _lines(parent: Scene, reader: Reader, names: dict[int, str], renamed: dict[str, str]) -> tuple[Line, ...]:
    said = lines_of(reader, names)
    speakers = {line.speaker for line in said}
    renamed = {"": "", **renamed}
    kept = () if reader.silenced else parent.lines
    return (
        *(
            Line(renamed[line.speaker], line.text)
            for line in kept
            if line.speaker in renamed and renamed[line.speaker] not in speakers
        ),
        *said,
    )


def _fixed(
    parent: Scene, reader: Reader, mentions: Sequence[Mention], names: dict[int, str], renamed: dict[str, str]
) -> tuple[str, ...]:
    fixed = [name for name in SCENE_FIELDS if name in parent.fixed or name in reader.fields]
    for name in parent.fixed:
        owner, dot, part = name.partition(".")
        fresh = part in {"look", "size"} and renamed.get(owner) != owner  # a swapped actor's look is free again
        if dot and owner in renamed and not fresh:
            fixed.append(f"{renamed[owner]}.{part}")
    return tuple(dict.fromkeys([*fixed, *fixed_of(mentions, names)]))
