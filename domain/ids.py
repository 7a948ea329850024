"""Identifiers: prefixed, sortable by time of creation, safe in a URL; and the rule that puts a stream in a shard."""

from __future__ import annotations

from struct import unpack_from
from typing import Final

_CROCKFORD: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_BODY_LENGTH: Final = 26


def new_id(prefix: str, milliseconds: int, entropy: bytes) -> str:
    """`prefix_` + a UUIDv7 in Crockford base32, lower case. `entropy` is 10 random bytes; the caller owns the clock."""
    return f"{prefix}_{base32(uuid7(milliseconds, entropy))}"


def uuid7(milliseconds: int, entropy: bytes) -> int:
    """RFC 9562 UUIDv7 as an integer of 128 bits."""
    if len(entropy) != 10:
        raise ValueError("entropy must be 10 bytes")
    random = int.from_bytes(entropy)
    high, low = (random >> 62) & 0xFFF, random & ((1 << 62) - 1)
    return (milliseconds & ((1 << 48) - 1)) << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low


def base32(value: int) -> str:
    return "".join(_CROCKFORD[(value >> shift) & 31] for shift in range(125, -5, -5))


def is_id(text: str, prefix: str) -> bool:
    """True when `text` has the shape of an id with this prefix. Ids come from clients: check before any use."""
    head, _, body = text.partition("_")
    return head == prefix and len(body) == _BODY_LENGTH and all(letter in _CROCKFORD for letter in body)


def shown(text: str, prefix: str) -> str:
    """An id as refusals repeat it. They are recorded: what is no id may be anything, and is not repeated."""
    return text if is_id(text, prefix) else "with this id"


def like_stream(video_id: str, account_id: str) -> str:
    """One stream per (video, account): a like is unique by construction."""
    return f"like_{video_id}_{account_id}"


def follow_stream(follower_id: str, followee_id: str) -> str:
    """One stream per (follower, followee), as for likes."""
    return f"follow_{follower_id}_{followee_id}"


def model_stream(model: str) -> str:
    return f"model_{model}"


def wallet_stream(account_id: str) -> str:
    return f"wallet_{account_id}"


def handle_stream(digest: bytes) -> str:
    """`digest` is a keyed one: the stream's name does not tell the handle."""
    return f"handle_{digest.hex()}"


def case_stream(subject: str) -> str:
    """One case per subject, by construction."""
    return f"case_{subject}"


def process_of(event_id: str) -> str:
    """The process that an event causes: a repeat of the event is about the same one."""
    return f"process_{base32(int(event_id.replace('-', ''), 16))}"


def cascade_of(decision_id: str) -> str:
    """The process that carries a decision out."""
    return f"process_{decision_id.partition('_')[2]}"


def hold_of(video_id: str) -> str:
    """One hold per video, for all its attempts."""
    return f"hold_{video_id.partition('_')[2]}"


def shard_of(stream: str, shards: int) -> int:
    """The shard, and so the Kafka partition, of a stream. Fixed for ever: murmur2 as the Java client partitions."""
    return (_murmur2(stream.encode()) & 0x7FFFFFFF) % shards


def _murmur2(key: bytes) -> int:
    """MurmurHash2, 32 bit, seed 0x9747b28c, as in Kafka's `Utils.murmur2` (unsigned here)."""
    m, mask = 0x5BD1E995, 0xFFFFFFFF
    length = len(key)
    words = length // 4
    h = 0x9747B28C ^ length
    for k in unpack_from(f"<{words}I", key):
        k = k * m & mask
        h = h * m & mask ^ (k ^ k >> 24) * m & mask
    if length > words * 4:
        h = (h ^ int.from_bytes(key[words * 4 :], "little")) * m & mask
    h = (h ^ h >> 13) * m & mask
    return h ^ h >> 15
