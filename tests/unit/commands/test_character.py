"""Commands on characters, through the bus: handles are unique, texts become rules, what ends is free again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from commands.bus import Bus, Outcome
from commands.character import ChangeConsent, CreateCharacter, DeleteCharacter, ExpireConsent, RevokeConsent
from commands.work import CHARACTER, HANDLE, fold
from domain.character import MAX_CHARACTERS, Active, Consent, Deleted, Revoked
from domain.errors import Forbidden, IllegalState, Invalid, NotFound, Rejected
from domain.handle import Free, Reserved
from domain.recorded import Origin
from infra.memory import MemoryEventStore
from tests.examples import CHARACTER_ID, erased
from tests.given import AT, OTHER, OWNER, an_id, happened, opened
from tests.outside import Outside

SECOND = an_id("char", 2)
CREATE = CreateCharacter(
    character_id=CHARACTER_ID,
    account_id=OWNER,
    kind="persona",
    handle="Rex",
    name="Rex",
    description="a brown dog",
    rig="quadruped",
    rig_version=1,
    parameters='{"body": 9331778}',
    challenge=None,
)
CONSENT = ChangeConsent(character_id=CHARACTER_ID, account_id=OWNER, audience="everyone")


class Platform:
    def __init__(self) -> None:
        self.outside = Outside()
        self.store = MemoryEventStore(now=self.outside.now)
        self.bus = Bus(self.store, self.outside.world())
        self._count = 0

    async def send(self, command: Any, **changes: Any) -> Outcome:
        self._count += 1
        origin = Origin(
            account=OWNER, key=f"k{self._count}", request_hash=b"", occurred_at=AT, causation="", correlation=""
        )
        return await self.bus.dispatch(msgspec.structs.replace(command, **changes), origin)

    async def refuses(self, kind: type[Rejected], code: str, command: Any, **changes: Any) -> None:
        with pytest.raises(kind) as caught:
            await self.send(command, **changes)
        assert (type(caught.value), caught.value.code) == (kind, code)

    async def character(self, character_id: str = CHARACTER_ID) -> Any:
        return (await fold(self.store, CHARACTER, character_id))[0]

    async def handle(self, handle: str = "rex") -> Any:
        return (await fold(self.store, HANDLE, self.outside.world().handles.stream(handle)))[0]


@pytest.fixture
async def platform() -> Platform:
    platform = Platform()
    for account in (OWNER, OTHER):
        await happened(platform.store, account, opened(account_id=account))
    return platform


async def test_a_character_has_its_handle_from_the_first_moment(platform: Platform) -> None:
    await platform.send(CREATE)
    assert isinstance(await platform.character(), Active)
    assert await platform.handle("REX") == Reserved(CHARACTER_ID, OWNER)


async def test_of_two_that_want_a_handle_at_once_one_gets_it(platform: Platform) -> None:
    both = (
        platform.send(CREATE),
        platform.send(CREATE, character_id=SECOND, account_id=OTHER, handle="rex"),
    )
    results = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["IllegalState", "Outcome"]
    made = [await platform.character(each) for each in (CHARACTER_ID, SECOND)]
    assert sum(isinstance(state, Active) for state in made) == 1


async def test_the_name_of_the_stream_does_not_tell_the_handle(platform: Platform) -> None:
    await platform.send(CREATE)
    made = (await platform.store.load(CHARACTER_ID))[0]
    assert "rex" not in made.event.handle_stream.lower()
    assert b"Rex" not in made.recorded.data
    assert b"9331778" not in made.recorded.data


async def test_a_handle_is_free_after_a_deletion(platform: Platform) -> None:
    await platform.send(CREATE)
    await platform.send(DeleteCharacter(character_id=CHARACTER_ID, account_id=OWNER))
    assert isinstance(await platform.character(), Deleted)
    assert await platform.handle() == Free()
    await platform.send(CREATE, character_id=SECOND, account_id=OTHER)
    assert await platform.handle() == Reserved(SECOND, OTHER)


async def test_who_is_not_there_makes_nothing(platform: Platform) -> None:
    await platform.refuses(NotFound, "account_not_found", CREATE, account_id=an_id("acct", 9))
    await happened(platform.store, OWNER, erased())
    await platform.refuses(NotFound, "account_erased", CREATE)


async def test_an_account_has_so_many(platform: Platform) -> None:
    platform.outside.owned[OWNER] = [an_id("char", n) for n in range(100, 100 + MAX_CHARACTERS)]
    await platform.refuses(IllegalState, "too_many_characters", CREATE)
    assert await platform.handle() == Free()


async def test_rules_come_from_fields_and_from_words(platform: Platform) -> None:
    await platform.send(CREATE)
    await platform.send(CREATE, character_id=SECOND, account_id=OTHER, handle="tom")
    text = "No weapons. Never with @TOM or @nobody.here. Whatever."
    rules = ("topic: politics", "character:@tom", "topic:weapons")
    await platform.send(CONSENT, audience="approved", allowed=(OTHER, OTHER), rules=rules, text=text)
    assert (await platform.character()).consent == Consent(
        version=2,
        audience="approved",
        allowed=(OTHER,),
        rules=("topic:politics", f"character:{SECOND}", "topic:weapons"),
        text=text,
        unclear=("Never with @TOM or @nobody.here", "Whatever"),
    )


async def test_a_handle_that_nobody_has_is_no_rule(platform: Platform) -> None:
    await platform.send(CREATE)
    await platform.refuses(Invalid, "invalid_rule", CONSENT, rules=("character:@tom",))


async def test_another_one_has_no_say(platform: Platform) -> None:
    await platform.send(CREATE)
    await platform.refuses(Forbidden, "not_the_owner", CONSENT, account_id=OTHER)
    revoke = RevokeConsent(character_id=CHARACTER_ID, account_id=OTHER, policy="freeze")
    await platform.refuses(Forbidden, "not_the_owner", revoke)
    await platform.refuses(Forbidden, "not_the_owner", DeleteCharacter(character_id=CHARACTER_ID, account_id=OTHER))


async def test_a_consent_runs_out_once(platform: Platform) -> None:
    await platform.send(CREATE)
    await platform.send(CONSENT, expires_at=AT + timedelta(hours=1))
    ends = ExpireConsent(character_id=CHARACTER_ID, version=2)
    await platform.send(ends)
    assert (await platform.character()).consent.version == 2
    platform.outside.passes(hours=1)
    for _ in range(2):
        await platform.send(ends)
    assert (await platform.character()).consent == Consent(version=3, audience="only_me")


async def test_a_revocation_and_a_new_consent(platform: Platform) -> None:
    await platform.send(CREATE)
    await platform.send(CONSENT)
    await platform.send(RevokeConsent(character_id=CHARACTER_ID, account_id=OWNER, policy="hide_all"))
    state = await platform.character()
    assert isinstance(state, Revoked)
    assert (state.policy, state.consent.version) == ("hide_all", 3)
    await platform.send(CONSENT)
    assert (await platform.character()).consent == Consent(version=4, audience="everyone")


async def test_no_answer_tells_a_text(platform: Platform) -> None:
    """Answers are recorded beside the log, and not sealed."""
    made = await platform.send(CREATE)
    changed = await platform.send(CONSENT, text="Never say 'ernestine'")
    assert made.answer == changed.answer == {"character_id": CHARACTER_ID}
