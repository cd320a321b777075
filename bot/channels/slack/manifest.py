"""The manifest: pasted into Slack, it sets the whole app up."""

from typing import Any

import yaml

from bot.channels.slack import texts
from bot.channels.slack.home import prompts
from bot.settings import Settings

COMMAND = "/habeas"
CHECK = "check_message"
EVENTS_PATH = "/slack/events"

# Slack takes 24 characters here, so the whole sentence stands in the description.
_CHECK_NAME = "Check against the law"

_SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "chat:write",
    "commands",
    "im:history",
    "im:write",
)
_EVENTS = (
    "agent_session_stopped",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.im",
    "tokens_revoked",
)
_CHANNEL_SCOPES = ("channels:history", "groups:history", "mpim:history")
_CHANNEL_EVENTS = ("message.channels", "message.groups", "message.mpim")


def scopes(settings: Settings) -> tuple[str, ...]:
    """Give what the app asks a workspace for."""
    return _SCOPES + (_CHANNEL_SCOPES if settings.slack_read_channels else ())


def manifest(settings: Settings, address: str | None = None) -> dict[str, Any]:
    """Give the manifest.

    Args:
        settings: all settings.
        address: where Slack reaches the app, as ``https://habeas.example.org``; None for Socket
            Mode.
    """
    command: dict[str, Any] = {
        "command": COMMAND,
        "description": "Ask what the law says; only you see the answer",
        "usage_hint": "Can a U.S. citizen be deported?",
        "should_escape": True,
    }
    subscribed: dict[str, Any] = {
        "bot_events": sorted(_EVENTS + (_CHANNEL_EVENTS if settings.slack_read_channels else ()))
    }
    interactivity: dict[str, Any] = {"is_enabled": True}
    oauth: dict[str, Any] = {"scopes": {"bot": list(scopes(settings))}}
    if address:
        url = address.rstrip("/")
        command["url"] = f"{url}{EVENTS_PATH}"
        subscribed["request_url"] = f"{url}{EVENTS_PATH}"
        interactivity["request_url"] = f"{url}{EVENTS_PATH}"
        oauth["redirect_urls"] = [f"{url}/slack/oauth_redirect"]
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Habeas",
            "description": "What United States law says about citizenship and deportation",
            "background_color": "#1f3a5f",
        },
        "features": _features(command, settings),
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": subscribed,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": address is None,
            "token_rotation_enabled": False,
        },
    }


def manifest_yaml(settings: Settings, address: str | None = None) -> str:
    """Give the manifest as it is pasted."""
    return yaml.safe_dump(manifest(settings, address), sort_keys=False, allow_unicode=True)


def _features(command: dict[str, Any], settings: Settings) -> dict[str, Any]:
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Habeas", "always_online": True},
        "agent_view": {
            "agent_description": f"{texts.PURPOSE.en}, from the law itself, with its sources. "
            "English and Spanish. Information, not legal advice.",
            "suggested_prompts": prompts(settings.slack_lang),
        },
        "shortcuts": [
            {
                "name": _CHECK_NAME,
                "type": "message",
                "callback_id": CHECK,
                "description": "Check this against the law: only you see what it says",
            }
        ],
        "slash_commands": [command],
    }
