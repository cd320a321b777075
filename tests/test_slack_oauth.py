"""Several workspaces: installing, what is kept of it, answering each, and being taken out."""

import json
import sqlite3
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.channels.slack import texts
from bot.channels.slack.oauth import Installations, Seal
from bot.settings import Settings
from bot.store import open_store
from tests import slack_payloads as sent
from tests.fake_slack import OTHER_TEAM, SECRET, TEAM, TOKEN, fake_slack
from tests.slack_living import living

# The SDK sends the client's name and secret by a class aiohttp is about to take away.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth:DeprecationWarning")

ONE, TWO = "1764000000.000100", "1764000001.000100"
MANY = {
    "SLACK_BOT_TOKEN": None, "SLACK_CLIENT_ID": "111.222", "SLACK_CLIENT_SECRET": "client-secret",
    "SLACK_SIGNING_SECRET": SECRET,
}  # fmt: skip


@pytest.fixture
async def fake():
    async with fake_slack() as one:
        one.tokens = {}
        yield one


@pytest.fixture
async def app(fake, tmp_path):
    async with living(fake, tmp_path, **MANY) as one:
        yield one


async def begin(app) -> tuple[str, dict[str, str]]:
    """Begin to install; gives the state and the cookie the browser got."""
    async with httpx.AsyncClient() as browser:
        page = await browser.get(f"{app.door.app_url}/slack/install")
    assert page.status_code == 302
    link = page.headers["location"]
    query = parse_qs(urlsplit(link).query)
    assert link.startswith("https://slack.com/oauth/v2/authorize?")
    assert "chat:write" in query["scope"][0]
    cookie = page.headers["set-cookie"].split(";")[0]
    return query["state"][0], {"Cookie": cookie}


async def come_back(app, headers, **query: str) -> httpx.Response:
    async with httpx.AsyncClient() as browser:
        return await browser.get(
            f"{app.door.app_url}/slack/oauth_redirect", params=query, headers=headers
        )


async def install(app) -> None:
    state, cookie = await begin(app)
    assert (await come_back(app, cookie, code="good-code", state=state)).status_code == 200


def kept(folder) -> list[tuple]:
    with closing(sqlite3.connect(folder / "habeas.db")) as base:
        return base.execute("select enterprise, team, sealed from workspaces").fetchall()


async def test_a_workspace_installs_is_answered_and_is_forgotten_when_it_leaves(
    app, fake, tmp_path
):
    await app.send(sent.direct("Can they deport me?", ONE) | {"team_id": OTHER_TEAM})
    await app.quiet()
    assert not fake.posts
    await install(app)
    event = sent.direct("Can they deport me?", TWO)
    event["authorizations"][0]["team_id"] = event["team_id"] = OTHER_TEAM
    await app.send(event)
    post = await app.answer(TWO)
    assert fake.called("chat.startStream")[-1]["recipient_team_id"] == OTHER_TEAM
    await app.send(sent.click(fake, post.button("sources"), post, team={"id": OTHER_TEAM}))
    await app.until(lambda: fake.views)
    await app.send(sent.uninstalled(OTHER_TEAM))
    assert kept(tmp_path) == []
    with closing(sqlite3.connect(tmp_path / "habeas.db")) as base:
        for table in ("turns", "answers", "questions"):
            assert not base.execute(
                f"select 1 from {table} where team = ?", (OTHER_TEAM,)
            ).fetchall()
    said = len(fake.posts)
    again = sent.direct("And now?", "1764000009.000100")
    again["authorizations"][0]["team_id"] = again["team_id"] = OTHER_TEAM
    await app.send(again)
    await app.quiet()
    assert len(fake.posts) == said


async def test_answers_of_one_workspace_are_closed_to_another(fake, tmp_path):
    fake.tokens = {TOKEN: TEAM}
    async with living(fake, tmp_path) as app:
        await app.send(sent.direct("Can they deport me?", ONE))
        post = await app.answer(ONE)
        await app.send(sent.click(fake, post.button("sources"), post, team={"id": OTHER_TEAM}))
        view = await app.until(lambda: fake.views)
        assert texts.GONE.en in json.dumps(view[0], ensure_ascii=False)


async def test_tokens_revoked_is_as_good_as_leaving(app, tmp_path):
    await install(app)
    revoked = sent.event(
        {"type": "tokens_revoked", "tokens": {"bot": ["U0HABEAS"]}}, team=OTHER_TEAM
    )
    await app.send(revoked)
    assert kept(tmp_path) == []


async def test_what_is_kept_of_an_installation_is_encrypted(app, tmp_path):
    await install(app)
    [(enterprise, team, sealed)] = kept(tmp_path)
    assert (enterprise, team) == ("", OTHER_TEAM)
    assert "xoxb" not in sealed
    assert b"xoxb-installed" not in (tmp_path / "habeas.db").read_bytes()
    assert (tmp_path / "habeas.db").stat().st_mode & 0o077 == 0
    store = await open_store(Settings(data_dir=tmp_path))
    find = {"enterprise_id": None, "team_id": OTHER_TEAM}
    right = Installations(store, Seal("client-secret"))
    assert (await right.async_find_bot(**find)).bot_token == "xoxb-installed"
    assert await Installations(store, Seal("another")).async_find_bot(**find) is None
    await store.close()


async def test_installing_again_replaces(app, tmp_path):
    await install(app)
    await install(app)
    assert len(kept(tmp_path)) == 1


@pytest.mark.parametrize(
    ("cookie", "query", "status"),
    [
        (True, {"code": "bad-code"}, 401),
        (True, {}, 401),
        (True, {"code": "good-code", "state": "made-up"}, 400),
        (False, {"code": "good-code"}, 400),
        (True, {"error": "access_denied"}, 200),
    ],
    ids=["bad-code", "no-code", "made-up-state", "other-browser", "denied"],
)
async def test_an_installation_that_is_not_right_keeps_nothing(
    app, tmp_path, cookie, query, status
):
    state, headers = await begin(app)
    answer = await come_back(app, headers if cookie else {}, **({"state": state} | query))
    assert answer.status_code == status
    assert kept(tmp_path) == []


async def test_a_state_is_good_once(app):
    state, cookie = await begin(app)
    assert (await come_back(app, cookie, code="good-code", state=state)).status_code == 200
    assert (await come_back(app, cookie, code="good-code", state=state)).status_code == 401


async def test_an_organisation_that_installed_covers_its_workspaces(tmp_path):
    store = await open_store(Settings(data_dir=tmp_path))
    await store.keep_workspace("E1", "", Seal("s").close({"bot_token": "xoxb-org", "user_id": "U"}))
    found = await Installations(store, Seal("s")).async_find_bot(enterprise_id="E1", team_id="T9")
    assert found.bot_token == "xoxb-org"
    await store.close()
