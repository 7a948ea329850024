"""The only reader of the environment. A new setting is one field of `Settings` and one line of `PARSERS`."""

from __future__ import annotations

import os
import re
import shlex
from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from domain.payment import parse_packs
from recut.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`database_url` and `kafka` are empty until `recut up` has started the embedded servers. `master_key` is base64;
    empty means the one that `recut up` made in `home`. `packs` is what credits are sold in: see `domain/payment.py`.
    `instance` names one of several stream processes, so that its partitions wait for it while it is started again:
    docs/runbooks/projections.md. `metrics_*`: docs/adr/0020-watching.md. `otel_*` are the variables of OpenTelemetry,
    without RECUT_; no endpoint, no traces. `signing_*`, `time_stamps`, `trust_anchors`, `visible_label`:
    docs/provenance.md."""

    home: Path
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str
    database_url: str = ""
    kafka: str = ""
    objects: str
    topic_prefix: str = "recut"
    shards: int = 16
    replication: int = 1
    master_key: str = ""
    master_key_next: str = ""  # of `recut rotate-master-key`
    log_level: str = "info"
    instance: str = ""
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 0  # of a process without HTTP; 0: none
    metrics_token: str = ""
    worker_metrics_port: int = 0  # of a worker, which may run beside a process with `metrics_port`
    worker_model: str = "small"  # that a worker makes: docs/engines.md
    recut1_weights: str = ""  # a file, or "off"; empty: those that come with Recut
    recut1_engine: str = "onnxruntime"
    ltx2_weights: str = ""  # a folder; with it the model ltx-2 is offered
    ltx2_licence: str = ""  # which terms are accepted: docs/engines.md
    worker_slots: int = 0  # films at a time, one process each; 0: as many as there are cores
    worker_drain_seconds: int = 20  # that jobs at hand have after SIGTERM
    orphan_hours: int = 24  # for which files that the log does not name are left alone
    otel_exporter_otlp_endpoint: str = ""
    otel_exporter_otlp_headers: str = ""
    otel_traces_sampler_arg: float = 1.0  # the share of traces that are kept
    signing_key: Path | None = None
    signing_command: str = ""
    signing_chain: Path | None = None
    time_stamps: str = ""
    trust_anchors: Path | None = None
    visible_label: str = "off"
    stripe_secret: str = ""
    stripe_webhook_secret: str = ""
    packs: str = "small:400:500:usd,large:2000:2000:usd"


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    values = {name: _parse(name, environ[variable(name)]) for name in PARSERS if environ.get(variable(name))}
    home = values.setdefault("home", _folder(".recut"))
    values.setdefault("objects", (home / "objects").as_uri())
    values.setdefault("public_url", f"http://{reachable(values.get('host', '127.0.0.1'))}:{values.get('port', 8000)}")
    return Settings(**values)


def to_environ(settings: Settings) -> dict[str, str]:
    """The inverse of `load`: what a child process is told."""
    values = {variable(name): getattr(settings, name) for name in PARSERS}
    given = {name: "" if value is None else str(value) for name, value in values.items()}
    return {name: text for name, text in given.items() if text}


def child_environ(settings: Settings, **extra: str) -> dict[str, str]:
    return {**os.environ, **to_environ(settings), "PYTHONUNBUFFERED": "1", **extra}


def ready_file(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Where a supervised process says that it has started; None when nobody asked."""
    path = environ.get("RECUT_READY_FILE")
    return Path(path) if path else None


def variable(name: str) -> str:
    return name.upper() if name.startswith("otel_") else f"RECUT_{name.upper()}"


def reachable(host: str) -> str:
    """The address by which this machine reaches a server bound to `host`, as written in a URL."""
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - names the wildcard, binds nothing
    return f"[{address}]" if ":" in address else address


def _parse(name: str, text: str) -> Any:
    try:
        return PARSERS[name](text)
    except ValueError as error:
        raise OperatorError(f"{variable(name)} {error}.") from None


def _folder(text: str) -> Path:
    return Path(os.path.abspath(os.path.expanduser(text)))


def _number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}, not {text!r}")
        return int(text)

    return parse


def _matching(pattern: str, meaning: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"must be {meaning}, not {text!r}")
        return text

    return parse


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}, not {text!r}")
        return text.lower()

    return parse


def _key(text: str) -> str:
    """The value is never repeated in the error."""
    try:
        length = len(b64decode(text, validate=True))
    except ValueError:
        length = 0
    if length != 32:
        raise ValueError("must be 32 random bytes in base64")
    return text


def _secret(*beginnings: str) -> Callable[[str], str]:
    """The value is never repeated in the error."""

    def parse(text: str) -> str:
        if not text.startswith(beginnings) or not text.isascii() or not text.isprintable():
            raise ValueError(f"must be a secret of Stripe, which begins with {' or '.join(beginnings)}")
        return text

    return parse


def _token(text: str) -> str:
    """The value is never repeated in the error."""
    if not re.fullmatch(r"[\x21-\x7e]{16,255}", text):
        raise ValueError("must be 16 or more printable ASCII characters without blanks")
    return text


def _command(text: str) -> str:
    try:
        words = shlex.split(text)
    except ValueError:
        words = []
    if not words:
        raise ValueError("must be a program and its arguments, as a shell would read them")
    return text


def _headers(text: str) -> str:
    """The value is never repeated in the error."""
    if not all(re.fullmatch(r"[\w!#$%&'*+.^`|~-]+=[\x21-\x7e]*", part.strip()) for part in text.split(",")):
        raise ValueError("must be name=value, several separated by commas")
    return text


def _share(text: str) -> float:
    if not re.fullmatch(r"\d+(\.\d+)?", text) or float(text) > 1:
        raise ValueError(f"must be a number from 0 to 1, not {text!r}")
    return float(text)


def _packs(text: str) -> str:
    parse_packs(text)
    return text


def _url(*schemes: str) -> Callable[[str], str]:
    """The value is never repeated in the error: it may hold a password."""

    def parse(text: str) -> str:
        if urlsplit(text).scheme not in schemes or "://" not in text:
            raise ValueError(f"must be a URL that starts with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        return text

    return parse


PARSERS: dict[str, Callable[[str], Any]] = {
    "home": _folder,
    "host": _matching(r"[\w.:-]+", "a host name or address"),
    "port": _number(1, 65535),
    "public_url": lambda text: _url("http", "https")(text).rstrip("/"),
    "database_url": _url("postgresql", "postgres"),
    "kafka": _matching(r"[^\s,:]+:\d+(,[^\s,:]+:\d+)*", "host:port, several separated by commas"),
    "objects": _url("file", "s3", "gs", "az"),
    "topic_prefix": _matching(r"[a-z0-9][a-z0-9-]{0,63}", "up to 64 lower-case letters, digits and hyphens"),
    "shards": _number(1, 1024),
    "replication": _number(1, 5),
    "master_key": _key,
    "master_key_next": _key,
    "log_level": _one_of("debug", "info", "warning", "error"),
    "instance": _matching(r"[\w.-]{1,100}", "up to 100 letters, digits, dots, hyphens and underscores"),
    "metrics_host": _matching(r"[\w.:-]+", "a host name or address"),
    "metrics_port": _number(0, 65535),
    "metrics_token": _token,
    "worker_metrics_port": _number(0, 65535),
    "worker_model": _one_of("small", "sketch-1", "recut-1", "ltx-2"),
    "recut1_weights": lambda text: text if text == "off" else str(_folder(text)),
    "recut1_engine": _one_of("onnxruntime", "torch", "torch-compile", "tensorrt"),
    "ltx2_weights": lambda text: str(_folder(text)),
    "ltx2_licence": _matching(r"[\w.+-]{1,100}", "the name of the accepted terms: docs/engines.md"),
    "worker_slots": _number(0, 256),
    "worker_drain_seconds": _number(0, 86_400),
    "orphan_hours": _number(1, 8_760),
    "otel_exporter_otlp_endpoint": lambda text: _url("http", "https")(text).rstrip("/"),
    "otel_exporter_otlp_headers": _headers,
    "otel_traces_sampler_arg": _share,
    "signing_key": _folder,
    "signing_command": _command,
    "signing_chain": _folder,
    "time_stamps": _url("http", "https"),
    "trust_anchors": _folder,
    "visible_label": _one_of("off", "on"),
    "stripe_secret": _secret("sk_", "rk_"),
    "stripe_webhook_secret": _secret("whsec_"),
    "packs": _packs,
}
