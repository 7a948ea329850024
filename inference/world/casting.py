"""Characters in a prompt: which words mean them, and what their records say about how they look and sound.

A mention ("@mara", "Mara") is read as a noun that stands for the character: the subject that its description speaks of,
or a generic one of its rig. The actor that this noun becomes is then dressed: the description first, over it the
parameters, over both what the prompt itself says ("Mara in a red hat"). Whatever nobody says comes from the character's
own seed, so that it looks the same in every clip.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from domain import appearance
from inference.world import vocabulary as v
from inference.world.dice import choose, derive
from inference.world.scene import Actor, Scene, Understanding
from inference.world.shots import retell, tell
from inference.world.tokens import content_words, without_quotes
from inference.world.understand import understand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.jobs import Cast

# What a character of this rig is, when its description says nothing that can be drawn.
GENERIC: Final[dict[str, tuple[str, ...]]] = {
    "person": v.GENERIC["person"][0],
    "quadruped": v.GENERIC["animal"][0],
    "bird": ("bird",),
    "fish": ("fish",),
    "vehicle": v.GENERIC["vehicle"][0],
    "plant": v.GENERIC["plant"][0],
    "thing": ("snowman", "ghost", "slime"),
}
WORN: Final = frozenset(v.WORN)


class Role(NamedTuple):
    """A character and the actor that stands for it: `actor` is its name in the scene, "" if it found no room."""

    member: Cast
    seed: int
    model: Actor  # as the description has it
    actor: str
    known: bool  # it stars in the parent's scene already


def perform(prompt: str, seed: int, parent: Scene | None, cast: Sequence[Cast]) -> Understanding:
    """The prompt understood, or the parent patched by it, with the characters in it."""
    text, roles = prompt, []
    for member in cast:
        text, role = _enter(text, member, seed, parent)
        roles += [role] if role else []
    understanding = _understand(text, seed, parent)
    if not roles:
        return understanding
    scene, notes = _dressed(understanding.scene, roles)
    return Understanding(scene, *_accounted(prompt, understanding, notes))


def starring(scene: Scene, cast: Sequence[Cast]) -> dict[str, str]:
    """The actors of a scene that are characters, with the characters' names."""
    known = {derive(0, "character", member.character_id): member.name for member in cast}
    return {actor.name: known[actor.seed] for actor in scene.actors if actor.seed in known}


def _all(scene: Scene | None) -> list[Actor]:
    """Everybody in all shots."""
    return [actor for shot in (scene, *scene.shots) for actor in shot.actors] if scene else []


def _understand(text: str, seed: int, parent: Scene | None) -> Understanding:
    return retell(parent, text) if parent else tell(text, seed)


def _enter(text: str, member: Cast, seed: int, parent: Scene | None) -> tuple[str, Role | None]:
    """The text with nouns for the member, and its role. Who is in the parent's scene and not mentioned has none."""
    own = derive(0, "character", member.character_id)
    model = _model(member, own)
    known = next((actor for actor in _all(parent) if actor.seed == own), None)
    noun = known.subject if known else model.subject
    places = _mentions(text, member)
    if not places and (known or member.inherited):
        return text, None
    again = f"the {_words(noun)}"
    first = again if known else _introduced(noun, parent)
    if not places:
        entered = f"{text.rstrip()}\n{first}."
        return entered, Role(member, own, model, _named(entered, noun, seed, parent), known=False)
    start = text[: places[0].start()] + first
    actor = known.name if known else _named(start, noun, seed, parent)
    return start + _replaced(text, places, again), Role(member, own, model, actor, known=known is not None)


def _replaced(text: str, places: Sequence[re.Match[str]], word: str) -> str:
    """What follows the first of the places, with the word at every other one."""
    ends = [place.start() for place in places[1:]] + [len(text)]
    return word.join(text[place.end() : end] for place, end in zip(places, ends, strict=True))


def _model(member: Cast, seed: int) -> Actor:
    actors = understand(member.description, seed).scene.actors
    spoken_of = next((actor for actor in actors if actor.rig == member.rig), None)
    noun = _words(choose(GENERIC[member.rig], seed, "generic"))
    return spoken_of or understand(noun, seed).scene.actors[0]


def _words(subject: str) -> str:
    return subject.replace("_", " ")


def _introduced(noun: str, parent: Scene | None) -> str:
    if any(actor.subject == noun for actor in _all(parent)):
        return f"another {_words(noun)}"
    return f"{'an' if noun[0] in 'aeio' else 'a'} {_words(noun)}"


def _mentions(text: str, member: Cast) -> list[re.Match[str]]:
    """Where the text, outside of what is said in it, means the member: by handle or by name, an article included."""
    handle = rf"(?<![\w@.])@{re.escape(member.handle)}(?![\w@])(?!\.\w)"
    name = rf"(?<![\w@])(?:(?:a|an|the)\s+)?{re.escape(member.name.strip())}(?!\w)"
    return list(re.finditer(f"{handle}|{name}", without_quotes(text), re.IGNORECASE))


def _named(start: str, noun: str, seed: int, parent: Scene | None) -> str:
    """The actor that the last noun of the text became: the names of those before do not depend on what follows."""
    before = {actor.name for actor in _all(parent)}
    actors = [actor for actor in _all(_understand(start, seed, parent).scene) if actor.name not in before]
    return next((actor.name for actor in reversed(actors) if actor.subject == noun), "")


def _dressed(scene: Scene, roles: Sequence[Role]) -> tuple[Scene, list[str]]:
    by_name = {role.actor: role for role in roles if not role.known}
    notes = ["character: the scene has no room for it" for role in roles if not role.actor]
    shots = tuple(_dressed_shot(shot, by_name, []) for shot in scene.shots)
    return msgspec.structs.replace(_dressed_shot(scene, by_name, notes), shots=shots), notes


def _dressed_shot(shot: Scene, by_name: dict[str, Role], notes: list[str]) -> Scene:
    actors = []
    for actor in shot.actors:
        role = by_name.get(actor.name)
        actors.append(_dress(actor, role, f"{actor.name}.size" in shot.fixed, notes) if role else actor)
    return msgspec.structs.replace(shot, actors=tuple(actors))


def _dress(actor: Actor, role: Role, sized: bool, notes: list[str]) -> Actor:
    """`sized`: words of the prompt fixed the size. Adds to `notes` what cannot be shown."""
    numbers: dict[str, float] = msgspec.json.decode(role.member.parameters or "{}")
    look = dict(role.model.look)
    for name, number in numbers.items():
        _apply(look, actor, name, number, notes)
    pitch, formant = v.SUBJECTS[actor.subject].voice
    voice = float(numbers.get("voice_pitch", pitch)), float(numbers.get("voice_formant", formant))
    return msgspec.structs.replace(
        actor,
        seed=role.seed,
        look=dict(sorted({**look, **actor.look}.items())),
        size=actor.size if sized else float(numbers.get("size", role.model.size)),
        voice=voice if {"voice_pitch", "voice_formant"} & numbers.keys() else None,
    )


def _apply(look: dict[str, str], actor: Actor, name: str, number: float, notes: list[str]) -> None:
    if name in appearance.CHOICES:
        _choose(look, name, appearance.CHOICES[name][int(number)])
    elif name in WORN:
        _wear(look, name, bool(number))
    elif name == "voice_rate":
        notes += ["voice_rate: all lines of a clip are spoken at one speed"] if number != 1 else []
    elif name not in {"size", "voice_pitch", "voice_formant"}:
        if name in v.SUBJECTS[actor.subject].palette or (name == "skin" and actor.rig == "person"):
            look[name] = f"#{int(number):06x}"
        else:
            notes.append(f"{name}: a {_words(actor.subject)} has no such part to colour")


def _choose(look: dict[str, str], key: str, value: str) -> None:
    look.pop(key, None)
    if value != "none":
        look[key] = value


def _wear(look: dict[str, str], item: str, worn: bool) -> None:
    """What is worn keeps the colour that the description gives it."""
    if not worn:
        look[item] = "no"
    elif look.get(item, "no") == "no":
        look[item] = "yes"


def _accounted(prompt: str, understanding: Understanding, notes: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Only words of the prompt itself: those of a mention were understood, those of a description not its author's."""
    words = content_words(prompt)
    ignored = [word for word in words if word in understanding.ignored and word not in understanding.understood]
    kinds = [note for note in understanding.understood if ": " in note]
    return (*(word for word in words if word not in ignored), *kinds), (*ignored, *notes)
