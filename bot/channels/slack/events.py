"""What Slack sends, read into the few things the app knows; anything else is None.

Payloads are Slack's word for what happened, yet nothing in one may break the app: a part that is
missing or of another kind makes it an event the app does not know.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.store import BUTTON, Conversation

Payload = Mapping[str, Any]

_HELP = frozenset({"", "help", "ayuda"})
_TYPED_BY_PEOPLE = (None, "file_share", "me_message", "thread_broadcast")


@dataclass(frozen=True)
class Source:
    """Where an event comes from; ``me`` is the app's own user there, where Slack says it."""

    team: str
    enterprise: str
    me: str


@dataclass(frozen=True)
class Asked:
    """A message a person wrote, in a thread or as the start of one."""

    source: Source
    channel: str
    thread: str
    ts: str
    person: str
    text: str
    direct: bool
    mentioned: bool
    files: bool
    edited: str = ""
    """When it was last edited; empty when it never was."""

    @property
    def key(self) -> str:
        """The same for a mention and for the message it stands in."""
        return message_key(self.source.team, self.channel, self.ts)

    @property
    def conversation(self) -> Conversation:
        """Whose words these are, and in which thread."""
        return Conversation(self.source.team, self.channel, self.thread, self.person)


@dataclass(frozen=True)
class Deleted:
    """A message is gone."""

    source: Source
    channel: str
    ts: str

    @property
    def key(self) -> str:
        """As the message's own."""
        return message_key(self.source.team, self.channel, self.ts)


@dataclass(frozen=True)
class Stopped:
    """Somebody pressed Slack's stop button; ``streams`` are the messages it stopped."""

    source: Source
    channel: str
    thread: str
    person: str
    streams: tuple[str, ...]


@dataclass(frozen=True)
class Opened:
    """Somebody opened the app."""

    source: Source
    person: str
    channel: str
    tab: Literal["home", "messages"]


@dataclass(frozen=True)
class Uninstalled:
    """A workspace took the app out, or its tokens back."""

    source: Source


@dataclass(frozen=True)
class Commanded:
    """The command with a question, or a message somebody wants checked; answered privately."""

    source: Source
    channel: str
    person: str
    text: str
    reply_url: str
    trigger: str
    checking: bool = False

    @property
    def wants_help(self) -> bool:
        """Whether it asks how to ask."""
        return not self.checking and self.text.strip(" ?¿").lower() in _HELP

    @property
    def key(self) -> str:
        """Slack gives each use its own trigger."""
        return f"{self.source.team}:use:{self.trigger}"[:255]


@dataclass(frozen=True)
class Clicked:
    """A button or choice, ``at`` when, in which ``message`` and in what ``thread`` that stands."""

    source: Source
    channel: str
    thread: str
    person: str
    action: str
    value: str
    trigger: str
    reply_url: str
    message: str = ""
    at: str = ""

    @property
    def key(self) -> str:
        """The same each time one person presses one button."""
        where = f"{self.source.team}:{BUTTON}:{self.channel}:{self.message}"
        return f"{where}:{self.action}:{self.person}"[:255]


Incoming = Asked | Deleted | Stopped | Opened | Uninstalled | Commanded | Clicked


def message_key(team: str, channel: str, ts: str) -> str:
    """Name a message."""
    return f"{team}:{channel}:{ts}"


def read_payload(body: Payload) -> Incoming | None:
    """Read what Slack sent; None for what the app has nothing to do with, bots included."""
    try:
        return _read(body)
    except (KeyError, TypeError, AttributeError, IndexError):
        return None


def _read(body: Payload) -> Incoming | None:
    match body.get("type"):
        case "event_callback":
            return _event(body)
        case "message_action" if body.get("callback_id") == "check_message":
            return _check(body)
        case "block_actions":
            return _click(body)
        case None if body.get("command"):
            return _command(body)
        case _:
            return None


def _event(body: Payload) -> Incoming | None:
    event = body["event"]
    source = _source(body)
    match event["type"]:
        case "message":
            return _message(source, event)
        case "app_mention":
            return _asked(source, event, event, mentioned=True)
        case "app_uninstalled":
            return Uninstalled(source)
        case "tokens_revoked" if event["tokens"].get("bot"):
            return Uninstalled(source)
        case _:
            return _use(source, event)


def _use(source: Source, event: Payload) -> Incoming | None:
    match event["type"]:
        case "app_home_opened":
            tab: Literal["home", "messages"] = "home" if event.get("tab") == "home" else "messages"
            return Opened(source, _text(event["user"]), _text(event.get("channel", "")), tab)
        case "agent_session_stopped":
            streams = tuple(map(_text, event.get("streaming_message_ts") or ()))
            thread = _text(event.get("thread_ts") or "")
            person = _text(event.get("user") or "")
            return Stopped(source, _text(event["channel"]), thread, person, streams)
        case _:
            return None


def _message(source: Source, event: Payload) -> Incoming | None:
    subtype = event.get("subtype")
    if subtype == "message_deleted":
        return Deleted(source, _text(event["channel"]), _text(event["deleted_ts"]))
    if subtype == "message_changed":
        return _changed(source, event)
    return _asked(source, event, event, mentioned=_mentions(source, event))


def _changed(source: Source, event: Payload) -> Incoming | None:
    message, before = event["message"], event.get("previous_message") or {}
    if message.get("subtype") == "tombstone":
        # How Slack tells of a deleted message that has replies.
        return Deleted(source, _text(event["channel"]), _text(message["ts"]))
    if not message.get("edited"):
        return None
    if message.get("text") == before.get("text"):
        # A link preview was added: the words are the same.
        return None
    return _asked(source, event, message, mentioned=_mentions(source, message))


def _asked(source: Source, event: Payload, message: Payload, *, mentioned: bool) -> Asked | None:
    person = _text(message.get("user") or "")
    if message.get("subtype") not in _TYPED_BY_PEOPLE:
        return None
    if message.get("bot_id") or message.get("bot_profile") or person in ("", "USLACKBOT"):
        return None
    if source.me and person == source.me:
        return None
    channel, ts = _text(event["channel"]), _text(message["ts"])
    edited = message.get("edited") or {}
    return Asked(
        source=source,
        channel=channel,
        thread=_text(message.get("thread_ts") or ts),
        ts=ts,
        person=person,
        text=_words(message),
        direct=event.get("channel_type") == "im" or channel.startswith("D"),
        mentioned=mentioned,
        files=bool(message.get("files")),
        edited=_text(edited.get("ts") or ""),
    )


def _mentions(source: Source, message: Payload) -> bool:
    text = message.get("text") or ""
    return bool(source.me) and any(f"<@{source.me}{end}" in text for end in (">", "|"))


def _command(body: Payload) -> Commanded:
    return Commanded(
        source=Source(_text(body["team_id"]), _text(body.get("enterprise_id") or ""), ""),
        channel=_text(body["channel_id"]),
        person=_text(body["user_id"]),
        text=_text(body.get("text") or ""),
        reply_url=_text(body["response_url"]),
        trigger=_text(body["trigger_id"]),
    )


def _check(body: Payload) -> Commanded:
    return Commanded(
        source=_source_of_click(body),
        channel=_text(body["channel"]["id"]),
        person=_text(body["user"]["id"]),
        text=_words(body["message"]),
        reply_url=_text(body["response_url"]),
        trigger=_text(body["trigger_id"]),
        checking=True,
    )


def _click(body: Payload) -> Clicked:
    action = body["actions"][0]
    container = body.get("container") or {}
    chosen = action.get("selected_option") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
    return Clicked(
        source=_source_of_click(body),
        channel=_text(channel),
        thread=_text(container.get("thread_ts") or container.get("message_ts") or ""),
        person=_text(body["user"]["id"]),
        action=_text(action["action_id"]),
        value=_text(action.get("value") or chosen.get("value") or ""),
        trigger=_text(body.get("trigger_id") or ""),
        reply_url=_text(body.get("response_url") or ""),
        message=_text(container.get("message_ts") or ""),
        at=_text(action.get("action_ts") or ""),
    )


def _words(message: Payload) -> str:
    """Give a message's text; what is forwarded in it, or makes up a bot's message, as a quote."""
    text = _text(message.get("text") or "")
    lines: list[str] = []
    for one in message.get("attachments") or ():
        # A preview of a page is nobody's words here.
        if one.get("is_share") or one.get("is_msg_unfurl") or not text:
            said = _text(one.get("text") or one.get("fallback") or "")
            lines += [f"&gt; {line}" for line in said.split("\n") if line.strip()]
    if not text and not lines:
        lines = [_text(found) for found in map(_block_words, message.get("blocks") or ()) if found]
    return "\n".join([*([text] if text else []), *lines])


def _block_words(block: Payload) -> str:
    inner = block.get("text")
    if isinstance(inner, Mapping):
        return str(inner.get("text") or "")
    return inner if isinstance(inner, str) else ""


def _source(body: Payload) -> Source:
    """Say whose app is meant: in a channel shared by companies, the event names both."""
    known = (body.get("authorizations") or [{}])[0]
    # An organisation's installation is named without a workspace.
    team = known.get("team_id") or body.get("context_team_id") or body.get("team_id") or ""
    enterprise = known.get("enterprise_id") or body.get("enterprise_id") or ""
    me = known.get("user_id") if known.get("is_bot") else ""
    return Source(_text(team), _text(enterprise), _text(me or ""))


def _source_of_click(body: Payload) -> Source:
    view, user, given = body.get("view") or {}, body["user"], body.get("team") or {}
    # A person of another company in a shared channel belongs to a team without the app.
    team = view.get("app_installed_team_id") or given.get("id") or user.get("team_id") or ""
    enterprise = (body.get("enterprise") or {}).get("id") or given.get("enterprise_id") or ""
    return Source(_text(team), _text(enterprise), "")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    # JSON can write what no database takes: zeros, and halves of a character.
    return value.replace("\0", "").encode("utf-8", "replace").decode()
