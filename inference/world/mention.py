"""What a prompt says about one subject, before it becomes an `Actor`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inference.world import vocabulary as v

if TYPE_CHECKING:
    from inference.world.scene import Actor

MAX_COPIES = 9
# An action that a later, more telling one replaces; any other is followed by it.
WEAK = frozenset({"idle", "look"})


@dataclass(eq=False)
class Mention:
    subject: str
    known: Actor | None = None  # the actor of the parent scene that this refers to
    count: int | None = None
    look: dict[str, str] = field(default_factory=dict)
    size: float | None = None
    action: str | None = None
    then: str | None = None  # a second action, after the first
    manner: str | None = None
    relation: tuple[str, Mention] | None = None
    removed: bool = False
    replaced: bool = False  # `subject` takes the place of the known actor's
    usual: bool = False  # the action is only what such a person does: a dancer who sits, sits
    playful: bool = False  # "plays": music if there is an instrument, else a game

    @property
    def rig(self) -> str:
        return v.SUBJECTS[self.subject].rig

    def paint(self, colour: str) -> bool:
        """The first colour goes to the main part, a second one to the next part."""
        parts = list(v.SUBJECTS[self.subject].palette)[:2]
        return any(self.look.setdefault(part, colour) == colour for part in parts)

    def paint_part(self, part: str, colour: str) -> bool:
        parts = v.SUBJECTS[self.subject].palette
        if part not in parts and not (part == "skin" and self.rig == "person"):
            return False
        self.look[part] = colour
        return True

    def choose(self, key: str, value: str) -> bool:
        return key in v.LOOKS[self.rig] and self.look.setdefault(key, value) == value

    def wear(self, item: str, value: str) -> bool:
        if item not in v.LOOKS[self.rig]:
            return False
        self.look[item] = value
        return True

    def resize(self, factor: float, compared: bool = False) -> bool:
        """`compared`: "bigger" starts from the size that a known actor has."""
        start = self.size or (self.known.size if self.known and compared else 1.0)
        self.size = min(2.0, max(0.4, start * factor))
        return True

    def act(self, action: str) -> bool:
        shown = v.staged(self.rig, action)
        if not shown:
            return False
        weak = self.usual or (self.action in WEAK and shown not in WEAK)
        if self.action is None or self.action == shown or weak:
            self.action, self.usual = shown, False
            return self._told(action, shown)
        if self.then in {None, shown} and shown not in WEAK and action != "talk":
            self.then = shown
            return self._told(action, shown)
        # Talking needs no pose of its own: whoever has a line moves the mouth in any action.
        return action == "talk"

    def _told(self, action: str, shown: str) -> bool:
        """Whether what is shown is what was said."""
        return shown == action or action in v.SAME[self.rig]

    def settle_play(self, music: bool) -> None:
        instrument = self.relation is not None and self.relation[1].subject in v.INSTRUMENTS
        if self.playful and self.action == "play" and not (music or instrument):
            self.action = v.staged(self.rig, "jump")

    def pace(self, manner: str) -> bool:
        self.manner = manner
        return True

    def multiply(self, count: int) -> bool:
        self.count = max(1, min(MAX_COPIES, count))
        return count == self.count

    def relate(self, kind: str, other: Mention) -> bool:
        if other is self or self.relation is not None or _leads_to(other, self):
            return False
        held = kind == "with" and self.rig == "person" and other.subject in v.HOLDABLE
        self.relation = ("holds" if held else kind, other)
        return True

    def fits(self, colours: list[str]) -> bool:
        """Could these colour words speak of this subject? (a red cat and a blue cat are two)"""
        main = next(iter(v.SUBJECTS[self.subject].palette))
        own = self.look.get(main)
        return not colours or own is None or own in colours


def _leads_to(start: Mention, goal: Mention) -> bool:
    seen: set[int] = set()
    here: Mention | None = start
    while here is not None and id(here) not in seen:
        if here is goal:
            return True
        seen.add(id(here))
        here = here.relation[1] if here.relation else None
    return False
