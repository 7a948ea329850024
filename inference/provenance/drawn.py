"""What an attempt draws for the file that it will deliver."""

from __future__ import annotations

import secrets

from domain.jobs import Bundle
from inference.ports import Failed, Provenance, Signer


def provenance_of(bundle: Bundle, signer: Signer) -> Provenance:
    """With a new mark: two attempts that both end well are still told apart."""
    if not bundle.mark_key:
        # Sealed before there were marks. It counts as broken, and the next attempt's bundle is made anew.
        raise Failed("the job was queued by an older version: another attempt can be marked")
    return Provenance(mark_key=bundle.mark_key, mark_id=secrets.randbits(64), label=bundle.label, signer=signer)
