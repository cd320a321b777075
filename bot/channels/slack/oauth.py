"""Installation in several workspaces: their tokens, encrypted in the store, and the way to them."""

import base64
import json
import logging
from datetime import UTC, datetime
from typing import Any

import aiohttp
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.client import Web, quiet, web_client
from bot.channels.slack.manifest import scopes
from bot.errors import SettingsError
from bot.settings import Settings
from bot.store import Store

_log = logging.getLogger(__name__)

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"

_STATE_S = 600
_KEPT = ("app_id", "team_name", "bot_token", "bot_id", "bot_user_id", "user_id", "bot_scopes")


class Seal:
    """Encrypts what is kept of an installation."""

    def __init__(self, passphrase: str) -> None:
        key = HKDF(SHA256(), 32, None, b"habeas slack installations").derive(passphrase.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    @classmethod
    def of(cls, settings: Settings) -> "Seal":
        """Take the key from the settings.

        Raises:
            SettingsError: there is none.
        """
        secret = settings.slack_store_key or settings.slack_client_secret
        if secret is None:
            raise SettingsError("set SLACK_CLIENT_SECRET, or HABEAS_SLACK_STORE_KEY")
        return cls(secret.get_secret_value())

    def close(self, data: dict[str, Any]) -> str:
        """Encrypt."""
        return self._fernet.encrypt(json.dumps(data).encode()).decode()

    def open(self, sealed: str) -> dict[str, Any] | None:
        """Decrypt; None when it was sealed with another key."""
        try:
            found = json.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken:
            return None
        return found if isinstance(found, dict) else None


class Installations(AsyncInstallationStore):
    """The installation store of the SDK, on ours. A workspace has one: only bot tokens are used."""

    def __init__(self, store: Store, seal: Seal) -> None:
        self._store = store
        self._seal = seal

    @property
    def logger(self) -> logging.Logger:
        """What the SDK logs with."""
        return quiet

    async def async_save(self, installation: Installation) -> None:
        """Keep an installation."""
        data = {name: getattr(installation, name) for name in _KEPT}
        await self._store.keep_workspace(
            installation.enterprise_id or "", installation.team_id or "", self._seal.close(data)
        )

    async def async_save_bot(self, bot: Bot) -> None:
        """Keep an installation's bot: tokens do not rotate, so there is nothing new in it."""

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,  # noqa: ARG002 - the SDK's signature
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """Find a workspace's installation, or that of the organisation it belongs to."""
        enterprise = enterprise_id or ""
        for team in ("",) if is_enterprise_install else (team_id or "", ""):
            sealed = await self._store.workspace(enterprise, team)
            if sealed is None:
                continue
            data = self._seal.open(sealed)
            if data is None:
                _log.warning("an installation is sealed with another key; install again")
                continue
            return Installation(
                enterprise_id=enterprise or None,
                team_id=team or None,
                installed_at=datetime.now(UTC).timestamp(),
                **data,
            )
        return None

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """Find a workspace's bot."""
        found = await self.async_find_installation(
            enterprise_id=enterprise_id,
            team_id=team_id,
            is_enterprise_install=is_enterprise_install,
        )
        return found.to_bot() if found else None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget a workspace."""
        await self._store.forget_workspace(enterprise_id or "", team_id or "")

    async def async_delete_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
    ) -> None:
        """Forget a workspace; what one user granted was never kept."""
        if user_id is None:
            await self._store.forget_workspace(enterprise_id or "", team_id or "")


class States(AsyncOAuthStateStore):
    """The states of installations under way: each is good once, for ten minutes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def logger(self) -> logging.Logger:
        """What the SDK logs with."""
        return quiet

    async def async_issue(self, *_: object, **__: object) -> str:
        """Make one."""
        state = Fernet.generate_key().decode().rstrip("=")
        await self._store.first_time(f"state:{state}")
        return state

    async def async_consume(self, state: str) -> bool:
        """Use one up; False when it was not issued, is old or used."""
        return await self._store.take_back(f"state:{state}", _STATE_S)


class AuthorizeOne(AsyncAuthorize):
    """Gives Bolt the one token there is.

    Bolt's own would ask Slack who the app is before it acknowledges the first event, and take an
    event for handled where Slack does not answer.
    """

    def __init__(self, token: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._token = token

    async def __call__(  # noqa: PLR0913 - the SDK's signature
        self,
        *,
        context: AsyncBoltContext,  # noqa: ARG002 - the SDK's signature
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,  # noqa: ARG002 - the SDK's signature
        actor_team_id: str | None = None,  # noqa: ARG002 - the SDK's signature
        actor_user_id: str | None = None,  # noqa: ARG002 - the SDK's signature
    ) -> AuthorizeResult | None:
        """Give it."""
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=self._token,
            user_id=user_id,
        )


class Authorize(AsyncAuthorize):
    """Gives Bolt a workspace's token from the store, without asking Slack for each event."""

    def __init__(self, installations: Installations) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._installations = installations

    async def __call__(  # noqa: PLR0913 - the SDK's signature
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,  # noqa: ARG002 - the SDK's signature
        actor_team_id: str | None = None,  # noqa: ARG002 - the SDK's signature
        actor_user_id: str | None = None,  # noqa: ARG002 - the SDK's signature
    ) -> AuthorizeResult | None:
        """Find it; None when the app is not installed there."""
        found = await self._installations.async_find_installation(
            enterprise_id=enterprise_id,
            team_id=team_id,
            is_enterprise_install=context.is_enterprise_install,
        )
        if found is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_id=found.bot_id,
            bot_user_id=found.bot_user_id,
            bot_token=found.bot_token,
            user_id=user_id,
        )


class OneWorkspace:
    """The way into the one workspace whose token the settings give."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._web = Web(client)

    async def web(self, enterprise: str, team: str) -> Web | None:  # noqa: ARG002 - there is one
        """Give the calls to it."""
        return self._web


class ManyWorkspaces:
    """The ways into all workspaces that installed the app."""

    def __init__(
        self, installations: Installations, session: aiohttp.ClientSession, api_url: str
    ) -> None:
        self._installations = installations
        self._session = session
        self._api_url = api_url

    async def web(self, enterprise: str, team: str) -> Web | None:
        """Give the calls to a workspace; None when the app is not installed there."""
        found = await self._installations.async_find_installation(
            enterprise_id=enterprise or None, team_id=team
        )
        if found is None or not found.bot_token:
            return None
        return Web(web_client(self._session, self._api_url, found.bot_token))


def oauth_flow(
    settings: Settings, store: Store, installations: Installations, client: AsyncWebClient
) -> AsyncOAuthFlow:
    """Make the installation flow.

    Raises:
        SettingsError: client ID or secret is missing.
    """
    if settings.slack_client_id is None or settings.slack_client_secret is None:
        raise SettingsError("set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET")
    flow_settings = AsyncOAuthSettings(
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        scopes=list(scopes(settings)),
        user_scopes=[],
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        # Bolt's page would load pictures from elsewhere; Slack's own page says all there is to say.
        install_page_rendering_enabled=False,
        installation_store=installations,
        state_store=States(store),
        state_expiration_seconds=_STATE_S,
        logger=quiet,
    )
    # The SDK's own would ask Slack who it is for every single event.
    flow_settings.authorize = Authorize(installations)
    return AsyncOAuthFlow(client=client, logger=quiet, settings=flow_settings)
