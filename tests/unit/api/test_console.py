"""The web page: what it shows, what its buttons do, and what it never lets through."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.console.render import TEMPLATES, ago
from domain.queue import Progress
from domain.video import Parent
from tests.examples import commented, erased, restricted
from tests.given import AT, OTHER, OWNER, an_id, completed, created, failed, published, remixed
from tests.unit.api.world import KEY, Platform

ORIGIN = {"Origin": "http://testserver"}
PIECE = {**ORIGIN, "HX-Request": "true"}
PAGE = {**ORIGIN, "Accept": "text/html"}


@pytest.fixture
def ada(platform: Platform) -> TestClient:
    """A browser in which Ada is logged in."""
    platform.browser.post("/login", data={"key": KEY}, headers=ORIGIN)
    return platform.browser


def page(browser: TestClient, path: str, status: int = 200) -> str:
    response = browser.get(path, headers=PAGE)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return response.text


def press(browser: TestClient, path: str, **data: Any) -> str:
    response = browser.post(path, data=data, headers=PIECE)
    assert response.status_code == 200, response.text
    return response.text


def test_anyone_may_watch_what_is_public(platform: Platform) -> None:
    shown, hidden = platform.published_video(caption="my cat"), platform.completed_video()
    text = page(platform.browser, "/")
    assert "my cat" in text
    assert hidden not in text
    [source] = set(re.findall(r'src="(/v1/videos/[^"]+variant=video[^"]+)"', text))
    assert shown in source
    assert platform.browser.get(source.replace("&amp;", "&")).status_code == 200
    assert 'action="/create"' not in text
    assert 'href="/login"' in text


def test_nothing_comes_from_elsewhere(platform: Platform, ada: TestClient) -> None:
    """The policy allows no inline code and no other host, so the pages must need neither."""
    video_id = platform.published_video()
    platform.completed_video()
    for path in ("/", "/mine", f"/videos/{video_id}", "/login"):
        response = ada.get(path, headers=PAGE)
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        text = response.text
        assert not re.search(r'\s(style|on\w+)="|<style|<script(?! src="/static/)', text)
        assert not re.search(r'(src|href|action|poster|hx-\w+)="(https?:)?//', text)


def test_every_static_file_that_a_page_names_exists(platform: Platform) -> None:
    named = {name for file in TEMPLATES.iterdir() for name in re.findall(r'"(/static/[\w.]+)', file.read_text())}
    assert named >= {"/static/app.css", "/static/app.js", "/static/htmx.min.js", "/static/icons.svg"}
    for name in named:
        assert platform.browser.get(name).status_code == 200
    icons = platform.browser.get("/static/icons.svg").text
    used = {name for file in TEMPLATES.iterdir() for name in re.findall(r'icon\("(\w+)"\)', file.read_text())}
    assert used <= set(re.findall(r'id="(\w+)"', icons))
    assert platform.browser.get("/static/../app.py").status_code == 404
    assert platform.browser.get("/static/%2e%2e/%2e%2e/app.py").status_code == 404


EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 1234*5678 }}'


def test_what_people_write_stays_text(platform: Platform, ada: TestClient) -> None:
    parent = platform.completed_video(prompt=EVIL)
    ada.post(f"/videos/{parent}/publish", data={"caption": EVIL}, headers=PIECE)
    texts = [page(ada, path) for path in ("/", "/mine", f"/videos/{parent}", "/boards/most_liked")]
    texts.append(page(platform.browser, f"/login?next={EVIL}"))
    for text in texts:
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "7006652" not in text
    assert "&lt;script&gt;" in texts[0]


def test_a_video_is_made_and_followed(platform: Platform, ada: TestClient) -> None:
    job = press(ada, "/create", prompt="a fox", model="sketch-1", size="1280x720", seconds="8")
    [video_id] = re.findall(r'data-job="(video_\w+)"', job)
    assert "1280x720, 8 s" in job
    platform.jobs.rows[video_id] = Progress(attempt=1, state="queued", step=0, of=0, place=2, waiting=5)
    assert "place 2 of 5" in page(ada, "/")
    assert "place 2 of 5" in page(ada, "/mine")
    assert video_id in page(ada, f"/drafts/{video_id}")
    platform.given(video_id, completed(ignored=("umbrella",)))
    draft = page(ada, f"/drafts/{video_id}")
    assert f'action="/videos/{video_id}/publish"' in draft
    assert "umbrella" in draft
    assert "data-job" not in draft


def test_a_failure_is_shown_with_its_reason(platform: Platform, ada: TestClient) -> None:
    video_id = platform.given(platform.ids.new("video"), created(), failed(message="too much rain"))
    assert "too much rain" in page(ada, f"/drafts/{video_id}")
    assert "too much rain" in page(ada, "/mine")


def test_publish_take_back_delete(platform: Platform, ada: TestClient) -> None:
    video_id = platform.completed_video()
    press(ada, f"/videos/{video_id}/publish", caption="my cat", remixable="false", visibility="public")
    publication = platform.outcome(video_id).publication
    assert publication
    assert (publication.caption, publication.remixable) == ("my cat", False)
    assert "my cat" in page(ada, "/")
    press(ada, f"/videos/{video_id}/unpublish")
    assert platform.outcome(video_id).publication is None
    assert press(ada, f"/videos/{video_id}/delete") == ""
    assert "Not Found" in page(ada, f"/videos/{video_id}", 404)


def test_the_box_for_remixes_counts_when_it_is_ticked(platform: Platform, ada: TestClient) -> None:
    """The form sends a hidden `false` first and, when ticked, a `true` behind it."""
    video_id = platform.completed_video()
    body = "caption=x&remixable=false&remixable=true"
    headers = {**PIECE, "Content-Type": "application/x-www-form-urlencoded"}
    ada.post(f"/videos/{video_id}/publish", content=body, headers=headers)
    publication = platform.outcome(video_id).publication
    assert publication
    assert publication.remixable


def test_like_and_unlike(platform: Platform, ada: TestClient) -> None:
    video_id = platform.published_video(OTHER)
    liked = press(ada, f"/videos/{video_id}/like", on="true")
    assert 'aria-pressed="true"' in liked
    assert "<span>1</span>" in liked
    again = press(ada, f"/videos/{video_id}/like", on="true")
    assert "<span>1</span>" in again
    assert "<span>0</span>" in press(ada, f"/videos/{video_id}/like", on="false")


def test_follow(platform: Platform, ada: TestClient) -> None:
    platform.published_video(OTHER)
    assert ">Follow<" in page(ada, "/")
    assert ">Following<" in press(ada, f"/accounts/{OTHER}/follow", on="true")
    assert ">Following<" in page(ada, "/?cut=latest")
    assert ">Follow<" in press(ada, f"/accounts/{OTHER}/follow", on="false")


def test_one_does_not_follow_oneself(platform: Platform, ada: TestClient) -> None:
    platform.published_video(OWNER)
    assert ">Follow<" not in page(ada, "/")


def test_a_profile(platform: Platform, ada: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.console.pages.MINE_LENGTH", 2)
    shown, draft = [platform.published_video(OTHER) for _ in range(3)], platform.completed_video(OTHER)
    assert f'href="/accounts/{OTHER}"' in page(ada, "/")
    text = page(ada, f"/accounts/{OTHER}")
    assert ">Follow<" in text
    [address] = re.findall(rf'hx-get="(/accounts/{OTHER}[^"]+)"', text)
    rest = page(ada, address)
    assert "<html" not in rest
    assert {video_id for video_id in shown if f'href="/videos/{video_id}"' in text + rest} == set(shown)
    assert draft not in text + rest
    assert "Nothing published yet" in page(ada, f"/accounts/{OWNER}")
    assert page(ada, "/accounts/acct_x", 404)


def test_remix_from_a_card(platform: Platform, ada: TestClient) -> None:
    parent = platform.published_video(OTHER)
    job = press(ada, f"/videos/{parent}/remix", prompt="make it night")
    [child] = re.findall(r'data-job="(video_\w+)"', job)
    assert child in page(ada, f"/videos/{parent}")
    tree = page(ada, f"/videos/{child}")
    assert f'href="/videos/{parent}"' in tree
    closed = platform.published_video(OTHER, remixable=False)
    assert f'action="/videos/{closed}/remix"' not in page(ada, f"/videos/{closed}")


def test_an_error_in_a_piece_becomes_a_note(platform: Platform, ada: TestClient) -> None:
    response = ada.post("/create", data={"prompt": "  "}, headers=PIECE)
    assert response.status_code == 400
    assert response.headers["hx-retarget"] == "#toast"
    assert "must not be empty" in response.text
    assert "<html" not in response.text


def test_buttons_of_nobody_lead_to_the_login(platform: Platform) -> None:
    video_id = platform.published_video()
    response = platform.browser.post(f"/videos/{video_id}/like", headers=PIECE)
    assert (response.status_code, response.headers["hx-redirect"]) == (204, "/login?next=/")
    response = platform.browser.post(f"/videos/{video_id}/like", headers=PAGE)
    assert (response.status_code, response.headers["location"]) == (303, "/login?next=/")


def test_without_scripts_a_button_leads_back_to_a_page(platform: Platform, ada: TestClient) -> None:
    response = ada.post("/create", data={"prompt": "a fox"}, headers=PAGE)
    assert (response.status_code, response.headers["location"]) == (303, "/")


def test_the_feed_goes_on(platform: Platform, ada: TestClient) -> None:
    for number in range(10):
        platform.clock.passes(seconds=1)
        platform.published_video(OTHER, caption=f"cat number {number}.")
    first = page(ada, "/?cut=latest")
    [address] = re.findall(r'hx-get="(/feed[^"]+)"', first)
    rest = page(ada, address.replace("&amp;", "&"))
    assert "<html" not in rest
    shown = re.findall(r"cat number (\d)\.</p>", first + rest)
    assert sorted(shown) == list("0123456789")
    assert "/feed?" not in rest


def test_my_videos_go_on(platform: Platform, ada: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.console.pages.MINE_LENGTH", 2)
    ids = [platform.completed_video() for _ in range(3)]
    first = page(ada, "/mine")
    [address] = re.findall(r'hx-get="(/mine[^"]+)"', first)
    rest = page(ada, address)
    assert {id_ for id_ in ids if f'action="/videos/{id_}/publish"' in first + rest} == set(ids)


def test_boards_and_options(platform: Platform, ada: TestClient) -> None:
    platform.published_video(caption="my cat")
    board = page(ada, "/boards/most_remixed?window=week")
    assert "my cat" in board
    assert "accounts that remixed" in board
    assert "<html" not in board
    options = page(ada, "/options?model=sketch-1")
    assert "Portrait 720 x 1280" in options
    platform.models.models = []
    assert ada.get("/options", headers=PIECE).status_code == 404
    assert "No model is installed" in page(ada, "/")


def test_a_page_of_nothing(platform: Platform, ada: TestClient) -> None:
    assert "No videos yet" in page(ada, "/")
    assert "follow someone" in page(ada, "/?cut=following")
    assert "Nothing yet" in page(ada, "/mine")
    assert "Not Found" in page(ada, "/nowhere", 404)
    assert "Bad Request" in page(ada, "/?cut=best", 400)


def test_pages_are_not_stored(platform: Platform, ada: TestClient) -> None:
    assert ada.get("/mine", headers=PAGE).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "just now"), (59, "just now"), (60, "1 minute ago"), (7300, "2 hours ago"), (86_400, "1 day ago"),
     (-5, "just now")],
)  # fmt: skip
def test_ago(seconds: int, words: str) -> None:
    assert ago(int(AT.timestamp()) - seconds, AT) == words


def test_a_running_one_is_cancelled(platform: Platform, ada: TestClient) -> None:
    piece = ada.post("/create", data={"prompt": "a cat"}, headers={**ORIGIN, "HX-Request": "true"}).text
    [path] = re.findall(r'hx-post="(/videos/\w+/cancel)"', piece)
    gone = ada.post(path, headers={**ORIGIN, "HX-Request": "true"}).text
    assert "Cancelled" in gone
    assert "/cancel" not in gone


def test_credits_and_where_they_went(platform: Platform, ada: TestClient) -> None:
    assert "Nothing yet" in page(ada, "/wallet")
    ada.post("/create", data={"prompt": "a cat"}, headers=ORIGIN)
    text = page(ada, "/wallet")
    assert "<strong>396</strong> free of 400 a day" in text
    assert "free -4, held +4" in text
    assert "new day" in text


def test_the_inbox_tells_and_is_marked_as_read(platform: Platform, ada: TestClient) -> None:
    assert "Nothing yet" in page(ada, "/inbox")
    assert platform.bob.post(f"/v1/accounts/{OWNER}/follow").status_code == 200
    comment = an_id("comment", 1)
    platform.given(comment, commented(comment_id=comment, owner_id=OWNER, account_id=OTHER, text="<b>well</b>"))
    text = page(ada, "/inbox")
    assert f'<a href="/accounts/{OTHER}">Bob</a>' in text
    assert "&lt;b&gt;well" in text
    assert 'class="unread"' in text
    assert "2 unread" in text
    piece = press(ada, "/inbox/read", all="true")
    assert 'class="unread"' not in piece
    assert "<main" not in piece
    assert page(platform.browser, "/inbox").count("Bob") == 2


def test_what_is_hidden_says_why(platform: Platform, ada: TestClient) -> None:
    platform.given(platform.completed_video(), restricted())
    assert "Hidden: harassment" in page(ada, "/mine")


def test_a_session_ends_with_its_account(platform: Platform, ada: TestClient) -> None:
    assert ada.get("/v1/account").status_code == 200
    platform.given(OWNER, erased())
    assert ada.get("/v1/account").status_code == 401
    assert 'href="/login"' in page(ada, "/")


def test_a_wish_is_made_seen_and_undone(platform: Platform, ada: TestClient) -> None:
    assert "Wish in your own words" in page(ada, "/")
    piece = press(ada, "/wishes", wish="no horror, more <b>unicycles</b>")
    assert "None of the topic horror" in piece
    assert "until 29 Nov, 12:00 UTC" in piece
    assert "more &lt;b&gt;unicycles" in piece
    assert "<b>" not in piece
    [undo] = re.findall(r'hx-post="(/rules/[^"]+/undo)"', page(ada, "/"))
    assert "None of the topic horror" not in press(ada, undo)
    assert "Undo" not in page(ada, "/")


def test_without_scripts_a_wish_leads_to_a_page_that_names_what_was_ignored(ada: TestClient) -> None:
    response = ada.post("/wishes", data={"wish": "no horror, more unicycles"}, headers=ORIGIN)
    assert response.status_code == 303
    text = page(ada, response.headers["location"])
    assert "None of the topic horror" in text
    assert "more unicycles" in text


def test_a_family_is_drawn(platform: Platform, ada: TestClient) -> None:
    root, draft = platform.published_video(), platform.completed_video(OTHER)
    edge = Parent(video_id=root, relation="remix", owner_id=OWNER)
    child = an_id("video", 77)
    platform.given(
        child, remixed(owner_id=OTHER, parents=(edge,)), completed(owner_id=OTHER), published(owner_id=OTHER)
    )
    assert f'href="/videos/{root}/family"' in page(ada, f"/videos/{root}")
    drawn = page(ada, f"/videos/{root}/family")
    assert drawn.count("<rect") == 2
    assert drawn.count('<path class="remix"') == 1
    assert f'href="/videos/{child}/family"' in drawn
    page(ada, f"/videos/{draft}/family", 404)
    page(ada, f"/videos/{root}/family?as_of=yesterday", 400)
