"""What Slack sends, written out as its documents give it."""

import itertools
import time
from typing import Any

from tests.fake_slack import ANA, APP, BEN, BOT, CHANNEL, DM, ME, TEAM, FakeSlack, Posted

_events = itertools.count(1)


def event(body: dict, *, team: str = TEAM, event_id: str = "") -> dict:
    return {
        "token": "ZZZZZZWSxiZZZ2yIvs3peJ", "team_id": team, "api_app_id": APP, "event": body,
        "type": "event_callback", "event_id": event_id or f"Ev{next(_events):08d}",
        "event_time": 1764000000, "is_ext_shared_channel": False,
        "event_context": "4-eyJldCI6Im1lc3NhZ2UifQ",
        "authorizations": [
            {
                "enterprise_id": None, "team_id": team, "user_id": ME, "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
    }  # fmt: skip


def direct(text: str, ts: str, *, person: str = ANA, thread: str = "", **more: Any) -> dict:
    body = {
        "type": "message", "user": person, "ts": ts, "text": text, "team": TEAM, "channel": DM,
        "client_msg_id": "cd7e4ee3-f3d1-4e2c-9f0d-1d1d0a7d6a1f", "event_ts": ts,
        "channel_type": "im",
        "blocks": [{"type": "rich_text", "block_id": "x", "elements": []}],
    }  # fmt: skip
    return event(body | ({"thread_ts": thread} if thread else {}) | more)


def mention(text: str, ts: str, *, person: str = ANA, thread: str = "", **more: Any) -> dict:
    body = {
        "type": "app_mention", "user": person, "ts": ts, "text": f"<@{ME}> {text}", "team": TEAM,
        "channel": CHANNEL, "event_ts": ts,
    }  # fmt: skip
    return event(body | ({"thread_ts": thread} if thread else {}) | more)


def in_channel(text: str, ts: str, *, person: str = ANA, thread: str = "", **more: Any) -> dict:
    body = {
        "type": "message", "user": person, "ts": ts, "text": text, "team": TEAM,
        "channel": CHANNEL, "event_ts": ts, "channel_type": "channel",
    }  # fmt: skip
    return event(body | ({"thread_ts": thread} if thread else {}) | more)


def changed(text: str, ts: str, *, before: str = "", channel: str = DM, at: str = "") -> dict:
    kind = "im" if channel == DM else "channel"
    message = {
        "type": "message", "user": ANA, "text": text, "ts": ts, "team": TEAM,
        "edited": {"user": ANA, "ts": at or f"{int(time.time())}.900000"},
        "source_team": TEAM, "user_team": TEAM,
    }  # fmt: skip
    return event(
        {
            "type": "message", "subtype": "message_changed", "message": message,
            "previous_message": {"type": "message", "user": ANA, "text": before, "ts": ts},
            "channel": channel, "hidden": True, "ts": f"{int(time.time())}.900001",
            "event_ts": f"{int(time.time())}.900001", "channel_type": kind,
        }
    )  # fmt: skip


def deleted(ts: str, *, channel: str = DM) -> dict:
    return event(
        {
            "type": "message", "subtype": "message_deleted", "channel": channel, "hidden": True,
            "deleted_ts": ts, "ts": "1764000100.000200", "event_ts": "1764000100.000200",
            "previous_message": {"type": "message", "user": ANA, "text": "?", "ts": ts},
            "channel_type": "im",
        }
    )  # fmt: skip


def command(fake: FakeSlack, text: str, name: str = "one", *, channel: str = CHANNEL) -> dict:
    return {
        "token": "gIkuvaNzQIHg97ATvDxqgjtO", "team_id": TEAM, "team_domain": "example",
        "channel_id": channel, "channel_name": "help", "user_id": ANA, "user_name": "ana",
        "command": "/habeas", "text": text, "response_url": f"{fake.url}/reply/{name}",
        "trigger_id": f"13345224609.738474920.{name}", "api_app_id": APP,
        "is_enterprise_install": "false",
    }  # fmt: skip


def check(fake: FakeSlack, text: str, name: str = "check") -> dict:
    return {
        "type": "message_action", "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "action_ts": "1764000000.719700", "team": {"id": TEAM, "domain": "example"},
        "user": {"id": ANA, "username": "ana", "team_id": TEAM, "name": "ana"},
        "channel": {"id": CHANNEL, "name": "help"}, "is_enterprise_install": False,
        "enterprise": None, "callback_id": "check_message",
        "trigger_id": f"13345224609.738474920.{name}",
        "response_url": f"{fake.url}/reply/{name}", "message_ts": "1764000000.000100",
        "message": {
            "type": "message", "user": BEN, "text": text, "ts": "1764000000.000100", "team": TEAM,
        },
    }  # fmt: skip


def in_home(element: dict, *, person: str = ANA) -> dict:
    """A click in the home tab: it stands in no channel and has no address to answer at."""
    action = {"action_id": element["action_id"], "block_id": "b", "type": element["type"],
              "action_ts": "1764000000.719700"}  # fmt: skip
    action |= {key: element[key] for key in ("value", "selected_option") if key in element}
    return {
        "type": "block_actions", "api_app_id": APP, "token": "x",
        "user": {"id": person, "username": "ana", "name": "ana", "team_id": TEAM},
        "container": {"type": "view", "view_id": "V0HOME"},
        "trigger_id": f"1334.7384.{next(_events)}", "team": {"id": TEAM, "domain": "example"},
        "enterprise": None, "is_enterprise_install": False,
        "view": {
            "id": "V0HOME", "team_id": TEAM, "type": "home", "blocks": [],
            "state": {"values": {}}, "hash": "1764000000.abc", "app_id": APP,
            "app_installed_team_id": TEAM, "bot_id": BOT, "root_view_id": "V0HOME",
        },
        "actions": [action],
    }  # fmt: skip


def own_message(post: Posted, *, kind: str = "message_changed") -> dict:
    """How Slack tells the app of its own messages, as each of them grows or is updated."""
    message = {
        "type": "message", "user": ME, "bot_id": BOT, "app_id": APP, "text": post.text,
        "ts": post.ts, "thread_ts": post.thread, "team": TEAM, "blocks": post.blocks,
        "bot_profile": {"id": BOT, "app_id": APP, "name": "Habeas", "team_id": TEAM},
        "edited": {"user": BOT, "ts": "1764000300.000000"}, "streaming_state": "in_progress",
    }  # fmt: skip
    if kind == "message":
        return event(message | {"channel": post.channel, "channel_type": "im"})
    return event(
        {
            "type": "message", "subtype": kind, "message": message, "channel": post.channel,
            "previous_message": message | {"text": "before"}, "hidden": True,
            "ts": "1764000300.000001", "event_ts": "1764000300.000001", "channel_type": "im",
        }
    )  # fmt: skip


def click(
    fake: FakeSlack, element: dict, post: Posted | None = None, *, person: str = ANA, **more: Any
) -> dict:
    container = {"type": "message", "is_ephemeral": post is None, "channel_id": CHANNEL}
    if post:
        container |= {"message_ts": post.ts, "thread_ts": post.thread, "channel_id": post.channel}
    action = {
        "action_id": element["action_id"], "block_id": "b", "type": element["type"],
        "action_ts": "1764000000.719700",
    } | {key: element[key] for key in ("value", "selected_option") if key in element}  # fmt: skip
    return {
        "type": "block_actions", "api_app_id": APP, "token": "x", "container": container,
        "user": {"id": person, "username": "ana", "name": "ana", "team_id": TEAM},
        "trigger_id": f"1334.7384.{next(_events)}", "team": {"id": TEAM, "domain": "example"},
        "enterprise": None, "is_enterprise_install": False,
        "channel": {"id": container["channel_id"], "name": "help"},
        "response_url": f"{fake.url}/reply/click-{next(_events)}", "actions": [action],
    } | more  # fmt: skip


def voted(element: dict, side: str) -> dict:
    return {
        "action_id": element["action_id"], "type": "feedback_buttons",
        "value": element[f"{side}_button"]["value"],
    }  # fmt: skip


def opened(tab: str, *, person: str = ANA) -> dict:
    return event(
        {
            "type": "app_home_opened", "user": person, "channel": DM, "tab": tab,
            "event_ts": "1764000000.849499",
            "view": {"id": "V0HOME", "type": "home", "hash": "1764000000.abc", "blocks": []},
        }
    )  # fmt: skip


def stopped(thread: str, streams: list[str], *, person: str = ANA, channel: str = DM) -> dict:
    return event(
        {
            "type": "agent_session_stopped", "channel": channel, "thread_ts": thread,
            "streaming_message_ts": streams, "user": person, "event_ts": "1764000000.763769",
        }
    )  # fmt: skip


def uninstalled(team: str = TEAM) -> dict:
    return event({"type": "app_uninstalled"}, team=team)
