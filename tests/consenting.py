"""Random lives of accounts, characters and videos, and what consent means, told a second time: plainly, from the facts
in the order in which they were recorded, without a line of `domain/consent.py`.

Every append goes through `Witness.saw` before anything else can happen, so each video is judged by exactly what held
when it was recorded.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from commands.account import BlockAccount, EraseAccount, UnblockAccount
from commands.bus import Bus
from commands.character import ChangeConsent, DeleteCharacter, ExpireConsent, RevokeConsent, VerifyCharacter
from commands.engagement import FollowAccount, UnfollowAccount
from commands.video import CreateVideo, EditVideo, ExtendVideo, Part, RemixVideo, StitchVideo
from domain import character
from domain.account import AccountBlocked, AccountErased, AccountUnblocked
from domain.engagement import Followed, Unfollowed
from domain.errors import Rejected
from domain.ids import model_stream
from domain.policy import SPIKE
from domain.recorded import Answered, Append, Appended, Fact, Origin
from domain.video import Queueing
from infra.memory import MemoryEventStore
from tests.examples import MODERATOR, character_created, spike_policy_changed
from tests.given import AT, a_model, an_id, completed, opened, published, registered
from tests.processing import Processing

ACCOUNTS: Final = tuple(an_id("acct", n) for n in range(1, 4))
CHARACTERS: Final = tuple(an_id("char", n) for n in range(1, 4))
PROMPTS: Final = ("a dog", "a vote", "foo", "on the beach")
# What each rule means for these prompts.
UNREADABLE: Final = "[what was erased]"  # no word that anybody says
RULES: Final = {"topic:politics": "vote", "word:foo": "foo", "setting:beach": "beach"}
VERBS: Final = {"verbs": ("create", "remix", "edit", "extend", "stitch"), "max_characters": 20}
QUEUEING: Final = (CreateVideo, RemixVideo, EditVideo, ExtendVideo, StitchVideo)
CONSENT_CODES: Final = ("consent_denied", "character_not_found")


class Act(NamedTuple):
    """One thing that somebody tries. The numbers are taken modulo what there is."""

    verb: str
    by: int = 0
    on: int = 0
    other: int = 0
    prompt: str = "a dog"
    asked: Sequence[int] = ()
    terms: tuple[str, Sequence[str], int] = ("everyone", (), 0)  # audience, rules, hours until it ends (0: never)
    policy: str = "freeze"


class Consent(NamedTuple):
    version: int
    audience: str
    allowed: frozenset[str]
    rules: frozenset[str]
    expires_at: datetime | None


class Made(NamedTuple):
    """A video. `uses` has the version of the consent that it relied on."""

    owner: str
    words: frozenset[str]  # of all prompts of its chain
    uses: dict[str, int]
    authors: frozenset[str]  # of all videos of its chain


class Witness:
    """What holds, by the facts that it saw."""

    def __init__(self) -> None:
        self.owner: dict[str, str] = {}
        self.persons: set[str] = set()
        self.verified: set[str] = set()
        self.revoked: dict[str, tuple[int, str]] = {}
        self.deleted: set[str] = set()
        self.consent: dict[str, Consent] = {}
        self.follows: set[tuple[str, str]] = set()
        self.blocks: set[tuple[str, str]] = set()
        self.erased: set[str] = set()
        self.made: dict[str, Made] = {}
        self.wrong: list[str] = []
        self.revocations: list[tuple[str, int, str]] = []

    def saw(self, stream: str, event: Any, now: datetime) -> None:
        match event:
            case Queueing():
                self._saw_video(stream, event, now)
            case character.CharacterCreated():
                self.owner[stream] = event.owner_id
                self.consent[stream] = Consent(1, "only_me", frozenset(), frozenset(), None)
                if event.kind == "person":
                    self.persons.add(stream)
            case character.CharacterVerified():
                self.verified.add(stream)
            case character.ConsentChanged():
                self.revoked.pop(stream, None)
                allowed, rules = frozenset(event.allowed), frozenset(event.rules)
                self.consent[stream] = Consent(event.version, event.audience, allowed, rules, event.expires_at)
            case character.ConsentRevoked():
                self.revoked[stream] = (event.version, event.policy)
                self.revocations.append((stream, event.version, event.policy))
            case character.CharacterDeleted():
                self.deleted.add(stream)
            case Followed():
                self.follows.add((event.follower_id, event.followee_id))
            case Unfollowed():
                self.follows.discard((event.follower_id, event.followee_id))
            case AccountBlocked():
                self.blocks.add((event.account_id, event.blocked_id))
            case AccountUnblocked():
                self.blocks.discard((event.account_id, event.blocked_id))
            case AccountErased():
                self.erased.add(stream)
            case _:
                pass

    def _saw_video(self, stream: str, event: Queueing, now: datetime) -> None:
        parents = [self.made[parent.video_id] for parent in event.parents]
        words = self.words_of(parents, event.prompt)
        uses = {use.character_id: use.consent_version for use in event.characters}
        if laundered := {each for parent in parents for each in parent.uses} - uses.keys():
            self.wrong.append(f"{stream} has lost {laundered}")
        for each, version in uses.items():
            if reason := self.objection(each, event.owner_id, words, frozenset(uses), now):
                self.wrong.append(f"{stream} stars {each}, but {reason}")
            elif version != self.consent[each].version:
                self.wrong.append(f"{stream} relied on version {version}, but {self.consent[each].version} held")
        authors = frozenset({event.owner_id}).union(*(parent.authors for parent in parents))
        self.made[stream] = Made(event.owner_id, words, uses, authors)

    def words_of(self, parents: Sequence[Made], prompt: str) -> frozenset[str]:
        return frozenset(prompt.split()).union(*(parent.words for parent in parents))

    def objection(
        self, each: str, by: str, words: frozenset[str], together: frozenset[str], now: datetime
    ) -> str | None:
        """Why this account may not use this character for this, if so."""
        owner = self.owner.get(each)
        if owner is None or each in self.deleted or owner in self.erased:
            return "it is gone"
        if (owner, by) in self.blocks or (by, owner) in self.blocks:
            return "they are kept apart"
        if each in self.persons - self.verified:
            return "nobody has verified it"
        if each in self.revoked:
            return "it is revoked"
        if by == owner:
            return None
        consent = self.consent[each]
        if consent.expires_at is not None and now >= consent.expires_at:
            return "it has expired"
        within = {
            "everyone": True,
            "mutuals": {(owner, by), (by, owner)} <= self.follows,
            "approved": by in consent.allowed,
            "only_me": False,
        }
        if not within[consent.audience]:
            return f"it is for {consent.audience}"
        for rule in consent.rules:
            if UNREADABLE in words and not rule.startswith("character:"):
                return "nobody can tell what its rules would say"
            if rule in RULES and RULES[rule] in words:
                return f"the rule {rule}"
            if rule.startswith("character:") and rule.removeprefix("character:") in together - {each}:
                return f"the rule {rule}"
        return None

    def stars(self, each: str) -> list[str]:
        return sorted(video for video, made in self.made.items() if each in made.uses)


class WitnessedStore(MemoryEventStore):
    """Commands get in each other's way as often as they can: every read gives the others a turn."""

    def __init__(self, witness: Witness, dice: random.Random, now: Any) -> None:
        super().__init__(now=now)
        self._witness = witness
        self._dice = dice
        self._clock = now

    async def load(self, stream: str, after: int = 0) -> list[Fact]:
        for _ in range(self._dice.randrange(3)):
            await asyncio.sleep(0)
        return await super().load(stream, after)

    async def append(self, append: Append) -> Appended | Answered:
        result = await super().append(append)
        # Between this line and the change itself nobody had a turn.
        if isinstance(result, Appended):
            for change in append.changes:
                for event in change.events:
                    self._witness.saw(change.stream, event, self._clock())
        return result


class Life(Processing):
    """Three accounts; two personas, and a person whom somebody has yet to verify."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.witness = Witness()
        self.outside.models = [a_model(**VERBS)]
        self.outside.topics = {"vote": "politics"}
        self.store = WitnessedStore(self.witness, random.Random(seed), self.outside.now)
        self.bus = Bus(self.store, self.outside.world())
        self.refused: list[str] = []
        self._count = 0

    async def begins(self) -> Life:
        for account in (*ACCOUNTS, MODERATOR):
            await self.has(account, opened(account_id=account))
        await self.has(model_stream("sketch-1"), registered(**VERBS))
        await self.has(SPIKE, spike_policy_changed(allowance=100_000, free_concurrency=1_000))
        for number, (each, owner) in enumerate(zip(CHARACTERS, ACCOUNTS, strict=True)):
            person = {"kind": "person", "rig": "person", "challenge": "one two three four five"} if number == 2 else {}
            fields = {"character_id": each, "owner_id": owner, "handle_stream": f"handle_{number:02x}", **person}
            await self.has(each, character_created(**fields))
        return self

    async def together(self, acts: Sequence[Act]) -> None:
        """All at once; then what was queued is finished and published, but for what was left in the queue."""
        before = set(self.witness.made)
        commands = [command for act in acts if (command := self.command(act))]
        await asyncio.gather(*(self._send(command, alone=len(commands) == 1) for command in commands))
        for video in sorted(set(self.witness.made) - before)[: len(acts) - sum(act.verb == "leave" for act in acts)]:
            owner = self.witness.made[video].owner
            if owner in self.witness.erased:
                continue  # nothing can be written for it
            await self.has(video, completed(owner_id=owner), published(owner_id=owner))

    async def _send(self, command: Any, *, alone: bool) -> None:
        self._count += 1
        by = getattr(command, "account_id", MODERATOR)
        origin = Origin(
            account=by, key=f"k{self._count}", request_hash=b"", occurred_at=AT, causation="c", correlation="s"
        )
        try:
            await self.bus.dispatch(command, origin)
        except Rejected as refusal:
            self.refused.append(refusal.code)
            if alone and isinstance(command, QUEUEING) and refusal.code in CONSENT_CODES:
                self._must_be_refused(command, refusal.message)

    def _must_be_refused(self, command: Any, message: str) -> None:
        """A refusal has a reason, too. Only of a command that nobody else was in the way of: nothing has changed."""
        parents = [self.witness.made[parent] for parent in self._parent_ids(command)]
        asked = getattr(command, "characters", ())
        together = frozenset(asked).union(*(parent.uses for parent in parents))
        words, now = self.witness.words_of(parents, command.prompt), self.outside.now()
        if any(parent.authors & self.witness.erased for parent in parents):
            words |= {UNREADABLE}
        reasons = [self.witness.objection(each, command.account_id, words, together, now) for each in together]
        if not any(reasons):
            self.witness.wrong.append(f"{command} was refused for no reason: {message}")

    def _parent_ids(self, command: Any) -> list[str]:
        match command:
            case CreateVideo():
                return []
            case StitchVideo():
                return [part.video_id for part in command.clips]
            case _:
                return [command.parent_id]

    def command(self, act: Act) -> Any:
        by, other = ACCOUNTS[act.by % 3], ACCOUNTS[act.other % 3]
        each = CHARACTERS[act.on % 3]
        match act.verb:
            case "consent":
                return ChangeConsent(
                    character_id=each, account_id=self.witness.owner[each], **self._terms(act.terms, other)
                )
            case "revoke":
                return RevokeConsent(character_id=each, account_id=self.witness.owner[each], policy=act.policy)
            case "expire":
                return ExpireConsent(character_id=each, version=self.witness.consent[each].version)
            case "verify":
                return VerifyCharacter(
                    character_id=CHARACTERS[2], moderator_id=MODERATOR, method="recording", evidence="ab" * 32
                )
            case "delete":
                return DeleteCharacter(character_id=each, account_id=self.witness.owner[each])
            case "erase":
                return EraseAccount(account_id=by, by=by)
            case "follow":
                return FollowAccount(account_id=by, followee_id=other)
            case "unfollow":
                return UnfollowAccount(account_id=by, followee_id=other)
            case "block":
                return BlockAccount(account_id=by, blocked_id=other)
            case "unblock":
                return UnblockAccount(account_id=by, blocked_id=other)
            case "create" | "remix" | "edit" | "extend" | "stitch":
                return self._queueing(act, by)
            case _:
                return None

    def _terms(self, terms: tuple[str, Sequence[str], int], other: str) -> dict[str, Any]:
        audience, named, hours = terms
        rules = tuple(f"character:{CHARACTERS[1]}" if rule == "character" else rule for rule in named)
        return {
            "audience": audience,
            "allowed": (other,) if audience == "approved" else (),
            "rules": rules,
            "expires_at": self.outside.now() + timedelta(hours=hours) if hours else None,
        }

    def _queueing(self, act: Act, by: str) -> Any:
        self._count += 1
        prompt, asked = act.prompt, act.asked
        fields = {"video_id": an_id("video", self._count), "account_id": by, "prompt": prompt}
        characters = tuple(CHARACTERS[number] for number in asked)
        there_are = sorted(self.witness.made)
        if act.verb == "create" or not there_are:
            return CreateVideo(**fields, model="sora-2", seed=7, characters=characters)
        first, second = there_are[act.on % len(there_are)], there_are[act.other % len(there_are)]
        if act.verb == "stitch":
            return StitchVideo(**fields, clips=(Part(video_id=first), Part(video_id=second)))
        kind = {"remix": RemixVideo, "edit": EditVideo, "extend": ExtendVideo}[act.verb]
        return kind(**fields, parent_id=first, characters=characters)

    def passes(self) -> None:
        self.outside.passes(hours=1)

    async def follow_up(self) -> None:
        """Everything that follows from the facts, by the reactions and processes themselves."""
        self.outside.users = {each: self.witness.stars(each) for each in CHARACTERS}
        for account in ACCOUNTS:
            videos = [video for video, made in self.witness.made.items() if made.owner == account]
            mine = [each for each in CHARACTERS if self.witness.owner[each] == account]
            self.outside.owned[account] = [*videos, *(each for each in mine if each not in self.witness.deleted)]
        await self.run()
