from __future__ import annotations

from pathlib import Path

import pytest

from recut.errors import OperatorError
from recut.settings import PARSERS, Settings, load, ready_file, to_environ

SECRET = "postgresql://recut:s3cret@db/recut"


def test_nothing_has_to_be_set() -> None:
    settings = load({})
    assert settings.home == Path.cwd() / ".recut"
    assert settings.objects == (settings.home / "objects").as_uri()
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert (settings.database_url, settings.kafka) == ("", "")


def test_every_setting_has_a_parser() -> None:
    assert set(Settings.__struct_fields__) == set(PARSERS)


def test_what_a_child_is_told_reads_back_as_the_same_settings() -> None:
    settings = load({"RECUT_HOME": "/srv/a b", "RECUT_PORT": "9000", "RECUT_DATABASE_URL": SECRET, "RECUT_SHARDS": "4"})
    assert load(to_environ(settings)) == settings


def test_traces_are_set_by_the_variables_of_opentelemetry() -> None:
    told = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318/", "OTEL_EXPORTER_OTLP_HEADERS": "key=s3cret,b=c"}
    settings = load(told)
    assert settings.otel_exporter_otlp_endpoint == "http://collector:4318"
    assert load(to_environ(settings)) == settings
    assert load({}).otel_exporter_otlp_endpoint == ""


def test_an_empty_variable_counts_as_not_set() -> None:
    assert load({"RECUT_PORT": ""}).port == 8000


def test_the_wildcard_address_is_not_what_browsers_are_sent_to() -> None:
    assert load({"RECUT_HOST": "0.0.0.0"}).public_url == "http://127.0.0.1:8000"
    assert load({"RECUT_HOST": "::"}).public_url == "http://[::1]:8000"


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("RECUT_PORT", "http", "RECUT_PORT must be a whole number from 1 to 65535, not 'http'."),
        ("RECUT_PORT", "70000", "RECUT_PORT must be a whole number from 1 to 65535, not '70000'."),
        ("RECUT_PORT", "²", "RECUT_PORT must be a whole number from 1 to 65535, not '²'."),
        ("RECUT_KAFKA", "broker", "RECUT_KAFKA must be host:port, several separated by commas, not 'broker'."),
        ("RECUT_LOG_LEVEL", "loud", "RECUT_LOG_LEVEL must be one of debug, info, warning, error, not 'loud'."),
        (
            "RECUT_STRIPE_SECRET",
            "pk_test_1",
            "RECUT_STRIPE_SECRET must be a secret of Stripe, which begins with sk_ or rk_.",
        ),
        (
            "RECUT_STRIPE_WEBHOOK_SECRET",
            "x",
            "RECUT_STRIPE_WEBHOOK_SECRET must be a secret of Stripe, which begins with whsec_.",
        ),
        ("RECUT_PACKS", "a:1:1:usd,a:2:2:usd", "RECUT_PACKS must name each pack once."),
        (
            "RECUT_PACKS",
            "small:0:500:usd",
            "RECUT_PACKS must be name:credits:amount:currency, several separated by commas, as in small:400:500:usd.",
        ),
        (
            "RECUT_METRICS_TOKEN",
            "short",
            "RECUT_METRICS_TOKEN must be 16 or more printable ASCII characters without blanks.",
        ),
        (
            "RECUT_INSTANCE",
            "a b",
            "RECUT_INSTANCE must be up to 100 letters, digits, dots, hyphens and underscores, not 'a b'.",
        ),
        ("OTEL_TRACES_SAMPLER_ARG", "2", "OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, not '2'."),
        (
            "OTEL_EXPORTER_OTLP_HEADERS",
            "secret",
            "OTEL_EXPORTER_OTLP_HEADERS must be name=value, several separated by commas.",
        ),
        (
            "RECUT_OBJECTS",
            "ftp://x",
            "RECUT_OBJECTS must be a URL that starts with file:// or s3:// or gs:// or az://.",
        ),
    ],
)
def test_a_bad_value_is_named_in_one_sentence(name: str, text: str, sentence: str) -> None:
    with pytest.raises(OperatorError) as raised:
        load({name: text})
    assert str(raised.value) == sentence
    assert raised.value.exit_code == 2


def test_a_bad_address_with_a_password_is_not_repeated() -> None:
    with pytest.raises(OperatorError) as raised:
        load({"RECUT_DATABASE_URL": SECRET.replace("postgresql", "mysql")})
    assert "s3cret" not in str(raised.value)


def test_the_ready_file_is_there_for_supervised_processes_only() -> None:
    assert ready_file({}) is None
    assert ready_file({"RECUT_READY_FILE": "/run/api.ready"}) == Path("/run/api.ready")
