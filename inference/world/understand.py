"""From the words of a prompt to a scene. The same prompt and seed give the same scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.world import vocabulary as v
from inference.world.dice import choose, derive
from inference.world.reading import Reader, account
from inference.world.scene import WORLD_VERSION, Actor, Line, Relation, Scene, Understanding
from inference.world.tokens import tokenise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference.world.mention import Mention

SCENE_FIELDS = ("place", "weather", "time", "camera", "mood")
_OPEN_PLACES = ("meadow", "forest", "beach", "mountains", "sea", "city", "garden", "desert", "river")
_DOING = {"chases": "run", "follows": "walk", "on": "sit"}
_DONE_TO = {"chases": "run", "follows": "walk", "on": "walk", "holds": "idle"}
# Which of several mentions the free place is chosen for: those at home in one element decide before the others.
_PLACING_ORDER = ("fish", "person", "quadruped", "bird", "vehicle", "plant", "thing")


def understand(prompt: str, seed: int) -> Understanding:
    tokens = tokenise(prompt)
    reader = Reader(tokens, seed).read()
    mentions = [mention for mention in reader.mentions if not mention.removed]
    names = name_mentions(mentions, taken=())
    actors = tuple(new_actor(mention, names, seed, mentions) for mention in mentions)
    said = {**reader.fields, **_implied_place(reader, actors)}
    fields = {name: said.get(name) or free_field(name, seed, actors, said) for name in SCENE_FIELDS}
    if fields["place"] == "underwater" and "time" not in said:
        fields["time"] = "day"  # no evening is seen down there
    scene = Scene(
        world_version=WORLD_VERSION,
        seed=seed,
        actors=actors,
        place=fields["place"],
        weather=fields["weather"],
        time=fields["time"],
        camera=fields["camera"],
        mood=fields["mood"],
        lines=lines_of(reader, names),
        fixed=(*(name for name in SCENE_FIELDS if name in said), *fixed_of(mentions, names)),
    )
    understood, ignored = account(tokens, reader.marks)
    return Understanding(scene, (*understood, *reader.notes), ignored)


def name_mentions(mentions: Sequence[Mention], taken: Sequence[str]) -> dict[int, str]:
    """Unique names by mention identity: "cat", "cat-2"; a known actor keeps its name."""
    names = {id(m): m.known.name for m in mentions if m.known and not m.replaced}
    used = {*taken, *names.values()}
    for mention in mentions:
        if id(mention) in names:
            continue
        name, copy = mention.subject, 1
        while name in used:
            copy += 1
            name = f"{mention.subject}-{copy}"
        used.add(name)
        names[id(mention)] = name
    return names


def new_actor(mention: Mention, names: dict[int, str], seed: int, mentions: Sequence[Mention]) -> Actor:
    name = names[id(mention)]
    own = derive(seed, "actor", name)
    return Actor(
        name=name,
        subject=mention.subject,
        rig=v.SUBJECTS[mention.subject].rig,
        seed=own,
        count=mention.count or 1,
        look=dict(sorted(mention.look.items())),
        size=mention.size or 1.0,
        action=mention.action or free_action(mention, own, mentions),
        then=mention.then or "",
        manner=mention.manner or "normal",
        relation=relation_of(mention, names),
    )


def relation_of(mention: Mention, names: dict[int, str]) -> Relation | None:
    if mention.relation is None or id(mention.relation[1]) not in names:
        return None
    return Relation(mention.relation[0], names[id(mention.relation[1])])


def free_action(mention: Mention, seed: int, mentions: Sequence[Mention]) -> str:
    """What words left open: by the part the actor plays in a relation, else by its habits."""
    rig = v.SUBJECTS[mention.subject].rig
    if mention.relation and mention.relation[0] in _DOING:
        return v.staged(rig, _DOING[mention.relation[0]])
    together = [m.action for m in mentions if m.relation == ("with", mention) and m.action and m.action != "talk"]
    if together and rig in {"person", "quadruped", "bird"}:
        return v.staged(rig, together[0]) or "idle"
    done_to = {m.relation[0] for m in mentions if m.relation and m.relation[1] is mention}
    if "on" in done_to and rig in {"plant", "thing"}:
        return "idle"  # a seat stays where it stands
    for kind, action in _DONE_TO.items():
        if kind in done_to and not (kind == "on" and rig in {"vehicle", "bird", "fish"}):
            return v.staged(rig, action)
    return v.staged(rig, choose(v.HABITS.get(mention.subject, v.HABITS[rig]), seed, "action"))


def fixed_of(mentions: Sequence[Mention], names: dict[int, str]) -> list[str]:
    """Dotted names of what words fixed about actors: "cat.action", "cat.count"."""
    parts = ("action", "count", "size", "manner", "look")
    return [f"{names[id(m)]}.{part}" for m in mentions for part in parts if getattr(m, part)]


def lines_of(reader: Reader, names: dict[int, str]) -> tuple[Line, ...]:
    return tuple(
        Line(names[id(speech.speaker)] if speech.speaker else "", speech.text)
        for speech in reader.speeches
        if speech.speaker is None or id(speech.speaker) in names
    )


def _implied_place(reader: Reader, actors: Sequence[Actor]) -> dict[str, str]:
    """ "Fish in the sea" swim below its surface."""
    inside = reader.fields.get("place") == "sea" and reader.place_preposition in {"in", "inside", "through", "under"}
    swimmers = actors and all(actor.rig == "fish" or actor.subject == "submarine" for actor in actors)
    return {"place": "underwater"} if inside and swimmers else {}


def free_field(name: str, seed: int, actors: Sequence[Actor], fields: dict[str, str]) -> str:
    return choose(_FREE[name](actors, fields), seed, name)


def _free_place(actors: Sequence[Actor], fields: dict[str, str]) -> Sequence[str]:
    if not actors:
        return ("snowfield", "mountains") if fields.get("weather") == "snow" else _OPEN_PLACES
    if any(actor.subject == "boat" for actor in actors):
        return ("sea", "sea", "lake")
    if any(actor.subject == "snowman" for actor in actors):
        return ("snowfield",)
    carriers = {actor.relation.actor for actor in actors if actor.relation and actor.relation.kind == "on"}
    lead = min(actors, key=lambda actor: (actor.name not in carriers, _PLACING_ORDER.index(actor.rig)))
    if fields.get("weather") == "snow" and lead.rig != "fish":
        return ("snowfield", "forest", "mountains")
    return v.HABITATS.get(lead.subject, v.HABITATS[lead.rig])


def _free_weather(actors: Sequence[Actor], fields: dict[str, str]) -> Sequence[str]:
    if fields.get("mood") in {"tense", "sad"}:
        return ("clouds", "fog", "wind")
    if fields.get("place") == "snowfield":
        return ("snow", "clear")
    return ("clear", "clear", "clear", "clouds", "wind" if any(a.subject == "kite" for a in actors) else "clouds")


def _free_time(actors: Sequence[Actor], fields: dict[str, str]) -> Sequence[str]:
    if any(actor.subject in {"owl", "bat", "ghost", "star", "witch"} for actor in actors):
        return ("night", "sunset")
    return ("day", "day", "day", "day", "dawn", "sunset")


def _free_camera(actors: Sequence[Actor], fields: dict[str, str]) -> Sequence[str]:
    if not actors:
        return ("pan_left", "pan_right", "zoom_in")
    if any(actor.relation and actor.relation.kind in {"chases", "follows"} for actor in actors):
        return ("tracking",)
    if sum(actor.count for actor in actors) > 4:
        return ("still", "zoom_out")
    return ("still", "still", "zoom_in", "pan_right", "pan_left", "tracking")


def _free_mood(actors: Sequence[Actor], fields: dict[str, str]) -> Sequence[str]:
    faces = {actor.look.get("face") for actor in actors}
    if fields.get("weather") == "storm" or "angry" in faces:
        return ("tense",)
    if "sad" in faces or any(actor.action == "cry" for actor in actors):
        return ("sad",)
    if "happy" in faces or any(actor.action in {"dance", "jump", "sing", "play", "run", "bounce"} for actor in actors):
        return ("happy",)
    return (
        ("epic",)
        if any(a.subject in {"dragon", "knight", "superhero", "rocket"} for a in actors)
        else ("gentle", "happy")
    )


_FREE = {
    "place": _free_place,
    "weather": _free_weather,
    "time": _free_time,
    "camera": _free_camera,
    "mood": _free_mood,
}
