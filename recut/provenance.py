"""Keys and certificates for where films come from: who signs, what is trusted, what the marks are made with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from infra.clock import SystemClock
from infra.keys import derive
from infra.signing import CHAIN_FILE, CommandSigner, FileSigner, SigningError, anchor_of, local_signer
from recut.errors import OperatorError
from recut.local.home import Home

if TYPE_CHECKING:
    from inference.ports import Signer
    from recut.settings import Settings

PURPOSE: Final = "film marks"


def mark_key(root: bytes) -> bytes:
    """What workers are told with each job. Nothing else can be had from it."""
    return derive(root, PURPOSE)


def require_library() -> None:
    from inference.provenance.signing import require

    try:
        require()
    except RuntimeError as error:
        raise OperatorError(str(error)) from error


def signer(settings: Settings) -> Signer:
    """The one that is set; else the one that is made once in the folder for data."""
    require_library()
    stamps = settings.time_stamps or None
    try:
        if settings.signing_command:
            return CommandSigner(settings.signing_command, _chain(settings), stamps)
        if settings.signing_key:
            return FileSigner(_read(settings.signing_key).encode(), _chain(settings), stamps)
        return local_signer(Home(settings.home).root, SystemClock().now(), stamps)
    except (SigningError, ValueError) as error:
        raise OperatorError(f"Films cannot be signed: {error}") from error


def _chain(settings: Settings) -> str:
    if settings.signing_chain is None:
        raise OperatorError(
            "RECUT_SIGNING_CHAIN is not set: give the PEM file with the certificates of the signing key"
        )
    return _read(settings.signing_chain)


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError as error:
        raise OperatorError(f"{file} cannot be read ({type(error).__name__})") from error


def anchors(settings: Settings) -> str:
    """PEM of the certificates that are trusted: those that are set; else the last one of the chain in use."""
    if settings.trust_anchors:
        return _read(settings.trust_anchors)
    if settings.signing_chain:
        return anchor_of(_read(settings.signing_chain))
    signer(settings)
    return anchor_of(_read(Home(settings.home).root / CHAIN_FILE))
