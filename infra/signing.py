"""Keys that sign films, and the certificates that vouch for them. On one machine the key and a chain of two
certificates are made once; in production the chain comes from an authority that viewers trust, and the key may lie with
a service that never gives it away."""

from __future__ import annotations

import fcntl
import os
import shlex
import subprocess
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROOT_YEARS: Final = 20
LEAF_YEARS: Final = 5
KEY_FILE: Final = "film-signing-key.pem"
CHAIN_FILE: Final = "film-signing-chain.pem"  # the leaf first, then the root
COMMAND_SECONDS: Final = 30.0
BEGIN: Final = "-----BEGIN CERTIFICATE-----"


class SigningError(Exception):
    """The key cannot sign, or its certificate does not fit."""


class FileSigner:
    """A key from a PEM file. Like every signer here it can be sent to another process, and prints no secret."""

    def __init__(self, key: bytes, chain: str, time_stamps: str | None = None) -> None:
        self._pem = key
        self.chain = chain
        self.time_stamps = time_stamps
        _require_fit(self.sign(b"Recut"), chain)

    @cached_property
    def _key(self) -> ec.EllipticCurvePrivateKey:
        key = load_pem_private_key(self._pem, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise SigningError("The key that signs films must be a P-256 key, without a password")
        return key

    def sign(self, data: bytes) -> bytes:
        return _raw(self._key.sign(data, ec.ECDSA(hashes.SHA256())))

    def __reduce__(self) -> tuple[type[FileSigner], tuple[bytes, str, str | None]]:
        return FileSigner, (self._pem, self.chain, self.time_stamps)


class CommandSigner:
    """A program that reaches a service which keeps the key: it is given the data on its standard input and answers with
    the signature, ECDSA with SHA-256 in DER, on its standard output."""

    def __init__(self, command: str, chain: str, time_stamps: str | None = None) -> None:
        self._command = command
        self.chain = chain
        self.time_stamps = time_stamps

    def sign(self, data: bytes) -> bytes:
        words = shlex.split(self._command)
        try:
            done = subprocess.run(words, input=data, capture_output=True, timeout=COMMAND_SECONDS, check=True)  # noqa: S603 - the operator's own program
            signature = _raw(done.stdout)
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            raise SigningError(f"{words[0]} gave no signature ({type(error).__name__})") from error
        _require_fit(signature, self.chain, data)
        return signature


def _raw(der: bytes) -> bytes:
    r, s = decode_dss_signature(der)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _require_fit(signature: bytes, chain: str, data: bytes = b"Recut") -> None:
    """What nobody could verify is told now, not by those who have the film."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    public = x509.load_pem_x509_certificate(chain.encode()).public_key()
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        assert isinstance(public, ec.EllipticCurvePublicKey)
        public.verify(der, data, ec.ECDSA(hashes.SHA256()))
    except (AssertionError, InvalidSignature):
        raise SigningError("The key that signs films is not the one of the first certificate of its chain") from None


def anchor_of(chain: str) -> str:
    """PEM of its last certificate, which those trust who trust the chain."""
    return chain[chain.rindex(BEGIN) :]


def local_signer(home: Path, now: datetime, time_stamps: str | None = None) -> FileSigner:
    """The signer that is kept in the folder, made when there is none. Two that begin at once agree on one."""
    key_file, chain_file = home / KEY_FILE, home / CHAIN_FILE
    if not key_file.exists():
        _keep(home, now)
    return FileSigner(key_file.read_bytes(), chain_file.read_text(), time_stamps)


def _keep(home: Path, now: datetime) -> None:
    """The chain before the key, whose presence says that all is there."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / f".{KEY_FILE}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / KEY_FILE).exists():
            key, chain = made(now)
            _write(home / CHAIN_FILE, chain)
            _write(home / KEY_FILE, key)


def _write(file: Path, data: bytes) -> None:
    draft = file.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
        output.write(data)
        output.flush()
        os.fsync(output.fileno())
    draft.replace(file)


def made(now: datetime) -> tuple[bytes, bytes]:
    """PEM of a new key and of its chain. The root's key is forgotten at once: it can vouch for nothing else."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, name = _name("Recut local root"), _name("Recut film signer")
    root = (
        _certificate(root_name, root_name, root_key.public_key(), root_key.public_key(), now, ROOT_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    leaf = (
        _certificate(name, root_name, key.public_key(), root_key.public_key(), now, LEAF_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, leaf.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM)


def _name(common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Recut"), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
    now: datetime,
    years: int,
) -> x509.CertificateBuilder:
    begin = now.astimezone(UTC) - timedelta(hours=1)  # clocks differ
    return (
        x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )
