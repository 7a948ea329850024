"""`/metrics`: what is told, to whom, and that nothing of what clients send is in it."""

from __future__ import annotations

from starlette.testclient import TestClient

from api.app import create_app
from domain.gauges import Health
from tests.given import VIDEO_ID
from tests.unit.api.world import Platform

WORD = "quokka"
TOKEN = "a-token-of-some-length"


def scrape(platform: Platform, **headers: str) -> str:
    with TestClient(platform.app, client=("127.0.0.1", 5000), headers=headers) as local:
        answer = local.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return answer.text


def test_what_the_tables_say(platform: Platform) -> None:
    lines = scrape(platform).splitlines()
    for line in (
        "recut_database_up 1.0",
        'recut_consumer_lag_events{consumer="videos"} 2.0',
        'recut_consumer_lag_seconds{consumer="videos"} 1.5',
        'recut_consumer_checkpoint_age_seconds{consumer="videos"} 2.0',
        'recut_consumer_dead_letters{consumer="videos"} 1.0',
        'recut_consumer_stopped{consumer="videos"} 0.0',
        'recut_log_events_total{category="video"} 7.0',
        "recut_relay_depth_events 4.0",
        "recut_relay_depth_seconds 0.5",
        'recut_jobs{state="queued",tier="free"} 3.0',
        'recut_jobs_oldest_seconds{state="queued",tier="free"} 9.0',
        "recut_workers 1.0",
        "recut_reactions_parked 0.0",
    ):
        assert line in lines


def test_requests_are_counted_by_the_template_of_their_path(platform: Platform) -> None:
    platform.client.get(f"/v1/videos/{VIDEO_ID}")
    platform.client.get(f"/v1/characters/by-handle/{WORD}?q={WORD}")
    platform.client.get(f"/static/{WORD}/{WORD}.css")
    platform.client.get(f"/{WORD}")
    platform.client.request("QUOKKA", "/v1/videos")
    told = scrape(platform)
    assert 'recut_http_requests_total{method="GET",route="/v1/videos/{video_id}",status="404"} 1.0' in told
    assert 'recut_http_requests_total{method="GET",route="/static/*",status="404"} 1.0' in told
    assert 'recut_http_requests_total{method="GET",route="*",status="404"} 1.0' in told
    assert 'recut_http_requests_total{method="other"' in told
    assert 'recut_http_request_seconds_count{route="/v1/videos/{video_id}"} 1.0' in told
    assert WORD not in told.lower()
    assert VIDEO_ID not in told


def test_without_a_database_the_process_still_tells_of_itself(platform: Platform) -> None:
    platform.gauges.broken = True
    told = scrape(platform)
    assert "recut_database_up 0.0" in told
    assert "recut_consumer_lag_events{" not in told


def test_only_this_machine_is_told_without_a_token(platform: Platform) -> None:
    far = TestClient(platform.app, client=("192.0.2.7", 5000)).get("/metrics")
    assert far.status_code == 401
    assert "RECUT_METRICS_TOKEN" in far.json()["detail"]
    for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded"):
        behind_a_proxy = TestClient(platform.app, client=("127.0.0.1", 5000), headers={name: "127.0.0.1"})
        assert behind_a_proxy.get("/metrics").status_code == 401


def test_with_a_token_nobody_is_told_without_it(platform: Platform) -> None:
    platform.deps = type(platform.deps)(
        **{name: getattr(platform.deps, name) for name in platform.deps.__struct_fields__} | {"metrics_token": TOKEN}
    )
    platform.app = create_app(platform.deps)
    near = TestClient(platform.app, client=("127.0.0.1", 5000))
    assert near.get("/metrics").status_code == 401
    assert near.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 401
    assert "recut_database_up 1.0" in scrape(platform, Authorization=f"Bearer {TOKEN}")


def test_readiness_tells_what_has_stopped(platform: Platform) -> None:
    platform.gauges.consumers = [Health("videos", 2.0, 0, stopped=True), Health("reactor", None, 0, stopped=True)]
    answer = platform.browser.get("/readyz")
    assert answer.status_code == 200
    detail = answer.json()["detail"]
    assert "has stopped" in detail["read model videos"]
    assert "has stopped" in detail["reactor"]
