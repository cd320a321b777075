"""Opens the chat model: any endpoint that speaks OpenAI's chat completions."""

import ipaddress
from urllib.parse import urlsplit

import httpx2
from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel

from bot.errors import ModelError
from bot.settings import Settings

_OPENAI = "https://api.openai.com/v1"

loopback_only = False
"""Kill switch: when set, a model is opened only on this machine. The test suite sets it."""


def open_model(settings: Settings) -> BaseChatModel | None:
    """Open the configured chat model; None when none is configured.

    Nothing is sent before the first question.

    Raises:
        ModelError: the settings do not make a model, or the kill switch forbids its host.
    """
    if not settings.has_model:
        return None
    url = settings.openai_base_url or _OPENAI
    if loopback_only and not _is_loopback(url):
        raise ModelError("the kill switch is on: only a model on this machine may be opened")
    key = settings.openai_api_key
    try:
        return init_chat_model(
            settings.model,
            model_provider="openai",
            # Named even when it is the default, so that no gateway variable can replace it.
            base_url=url,
            # A local server needs no key, the client needs a word.
            api_key=key.get_secret_value() if key else "none",
            temperature=0,
            max_tokens=settings.model_max_tokens,
            timeout=settings.model_timeout_s,
            max_retries=1,
            # A kept connection belongs to one event loop; a batch may run each question in its own.
            http_async_client=httpx2.AsyncClient(limits=httpx2.Limits(max_keepalive_connections=0)),
            # Some names would switch to an interface local servers do not have.
            use_responses_api=False,
            # Not used here, and old servers refuse the option.
            stream_usage=False,
        )
    except (ValueError, TypeError, ImportError) as error:
        raise ModelError(
            f"the model {settings.model!r} cannot be opened ({type(error).__name__}); check "
            "HABEAS_MODEL and OPENAI_BASE_URL"
        ) from None


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
