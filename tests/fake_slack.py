"""A Slack on this machine: Web API over HTTP, Socket Mode over WebSocket, faults as told.

Payloads are written out as Slack's documents give them. Limits are checked as Slack checks them: a
call that Slack would refuse is refused here.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from aiohttp import ClientSession, WSMsgType, web
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

TEAM, OTHER_TEAM, APP, ME, BOT = "T0HABEAS", "T0OTHER", "A0HABEAS", "U0HABEAS", "B0HABEAS"
ANA, BEN = "U0ANA", "U0BEN"
DM, CHANNEL = "D0ANA", "C0HELP"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TOKEN, APP_TOKEN = "xoxb-here", "xapp-here"

Trouble = Literal["429", "500", "500_after", "drop", "drop_after", "slow"]


@dataclass
class Fault:
    """Goes wrong ``times`` calls of a method after ``skip``; other words are codes of Slack."""

    method: str
    what: str
    times: int = 1
    skip: int = 0


@dataclass
class Posted:
    """A message of the app as people see it."""

    channel: str
    ts: str
    thread: str
    text: str
    blocks: list[dict]
    to: str = ""
    streaming: bool = False
    deleted: bool = False
    calls: list[dict] = field(default_factory=list)

    def block(self, kind: str) -> dict:
        return next(one for one in self.blocks if one["type"] == kind)

    def button(self, action: str) -> dict:
        every = (e for b in self.blocks for e in b.get("elements", ()) if isinstance(e, dict))
        return next(one for one in every if one.get("action_id") == action)

    @property
    def raw(self) -> str:
        return json.dumps([self.text, self.blocks], ensure_ascii=False)


class RefusalError(Exception):
    """An error of Slack's."""


@dataclass
class FakeSlack:
    """The server and what has come of it."""

    url: str = ""
    posts: list[Posted] = field(default_factory=list)
    replies: list[dict] = field(default_factory=list)
    calls: list[tuple[str, dict]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    views: list[dict] = field(default_factory=list)
    homes: dict[str, dict] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=lambda: {TOKEN: TEAM})
    deleted_threads: set[str] = field(default_factory=set)
    streams: bool = True
    agent: bool = True
    down: bool = False
    slow_s: float = 0.5
    budget: dict[str, int] = field(default_factory=dict)
    """How often a method may still be called; after that it is limited for good."""
    strangers: set[str] = field(default_factory=set)
    """People of other companies in shared channels: of another team than the app."""
    agent_channels: str = "CDG"
    """First letters of the channels an agent may have sessions in."""
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    connections: int = 0
    acks: dict[str, asyncio.Future] = field(default_factory=dict)
    clock: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    # What people see

    def seen(self, thread: str | None = None) -> list[Posted]:
        return [
            one for one in self.posts
            if not one.deleted and not one.to and (thread is None or one.thread == thread)
        ]  # fmt: skip

    def whispers(self, to: str = ANA) -> list[Posted]:
        return [one for one in self.posts if one.to == to]

    def called(self, method: str) -> list[dict]:
        return [body for name, body in self.calls if name == method]

    def said(self) -> str:
        """Everything the app ever sent."""
        return json.dumps([self.calls, self.replies], ensure_ascii=False)

    def ts(self) -> str:
        return f"{int(time.time())}.{next(self.clock):06d}"

    # The Web API

    async def api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        body = await self._body(request)
        self.calls.append((method, body))
        if self.down:
            request.transport.close()
            return web.Response()
        if method in self.budget:
            if self.budget[method] <= 0:
                return self._fail(request, "429")
            self.budget[method] -= 1
        fault = next((one for one in self.faults if one.method == method and one.times), None)
        if fault and fault.skip:
            fault.skip -= 1
            fault = None
        if fault:
            fault.times -= 1
            if fault.what == "slow":
                await asyncio.sleep(self.slow_s)
            elif not fault.what.endswith("_after"):
                return self._fail(request, fault.what)
        try:
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            answer = {"ok": True, **self._do(method, body, token or body.get("token", ""))}
        except RefusalError as error:
            answer = {"ok": False, "error": str(error)}
        if fault and fault.what.endswith("_after"):
            return self._fail(request, fault.what.removesuffix("_after"))
        return web.json_response(answer)

    @staticmethod
    async def _body(request: web.Request) -> dict:
        if request.content_type == "application/json":
            return await request.json()
        body = dict(request.query) | dict(await request.post())
        return {key: json.loads(v) if v[:1] in "[{" else v for key, v in body.items()}

    @staticmethod
    def _fail(request: web.Request, what: str) -> web.Response:
        match what:
            case "429":
                error = {"ok": False, "error": "ratelimited"}
                return web.json_response(error, status=429, headers={"Retry-After": "1"})
            case "500":
                return web.Response(status=500, text="upstream connect error")
            case "drop":
                request.transport.close()
                return web.Response()
            case code:
                return web.json_response({"ok": False, "error": code})

    def _do(self, method: str, body: dict, token: str) -> dict:
        name = re.sub("[A-Z]", lambda big: f"_{big[0].lower()}", method.replace(".", "_"))
        handler = getattr(self, f"_{name}", None)
        if handler is None:
            raise RefusalError("unknown_method")
        if method not in ("apps.connections.open", "oauth.v2.access") and token not in self.tokens:
            raise RefusalError("invalid_auth")
        return handler(body) or {}

    def _auth_test(self, _: dict) -> dict:
        return {
            "url": "https://example.slack.com/", "team": "Legal aid", "user": "habeas",
            "team_id": TEAM, "user_id": ME, "bot_id": BOT, "is_enterprise_install": False,
        }  # fmt: skip

    def _apps_connections_open(self, _: dict) -> dict:
        return {"url": self.url.replace("http", "ws") + "/link"}

    def _oauth_v2_access(self, body: dict) -> dict:
        if body["code"] != "good-code":
            raise RefusalError("invalid_code")
        self.tokens["xoxb-installed"] = OTHER_TEAM
        return {
            "app_id": APP, "authed_user": {"id": ANA}, "scope": "chat:write,commands",
            "token_type": "bot", "access_token": "xoxb-installed", "bot_user_id": ME,
            "team": {"id": OTHER_TEAM, "name": "Newsroom"}, "enterprise": None,
            "is_enterprise_install": False,
        }  # fmt: skip

    def _chat_start_stream(self, body: dict) -> dict:
        if not self.streams:
            raise RefusalError("channel_type_not_supported")
        if not body.get("thread_ts") or not body.get("recipient_user_id"):
            raise RefusalError("missing_recipient_user_id")
        if body["recipient_user_id"] in self.strangers and body["recipient_team_id"] == TEAM:
            raise RefusalError("invalid_arguments")
        return {"ts": self._new(body, self._chunks(body), streaming=True).ts}

    def _chat_append_stream(self, body: dict) -> dict:
        post = self._growing(body)
        post.text += self._chunks(body)
        post.calls.append(body)
        return {}

    def _chat_stop_stream(self, body: dict) -> dict:
        post = self._growing(body)
        post.text += self._chunks(body)
        self._check_blocks(body.get("blocks") or [])
        post.blocks = body.get("blocks") or []
        post.streaming = False
        return {}

    def _chat_post_message(self, body: dict) -> dict:
        if body["channel"].startswith("U"):
            body = body | {"channel": DM}
        return {"ts": self._new(body, self._markdown(body)).ts, "channel": body["channel"]}

    def _chat_post_ephemeral(self, body: dict) -> dict:
        self._new(body, self._markdown(body)).to = body["user"]
        return {"message_ts": self.ts()}

    def _chat_update(self, body: dict) -> dict:
        post = self._mine(body)
        if post.streaming:
            raise RefusalError("cant_update_message")
        post.text, post.blocks = self._markdown(body), body.get("blocks") or []
        post.calls.append(body)
        return {}

    def _chat_delete(self, body: dict) -> dict:
        self._mine(body).deleted = True
        return {}

    def _conversations_replies(self, body: dict) -> dict:
        here = [one for one in self.posts if one.thread == body["ts"] and not one.deleted]
        found = [
            {"ts": one.ts, "user": ME, "bot_id": BOT, "text": one.text}
            for one in here if not one.to and one.ts > body.get("oldest", "")
        ]  # fmt: skip
        return {"messages": [{"ts": body["ts"], "user": ANA, "text": "?"}, *found]}

    def _agents_sessions_set_status(self, body: dict) -> dict:
        if not self.agent or body["channel_id"][0] not in self.agent_channels:
            raise RefusalError("not_allowed")
        assert body["thread_ts"]
        assert body["status"] in ("active", "processing", "suspended", "closed")
        return {}

    def _assistant_threads_set_status(self, _: dict) -> dict:
        return {}

    def _assistant_threads_set_suggested_prompts(self, body: dict) -> dict:
        assert "thread_ts" not in body
        assert len(body["prompts"]) <= 4
        return {}

    def _views_publish(self, body: dict) -> dict:
        self._check_blocks(body["view"]["blocks"], most=100)
        self.homes[body["user_id"]] = body["view"]
        return {}

    def _views_open(self, body: dict) -> dict:
        if not body["trigger_id"]:
            raise RefusalError("invalid_trigger_id")
        self._check_blocks(body["view"]["blocks"], most=100)
        assert len(body["view"]["title"]["text"]) <= 24
        self.views.append(body["view"])
        return {}

    # Messages

    def _new(self, body: dict, text: str, *, streaming: bool = False) -> Posted:
        if not text.strip():
            raise RefusalError("no_text")
        if body.get("thread_ts") in self.deleted_threads:
            raise RefusalError("thread_not_found")
        thread = body.get("thread_ts", "")
        post = Posted(body["channel"], self.ts(), thread, text, body.get("blocks") or [])
        post.streaming = streaming
        post.calls.append(body)
        self.posts.append(post)
        return post

    def _mine(self, body: dict) -> Posted:
        for post in self.posts:
            if post.ts == body["ts"] and post.channel == body["channel"] and not post.deleted:
                return post
        raise RefusalError("message_not_found")

    def _growing(self, body: dict) -> Posted:
        post = self._mine(body)
        if not post.streaming:
            raise RefusalError("message_not_in_streaming_state")
        return post

    @staticmethod
    def _chunks(body: dict) -> str:
        text = "".join(one["text"] for one in body.get("chunks") or ())
        if len(text) > 12_000:
            raise RefusalError("msg_too_long")
        return text

    def _markdown(self, body: dict) -> str:
        blocks = body.get("blocks") or []
        self._check_blocks(blocks)
        if len(json.dumps(blocks)) > 40_000 or sum(len(b.get("text", "")) for b in blocks) > 12_000:
            raise RefusalError("msg_blocks_too_long")
        return "\n".join(one["text"] for one in blocks if one["type"] == "markdown")

    @staticmethod
    def _check_blocks(blocks: list[dict], most: int = 50) -> None:
        if len(blocks) > most:
            raise RefusalError("invalid_blocks")
        try:
            for block in Block.parse_all(blocks):
                block.validate_json()
        except SlackObjectFormationError as error:
            raise RefusalError("invalid_blocks") from error
        for block in blocks:
            text = block.get("text")
            if isinstance(text, dict) and not 0 < len(text["text"]) <= (
                150 if block["type"] == "header" else 3000
            ):
                raise RefusalError("invalid_blocks")
            elements = block.get("elements", ())
            named = [one["action_id"] for one in elements if "action_id" in one]
            if len(named) != len(set(named)) or len(elements) > (
                25 if block["type"] == "actions" else 10
            ):
                raise RefusalError("invalid_blocks")
            for element in elements:
                label = element.get("text")
                if isinstance(label, dict) and not 0 < len(label["text"]) <= 75:
                    raise RefusalError("invalid_blocks")
                if len(element.get("value", "")) > 2000:
                    raise RefusalError("invalid_blocks")

    # Answers at an address

    async def reply(self, request: web.Request) -> web.Response:
        body = await request.json()
        fault = next((one for one in self.faults if one.method == "reply" and one.times), None)
        if fault:
            fault.times -= 1
            return self._fail(request, fault.what)
        if sum(one["at"] == request.path for one in self.replies) >= 5:
            return web.Response(status=404, text="used_url")
        self._markdown(body)
        self.replies.append(body | {"at": request.path})
        return web.Response(text="ok")

    # Socket Mode

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json(
            {
                "type": "hello", "num_connections": 1,
                "debug_info": {"host": "applink-1", "approximate_connection_time": 18060},
                "connection_info": {"app_id": APP},
            }
        )  # fmt: skip
        self.sockets.append(socket)
        self.connections += 1
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                answer = json.loads(message.data)
                waiting = self.acks.get(answer["envelope_id"])
                if waiting and not waiting.done():
                    waiting.set_result(answer)
        if socket in self.sockets:
            self.sockets.remove(socket)
        return socket

    async def socket(self) -> web.WebSocketResponse:
        async with asyncio.timeout(20):
            while not self.sockets:  # noqa: ASYNC110 - a fake may look
                await asyncio.sleep(0.01)
        return self.sockets[-1]


def envelope(kind: str, payload: dict, name: str, retry: int = 0) -> dict:
    return {
        "envelope_id": name, "type": kind, "payload": payload, "accepts_response_payload": True,
        "retry_attempt": retry, "retry_reason": "timeout" if retry else "",
    }  # fmt: skip


@dataclass
class Door:
    """How the fake reaches the app: signed requests, or envelopes over the socket."""

    fake: FakeSlack
    mode: Literal["http", "socket"]
    app_url: str = ""
    session: ClientSession | None = None
    count: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    times: list[float] = field(default_factory=list)

    async def send(self, payload: dict, *, retry: int = 0) -> Any:
        """Deliver; gives the status over HTTP, the answer over the socket."""
        started = time.monotonic()
        way = self._post if self.mode == "http" else self._push
        answer = await way(payload, retry)
        self.times.append(time.monotonic() - started)
        return answer

    async def _post(self, payload: dict, retry: int) -> int:
        if payload.get("type") == "event_callback":
            body, kind = json.dumps(payload), "application/json"
        elif "command" in payload:
            body, kind = urlencode(payload), "application/x-www-form-urlencoded"
        else:
            body = urlencode({"payload": json.dumps(payload)})
            kind = "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind, **signed(body)}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
        url = f"{self.app_url}/slack/events"
        async with self.session.post(url, data=body, headers=headers) as answer:
            return answer.status

    async def _push(self, payload: dict, retry: int) -> dict:
        name = f"env-{next(self.count)}"
        kind = (
            "events_api" if payload.get("type") == "event_callback"
            else "slash_commands" if "command" in payload else "interactive"
        )  # fmt: skip
        waiting = self.fake.acks[name] = asyncio.get_running_loop().create_future()
        await (await self.fake.socket()).send_json(envelope(kind, payload, name, retry))
        async with asyncio.timeout(10):
            return await waiting


def signed(body: str, *, secret: str = SECRET, age_s: int = 0) -> dict[str, str]:
    stamp = str(int(time.time()) - age_s)
    mac = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256)
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mac.hexdigest()}"}


@asynccontextmanager
async def fake_slack() -> AsyncIterator[FakeSlack]:
    fake = FakeSlack()
    app = web.Application(client_max_size=10_000_000)
    app.router.add_route("*", "/api/{method}", fake.api)
    app.router.add_get("/link", fake.link)
    app.router.add_post("/reply/{name}", fake.reply)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield fake
    finally:
        await runner.cleanup()
