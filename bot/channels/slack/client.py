"""The calls to Slack's Web API, with what can go wrong with them told apart.

A call that says something must not be made twice because its answer got lost; a call that only
sets something may. Waiting where Slack asks to wait is done here.
"""

import logging
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.http_retry.builtin_interval_calculators import BackoffRetryIntervalCalculator
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.models.messages.chunk import MarkdownTextChunk
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.channels.slack.blocks import Block, Message, View

quiet = logging.getLogger("bot.channels.slack.sdk")
"""What the SDK may log: at a lower level it logs whole messages."""
quiet.setLevel(logging.ERROR)


def _in_one_line(record: logging.LogRecord) -> bool:
    """Leave the trace out: it says nothing to an operator, and can quote what was sent."""
    record.exc_info = record.exc_text = None
    return True


quiet.addFilter(_in_one_line)

TIMEOUT_S = 30
"""Longest wait for one call."""

RATE_LIMITED = "ratelimited"

_RATE_LIMIT_TRIES = 6
_TRIES = 3

# Said twice would be seen twice.
_SAYING = frozenset(
    {"chat.postMessage", "chat.postEphemeral", "chat.startStream", "chat.appendStream"}
)
_LATER = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "accesslimited",
    }
)
_REVOKED = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "team_access_not_granted",
    }
)


class RefusedError(Exception):
    """Slack will not do this, now or later; ``code`` is its word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def revoked(self) -> bool:
        """Whether the app may do nothing at all in this workspace any more."""
        return self.code in _REVOKED


class SlackDownError(Exception):
    """Slack cannot be reached or is out of order; ``perhaps_done`` says it may have worked."""

    def __init__(self, code: str, *, perhaps_done: bool) -> None:
        super().__init__(code)
        self.code = code
        self.perhaps_done = perhaps_done


@dataclass(frozen=True)
class Thread:
    """Where an answer goes, and for whom."""

    team: str
    channel: str
    ts: str
    person: str


class _Again(AsyncRetryHandler):
    """Repeats what failed on the way and may be repeated."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,  # noqa: ARG002 - the SDK's signature
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if isinstance(error, aiohttp.ClientConnectorError):
            return True
        if request.url.rsplit("/", 1)[-1] in _SAYING:
            return False
        if response is not None:
            return response.status_code >= 500
        return isinstance(error, aiohttp.ClientError | TimeoutError)


class _Wait(AsyncRateLimitErrorRetryHandler):
    """Waits as long as Slack asks, but for a message that may grow: it can be posted instead."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if request.url.endswith("/chat.startStream"):
            return False
        return await super()._can_retry_async(
            state=state, request=request, response=response, error=error
        )


def web_client(
    session: aiohttp.ClientSession, api_url: str, token: str | None = None
) -> AsyncWebClient:
    """Make a client of the SDK that waits and repeats as it should, and logs nothing said."""
    return AsyncWebClient(
        token=token,
        base_url=api_url,
        session=session,
        logger=quiet,
        timeout=TIMEOUT_S,
        retry_handlers=[
            _Wait(max_retry_count=_RATE_LIMIT_TRIES),
            _Again(_TRIES, BackoffRetryIntervalCalculator(backoff_factor=0.1)),
        ],
    )


class Web:
    """What the app does in one workspace.

    Every method raises ``RefusedError`` where Slack says no and ``SlackDownError`` where there is
    no saying.
    """

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def start_stream(self, thread: Thread, text: str) -> str:
        """Begin a message that grows; gives its timestamp."""
        done = await _told(
            self._client.chat_startStream(
                channel=thread.channel,
                thread_ts=thread.ts,
                recipient_team_id=thread.team,
                recipient_user_id=thread.person,
                chunks=[MarkdownTextChunk(text=text)],
            )
        )
        return str(done["ts"])

    async def append(self, thread: Thread, ts: str, text: str) -> None:
        """Add to a message that grows."""
        chunks = [MarkdownTextChunk(text=text)]
        await _told(self._client.chat_appendStream(channel=thread.channel, ts=ts, chunks=chunks))

    async def stop_stream(self, thread: Thread, ts: str, under: Sequence[Block] = ()) -> None:
        """End a message that grows, with blocks below it."""
        await _told(
            self._client.chat_stopStream(
                channel=thread.channel, ts=ts, blocks=[dict(one) for one in under] or None
            )
        )

    async def post(self, thread: Thread, message: Message) -> str:
        """Post in a thread; gives the message's timestamp."""
        done = await _told(
            self._client.chat_postMessage(
                channel=thread.channel,
                thread_ts=thread.ts or None,
                text=message.notice,
                blocks=[dict(one) for one in message.blocks],
                unfurl_links=False,
                unfurl_media=False,
                parse="none",
                link_names=False,
            )
        )
        return str(done["ts"])

    async def begin_direct(self, person: str, text: str) -> Thread:
        """Post in a person's direct messages, as the start of a thread."""
        message = Message(text)
        done = await _told(
            self._client.chat_postMessage(
                channel=person,
                text=message.notice,
                blocks=[dict(one) for one in message.blocks],
                unfurl_links=False,
                unfurl_media=False,
            )
        )
        return Thread("", str(done["channel"]), str(done["ts"]), person)

    async def update(self, thread: Thread, ts: str, message: Message) -> None:
        """Put something else in the place of a message."""
        await _told(
            self._client.chat_update(
                channel=thread.channel,
                ts=ts,
                text=message.notice,
                blocks=[dict(one) for one in message.blocks],
                parse="none",
                link_names=False,
            )
        )

    async def delete(self, channel: str, ts: str) -> None:
        """Delete a message of the app's own."""
        await _told(self._client.chat_delete(channel=channel, ts=ts))

    async def whisper(self, thread: Thread, message: Message) -> None:
        """Post so that one person sees it."""
        await _told(
            self._client.chat_postEphemeral(
                channel=thread.channel,
                user=thread.person,
                thread_ts=thread.ts or None,
                text=message.notice,
                blocks=[dict(one) for one in message.blocks],
                parse="none",
                link_names=False,
            )
        )

    async def mine(self, thread: Thread, after: str) -> tuple[str, ...]:
        """Give the app's own messages in a thread after a point in time, oldest first."""
        me = await _told(self._client.auth_test())
        said = await _told(
            self._client.conversations_replies(
                channel=thread.channel, ts=thread.ts, oldest=after, limit=200
            )
        )
        found = (
            str(one["ts"])
            for one in said.get("messages") or ()
            if one.get("user") == me["user_id"] or one.get("bot_id") == me.get("bot_id", "")
        )
        return tuple(sorted(ts for ts in found if ts > after))

    async def status(self, thread: Thread, text: str, *, working: bool) -> None:
        """Show that an answer is under way, or no more; nothing depends on it."""
        with suppress(SlackDownError):
            try:
                await self._session_status(thread, "processing" if working else "active")
            except RefusedError:
                # The app is no agent, or not here: then there is the older way.
                await self._older_status(thread, text if working else "")

    async def _older_status(self, thread: Thread, text: str) -> None:
        with suppress(RefusedError):
            await _told(
                self._client.assistant_threads_setStatus(
                    channel_id=thread.channel, thread_ts=thread.ts, status=text
                )
            )

    async def _session_status(self, thread: Thread, status: str) -> None:
        await _told(
            self._client.agents_sessions_setStatus(
                channel_id=thread.channel, thread_ts=thread.ts, status=status
            )
        )

    async def prompts(self, channel: str, prompts: Sequence[Mapping[str, str]]) -> None:
        """Suggest questions."""
        # An agent's call with a thread in it would do nothing and say so to nobody.
        await _told(
            self._client.assistant_threads_setSuggestedPrompts(
                channel_id=channel, prompts=[dict(one) for one in prompts]
            )
        )

    async def publish(self, person: str, view: View) -> None:
        """Show a person their home tab."""
        await _told(self._client.views_publish(user_id=person, view=dict(view)))

    async def open_view(self, trigger: str, view: View) -> None:
        """Open a modal for whoever clicked."""
        await _told(self._client.views_open(trigger_id=trigger, view=dict(view)))


@dataclass(frozen=True)
class ReplyTo:
    """The address a command or click came with, and how to answer there."""

    url: str
    replace: bool = False
    everybody: bool = False
    thread: str = ""


async def reply(session: aiohttp.ClientSession, to: ReplyTo, message: Message) -> None:
    """Answer a command or click at the address it came with.

    Raises:
        RefusedError: the address is used up.
        SlackDownError: there is no saying.
    """
    client = AsyncWebhookClient(
        to.url,
        session=session,
        logger=quiet,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=_RATE_LIMIT_TRIES)],
    )
    body: dict[str, Any] = {
        "text": message.notice,
        "blocks": [dict(one) for one in message.blocks],
        "response_type": "in_channel" if to.everybody else "ephemeral",
        "replace_original": to.replace,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    if to.thread:
        body["thread_ts"] = to.thread
    try:
        answer = await client.send_dict(body)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise _lost(error) from None
    if answer.status_code >= 500 or answer.status_code == 429:
        raise SlackDownError(str(answer.status_code), perhaps_done=False)
    if answer.status_code >= 400:
        raise RefusedError(f"reply_{answer.status_code}")


async def check_tokens(client: AsyncWebClient, app_token: str | None) -> None:
    """Ask Slack whether the tokens are good; fine also while Slack cannot be asked.

    Raises:
        RefusedError: one is not.
    """
    with suppress(SlackDownError):
        if client.token is not None:
            await _told(client.auth_test())
        if app_token is not None:
            await _told(client.apps_connections_open(app_token=app_token))


async def _told(call: Awaitable[AsyncSlackResponse]) -> Mapping[str, Any]:
    """Make a call, and say in our words what went wrong: the SDK's can quote what was sent."""
    try:
        done = await call
    except SlackApiError as error:
        raise _refused(error) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise _lost(error) from None
    except SlackClientError as error:
        raise RefusedError(type(error).__name__) from None
    return done.data if isinstance(done.data, dict) else {}


def _refused(error: SlackApiError) -> RefusedError | SlackDownError:
    response = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    data = getattr(response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return SlackDownError(RATE_LIMITED, perhaps_done=False)
    if status >= 500 or code in _LATER or not code:
        return SlackDownError(code or f"http_{status}", perhaps_done=True)
    return RefusedError(code)


def _lost(error: Exception) -> SlackDownError:
    sent = not isinstance(error, aiohttp.ClientConnectorError)
    return SlackDownError(type(error).__name__, perhaps_done=sent)
