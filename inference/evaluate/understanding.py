"""How well prompts are understood: expected scenes against the scenes that come out."""

from __future__ import annotations

from collections import defaultdict
from itertools import permutations
from typing import TYPE_CHECKING

from inference.evaluate.cases import Case, Part
from inference.evaluate.measure import NONE, Row, Share, share_of
from inference.world import vocabulary as v
from inference.world.dice import derive, stream
from inference.world.shots import tell
from inference.world.tokens import content_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inference.world.scene import Actor, Scene, Understanding

# Rows of the table, with the least share that passes.
GATES: dict[str, float | None] = {
    "subject": 0.85, "nobody else": 0.85, "colour binding": 0.95, "action": 0.80, "count": None, "relation": None,
    "other looks": None, "place": None, "weather": None, "time": None, "camera": None, "absent": None,
    "unknown word ignored": None, "every word accounted for": 1.0,
}  # fmt: skip
Outcome = tuple[str, bool, str]  # row, right?, what was asked


def rows(cases: Sequence[Case], seed: int) -> list[Row]:
    read = [tell(case.prompt, derive(seed, "evaluate", str(n))) for n, case in enumerate(cases)]
    order = [int(i) for i in stream(seed, "shuffle").permutation(len(cases))]
    found = tally(outcome for case, got in zip(cases, read, strict=True) for outcome in judge(case, got))
    floor = tally(outcome for case, i in zip(cases, order, strict=True) for outcome in judge(case, read[i]))
    return [Row(name, found.get(name, NONE), gate, floor.get(name, NONE)) for name, gate in GATES.items()]


def tally(outcomes: Iterator[Outcome]) -> dict[str, Share]:
    told: dict[str, list[bool]] = defaultdict(list)
    for name, right, _ in outcomes:
        told[name].append(right)
    return {name: share_of(rights) for name, rights in told.items()}


def misses(cases: Sequence[Case], seed: int) -> list[str]:
    """What went wrong, for whoever tunes. Not for held-out prompts."""
    said = []
    for n, case in enumerate(cases):
        got = tell(case.prompt, derive(seed, "evaluate", str(n)))
        wrong = [f"{name}: {asked}" for name, right, asked in judge(case, got) if not right]
        said += [f"{case.prompt[:90]}  ->  {'; '.join(wrong)}"] if wrong else []
    return said


def shots(scene: Scene) -> list[Scene]:
    return [scene, *scene.shots]


def judge(case: Case, got: Understanding) -> Iterator[Outcome]:
    cast = [actor for shot in shots(got.scene) for actor in shot.actors]
    pairs = match(case.parts, cast)
    others = {colour for part in case.parts for colour in part.colours}
    for part, actor in zip(case.parts, pairs, strict=True):
        name = "/".join(part.subjects)
        yield "subject", actor is not None, name
        if actor is not None:
            yield from _judge_actor(part, actor, cast, others)
    expected = {subject for part in case.parts for subject in part.subjects}
    for actor in {actor.name: actor for actor in cast}.values():
        yield "nobody else", actor.subject in expected, f"+{actor.subject}"
    yield from _judge_rest(case, got, cast)


def _judge_actor(part: Part, actor: Actor, cast: Sequence[Actor], others: set[str]) -> Iterator[Outcome]:
    name, main = actor.name, _main_colour(actor)
    if part.colours:
        yield "colour binding", main in part.colours, f"{name} {part.colours} not {main}"
    else:
        # A colour of somebody else's on this one is a wrong binding, too.
        stray = main is not None and main in others
        if stray or others:
            yield "colour binding", not stray, f"{name} has {main}"
    for key, values in part.looks.items():
        row = "colour binding" if set(values) & set(v.COLOURS) else "other looks"
        yield row, actor.look.get(key) in values, f"{name} {key} {values} not {actor.look.get(key)}"
    if part.actions:
        done = {action for a in cast if a.name == actor.name for action in (a.action, a.then)}
        yield "action", bool(done & set(part.actions)), f"{name} {part.actions} not {sorted(done)}"
    if part.count:
        alike = {a.name: a.count for a in cast if a.subject in part.subjects}
        number = sum(alike.values()) if len(part.subjects) > 1 else actor.count
        yield "count", number in part.count, f"{name} {part.count} not {number}"
    if part.relation:
        kind, goals = part.relation
        told = [a.relation for a in cast if a.name == actor.name and a.relation]
        yield "relation", any(r.kind == kind and _subject(r.actor, cast) in goals for r in told), f"{name} {kind}"


def _judge_rest(case: Case, got: Understanding, cast: Sequence[Actor]) -> Iterator[Outcome]:
    for field, values in case.fields.items():
        seen = {getattr(shot, field) for shot in shots(got.scene)}
        yield field, bool(seen & set(values)), f"{values} not {sorted(seen)}"
    for subject in case.absent:
        yield "absent", all(actor.subject != subject for actor in cast), f"no {subject}"
    for word in case.ignored:
        yield "unknown word ignored", word in got.ignored, f"{word} is not named"
    told = {*got.understood, *got.ignored}
    lost = [word for word in content_words(case.prompt) if word not in told]
    yield "every word accounted for", not lost, f"{lost}"


def match(parts: Sequence[Part], cast: Sequence[Actor]) -> list[Actor | None]:
    """Each expectation with an actor of its subject; of several, so that most of what was said is met."""
    found: list[Actor | None] = [None] * len(parts)
    taken: set[str] = set()
    for subjects in dict.fromkeys(part.subjects for part in parts):
        wanted = [n for n, part in enumerate(parts) if part.subjects == subjects]
        alike = {a.name: a for a in cast if a.subject in subjects and a.name not in taken}
        chosen = _best([parts[n] for n in wanted], list(alike.values())[:6])
        for n, actor in zip(wanted, chosen, strict=True):
            found[n] = actor
            taken |= {actor.name} if actor else set()
    return found


def _best(parts: Sequence[Part], alike: Sequence[Actor]) -> Sequence[Actor | None]:
    options: list[Actor | None] = [*alike, *([None] * max(0, len(parts) - len(alike)))]
    return max(permutations(options, len(parts)), key=lambda chosen: _fit(parts, chosen))


def _fit(parts: Sequence[Part], chosen: Sequence[Actor | None]) -> int:
    return sum(
        (_main_colour(actor) in part.colours) + bool({actor.action, actor.then} & set(part.actions))
        for part, actor in zip(parts, chosen, strict=True)
        if actor
    )


def _main_colour(actor: Actor) -> str | None:
    return actor.look.get(next(iter(v.SUBJECTS[actor.subject].palette)))


def _subject(name: str, cast: Sequence[Actor]) -> str:
    return next((actor.subject for actor in cast if actor.name == name), "")
