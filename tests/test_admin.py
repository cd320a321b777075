"""The operator's page: off unless wanted, for whoever has the token alone, and without words."""

import asyncio
import hmac
import shutil

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import expect, sync_playwright
from pydantic import ValidationError
from starlette.staticfiles import StaticFiles

from bot.channels import admin
from bot.channels.admin import add_admin
from bot.channels.admission import Admission
from bot.channels.api import add_health
from bot.channels.metrics import Metrics
from bot.channels.page.shell import STATIC_DIR
from bot.channels.web import add_apis, guard_app
from bot.settings import PROJECT_DIR, Settings
from bot.store import Feedback, open_store
from bot.types import Done, Dropped
from tests.serving import FakeEngine, events, live, reply

TOKEN = "t" * 24
SECRET = "my cousin Wenceslao Zzyzx"
TOLD = Feedback(
    answer="0" * 16,
    voter="page",
    about="wrong_law",
    rule="citizen_removal",
    status="ruled",
    lang="en",
    corpus="c" * 64,
    comment=SECRET,
    question=SECRET,
)


def app_with(settings):
    engine = FakeEngine()
    engine.script = [*events()[:-1], Done(reply(dropped=(Dropped("", "asserts_removal"),)))]
    engine.has_model = True
    metrics = Metrics()
    app = FastAPI(openapi_url=None)
    add_health(app, engine, None, metrics)
    add_admin(app, settings, engine, metrics)
    add_apis(app, engine, Admission(), metrics)
    app.mount("/page", StaticFiles(directory=STATIC_DIR))
    guard_app(app, settings, metrics)
    return app


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"), admin_token=TOKEN, api_keys="k" * 24
    )

    async def tell():
        store = await open_store(settings)
        await store.tell(TOLD)
        await store.close()

    asyncio.run(tell())
    with live(app_with(settings)) as url:
        yield url


def test_there_is_none_unless_a_token_is_set(tmp_path):
    with live(app_with(Settings(data_dir=tmp_path))) as url:
        for auth in (None, ("x", ""), ("x", TOKEN)):
            found = httpx.get(f"{url}/admin", auth=auth)
            assert found.status_code == 404
            assert "www-authenticate" not in found.headers


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Basic !!!", "Basic eDp3cm9uZw==", "Bearer wrong", f"Bearer {'k' * 24}", "X y"],
)
def test_whoever_has_no_token_is_told_what_to_do(served, header):
    found = httpx.get(f"{served}/admin", headers={"authorization": header} if header else {})
    assert found.status_code == 401
    assert found.headers["www-authenticate"].startswith("Basic ")
    assert "HABEAS_ADMIN_TOKEN" in found.text
    assert "contraseña" in found.text


def test_token_is_compared_in_constant_time(served, monkeypatch):
    compared = []
    monkeypatch.setattr(
        admin.hmac, "compare_digest", lambda *both: compared.append(both) or both[0] == both[1]
    )
    assert httpx.get(f"{served}/admin", auth=("x", "short")).status_code == 401
    assert httpx.get(f"{served}/admin", auth=("x", TOKEN)).status_code == 200
    monkeypatch.setattr(admin.hmac, "compare_digest", hmac.compare_digest)
    # Of equal length whatever was tried: not even that is told.
    assert [tuple(map(len, both)) for both in compared][:2] == [(32, 32)] * 2


@pytest.mark.parametrize("lang", ["en", "es"])
def test_all_is_shown_and_no_words(served, lang):
    key = {"authorization": f"Bearer {'k' * 24}"}
    line = {"question": SECRET}
    assert httpx.post(f"{served}/api/ask", json=line, headers=key).status_code == 200
    found = httpx.get(f"{served}/admin", auth=("x", TOKEN), headers={"accept-language": lang})
    assert found.status_code == 200
    for part in ("citizen_removal", "asserts_removal", "wrong_law", "8 U.S.C.", "api", " s</td>"):
        assert part in found.text
    assert {"en": "What the guard decided", "es": "Lo que decidió la guardia"}[lang] in found.text
    assert "Wenceslao" not in found.text
    assert f'<html lang="{lang}"' in found.text
    policy = found.headers["content-security-policy"]
    assert "unsafe-eval" not in policy
    assert "script-src 'self'" in policy
    assert found.headers["cache-control"] == "no-store"
    assert "<script" not in found.text
    other = httpx.get(f"{served}/admin?lang=es", auth=("x", TOKEN))
    assert '<html lang="es"' in other.text


def test_many_tries_are_turned_away(tmp_path):
    settings = Settings(data_dir=tmp_path, admin_token=TOKEN, api_per_minute=5)
    with live(app_with(settings)) as url:
        tries = [httpx.get(f"{url}/admin", auth=("x", str(n))).status_code for n in range(7)]
    assert tries == [401] * 5 + [429] * 2


def test_a_database_that_cannot_be_read_is_said(tmp_path):
    (tmp_path / "habeas.db").write_bytes(b"no database" * 1000)
    with live(app_with(Settings(data_dir=tmp_path, admin_token=TOKEN))) as url:
        found = httpx.get(f"{url}/admin", auth=("x", TOKEN))
    assert found.status_code == 200
    assert "The database cannot be read" in found.text


def test_a_short_token_is_refused():
    with pytest.raises(ValidationError, match="16 characters"):
        Settings(admin_token="short")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "es"])
def test_it_is_read_on_a_desk_and_on_a_phone(served, lang):
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, width in (("desktop", 1280), ("phone", 360)):
            place = browser.new_context(
                viewport={"width": width, "height": 800},
                locale=lang,
                http_credentials={"username": "x", "password": TOKEN},
            )
            page = place.new_page()
            wrong = []
            page.on("console", lambda one, wrong=wrong: wrong.append(one.text))
            page.goto(f"{served}/admin")
            expect(page.locator("h2")).to_have_count(5)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert place.cookies() == wrong == []
            folder = PROJECT_DIR / "artifacts"
            page.screenshot(path=folder / f"admin-{lang}-{name}.png", full_page=True)
        browser.close()
