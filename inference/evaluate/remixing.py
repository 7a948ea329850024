"""What a remix leaves alone: field by field, everything that its words do not name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from inference.evaluate.measure import Row, share_of
from inference.world.dice import derive
from inference.world.scene import Relation
from inference.world.shots import retell, tell
from inference.world.understand import SCENE_FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference.evaluate.cases import Remix
    from inference.world.scene import Scene

Flat = dict[str, Any]


def rows(remixes: Sequence[Remix], seed: int) -> list[Row]:
    kept, done = [], []
    for n, remix in enumerate(remixes):
        parent = tell(remix.parent, derive(seed, "remix", str(n))).scene
        child = retell(parent, remix.words).scene
        kept.append(not strays(remix, parent, child))
        done.append(not undone(remix, parent, child))
    return [Row("remix: all unnamed fields stay", share_of(kept), 1.0), Row("remix: the named change", share_of(done))]


def misses(remixes: Sequence[Remix], seed: int) -> list[str]:
    said = []
    for n, remix in enumerate(remixes):
        parent = tell(remix.parent, derive(seed, "remix", str(n))).scene
        child = retell(parent, remix.words).scene
        wrong = [*strays(remix, parent, child), *(f"not {change}" for change in undone(remix, parent, child))]
        said += [f"{remix.parent} => {remix.words}  ->  {'; '.join(wrong)}"] if wrong else []
    return said


def flat(scene: Scene) -> Flat:
    """Every field of a scene by a dotted name: "time", "cat.count", "cat.look.body", "lines"; `fixed` names them."""
    fields: Flat = {name: getattr(scene, name) for name in (*SCENE_FIELDS, "world_version", "seed", "lines")}
    fields["order"] = tuple(actor.name for actor in scene.actors)
    for actor in scene.actors:
        for name, value in msgspec.structs.asdict(actor).items():
            if name != "look":
                fields[f"{actor.name}.{name}"] = value
        fields |= {f"{actor.name}.look.{part}": value for part, value in actor.look.items()}
    return fields


def strays(remix: Remix, parent: Scene, child: Scene) -> list[str]:
    """Fields that changed although nobody named them."""
    before, after = flat(_renamed(remix, parent)), flat(child)
    allowed = _allowed(remix)
    return [
        f"{name}: {before.get(name)} -> {after.get(name)}"
        for name in {**before, **after}
        if before.get(name) != after.get(name) and not any(_within(name, here) for here in allowed)
    ]


def _renamed(remix: Remix, parent: Scene) -> Scene:
    """A relation to somebody who becomes somebody else stays one to the same actor, under the new name."""
    new = {old: name for old, swapped, name in (change.partition(">") for change in remix.changes) if swapped}
    actors = tuple(
        msgspec.structs.replace(actor, relation=Relation(actor.relation.kind, new[actor.relation.actor]))
        if actor.relation and actor.relation.actor in new
        else actor
        for actor in parent.actors
    )
    return msgspec.structs.replace(parent, actors=actors)


def _allowed(remix: Remix) -> list[str]:
    """What a change may touch: a whole actor when it comes, goes or becomes another one."""
    names: list[str] = []
    for change in remix.changes:
        old, swapped, new = change.partition(">")
        if swapped:
            names += [f"{old}.", f"{new}.", "order"]
        elif change[0] in "+-":
            names += [f"{change[1:]}.", "order", "relation:" + change[1:]]
        else:
            names.append(change.partition("=")[0])
    return names


def _within(name: str, allowed: str) -> bool:
    if allowed.startswith("relation:"):
        return name.endswith(".relation")
    return name == allowed or (allowed.endswith(".") and name.startswith(allowed))


def undone(remix: Remix, parent: Scene, child: Scene) -> list[str]:
    before, after = flat(parent), flat(child)
    return [change for change in remix.changes if not _happened(change, before, after)]


def _happened(change: str, before: Flat, after: Flat) -> bool:
    old, swapped, new = change.partition(">")
    if swapped:
        return f"{old}.subject" not in after and f"{new}.subject" in after
    if change[0] in "+-":
        there = f"{change[1:]}.subject" in after
        return there if change[0] == "+" else not there
    name, valued, value = change.partition("=")
    return str(after.get(name)) == value if valued else before.get(name) != after.get(name)
