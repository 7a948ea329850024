"""What may leave the platform in clear text, decided per field of every event.

A text field of an event is either public (ids, names from closed lists) or sealed with the key of one account.
`catalog.unmarked_text` finds text that is neither; no event may have any.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

PUBLIC: Final = "public"
SEALED_BY: Final = "sealed_by"
ERASED: Final = "[erased]"  # what a sealed field reads as once its key is destroyed


def sealed_by(id_field: str) -> msgspec.Meta:
    """Seal the field with the key of the account that `id_field` of the same event names."""
    return msgspec.Meta(description=f"sealed with the key of the account in `{id_field}`", extra={SEALED_BY: id_field})


Id = Annotated[str, msgspec.Meta(extra={PUBLIC: True})]
Word = Annotated[str, msgspec.Meta(extra={PUBLIC: True})]  # from a list that we own, or a digest
OwnerText = Annotated[str, sealed_by("owner_id")]
OwnerWords = Annotated[tuple[str, ...], sealed_by("owner_id")]
AccountText = Annotated[str, sealed_by("account_id")]
AccountWords = Annotated[tuple[str, ...], sealed_by("account_id")]
ReporterText = Annotated[str, sealed_by("reporter_id")]
ModeratorText = Annotated[str, sealed_by("moderator_id")]
