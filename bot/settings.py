"""All settings: one class, each field described, unknown names refused."""

import ipaddress
import os
from pathlib import Path
from typing import Literal, Self

from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

PROJECT_DIR = Path(__file__).resolve().parent.parent
_PREFIX = "HABEAS_"
_SHORTEST_KEY = 16
_PER_MINUTE = 120


class Settings(BaseSettings):
    """Read from the environment: ``HABEAS_`` and the field's name, or the alias it names."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid", frozen=True)

    corpus_dir: Path = Field(PROJECT_DIR / "corpus", description="Where the digest files are.")
    prompts_dir: Path = Field(PROJECT_DIR / "prompts", description="Where the prompt files are.")
    data_dir: Path = Field(
        PROJECT_DIR / "data",
        description="Where the index and everything else that is made at run time goes.",
    )
    host: str = Field("127.0.0.1", description="Address the web page and API listen on.")
    port: int = Field(7860, ge=1, le=65535, description="Port the web page and API listen on.")
    proxies: str = Field(
        "",
        description="Addresses or networks of the proxies in front, divided by commas: only of"
        " these is X-Forwarded-For believed. Set, others are served, whatever `host` says.",
    )
    uploads: bool = Field(
        default=False,
        description="Whether people can add documents on the page. Each is quoted only in the"
        " conversation it was added to; its text stays in that browser tab, not on this server.",
    )
    upload_mb: int = Field(10, ge=1, le=50, description="Largest file a person can add, in MB.")
    api_keys: SecretStr | None = Field(
        None,
        description="Keys, divided by commas, of at least 16 characters each: the API, /v1 and"
        " /metrics then need one as `Authorization: Bearer`. Left out, the API is open.",
    )
    api_per_minute: int | None = Field(
        None,
        ge=0,
        description="Most requests to the API and /v1 a minute, of one key, or of one address where"
        " no key is sent; 0: any number. Left out: 120 where others are served, else any number.",
    )
    metrics: bool = Field(
        default=True,
        description="Whether /metrics gives counts to Prometheus: to this machine where nobody"
        " else is served, else to those with a key.",
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="Lines of the log as text for people, or as JSON for machines."
    )
    log_level: Literal["error", "warning", "info"] = Field(
        "warning",
        description="How much is logged; `info`: a line a request, without words or addresses.",
    )
    guard_mode: Literal["standard", "strict"] = Field(
        "standard",
        description="`strict`: on topic the model only picks and orders statements of the corpus.",
    )
    max_question_chars: int = Field(
        12_000, ge=100, description="Longest question answered, in characters."
    )
    max_notice_chars: int = Field(
        40_000,
        ge=100,
        description="Longest question with an official paper pasted into it, in characters.",
    )
    max_turns: int = Field(40, ge=1, description="Longest conversation answered, in turns.")
    top_k: int = Field(8, ge=1, le=50, description="Passages searched for an answer.")
    embedding: str = Field(
        "builtin",
        description="Embedding model of the index: `builtin`, or a provider and model such as"
        " `openai:text-embedding-3-small` (any OpenAI-compatible endpoint).",
    )
    openai_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("OPENAI_API_KEY", "HABEAS_OPENAI_API_KEY"),
        description="Key of the chat model; without it the answer is composed from the law itself.",
    )
    openai_base_url: str | None = Field(
        None,
        validation_alias=AliasChoices("OPENAI_BASE_URL", "HABEAS_OPENAI_BASE_URL"),
        description="Any OpenAI-compatible endpoint, also a local one.",
    )
    model: str = Field(
        "gpt-4.1-mini",
        validation_alias=AliasChoices("HABEAS_MODEL", "OPENAI_MODEL"),
        description="Name of the chat model.",
    )
    model_timeout_s: float = Field(
        30.0, gt=0, description="Longest wait for the whole of the model's answer, in seconds."
    )
    model_max_tokens: int = Field(700, ge=50, description="Longest model answer, in tokens.")
    model_cache: int = Field(
        256,
        ge=0,
        description="Finished drafts of the model kept in memory and used again where question,"
        " facts, law, prompts and model are the same; 0: none. Nothing of them is written down.",
    )
    model_conversation_tokens: int = Field(
        100_000,
        ge=0,
        description="Most tokens one conversation may use of the model, sent and received,"
        " estimated from above (three bytes a token); then the law answers alone. 0: no limit.",
    )
    model_day_tokens: int = Field(
        0,
        ge=0,
        description="Most tokens a day (UTC) may use of the model, by all conversations of this"
        " data directory together; replicas count apart. 0: no limit.",
    )
    model_conversation_usd: float = Field(
        0.0, ge=0, description="The same limit of a conversation in US dollars; needs the prices."
    )
    model_day_usd: float = Field(
        0.0, ge=0, description="The same limit of a day in US dollars; needs the prices."
    )
    model_price_in: float = Field(
        0.0, ge=0, description="Price of the model, in US dollars a million tokens sent."
    )
    model_price_out: float = Field(
        0.0, ge=0, description="Price of the model, in US dollars a million tokens received."
    )
    database_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("DATABASE_URL", "HABEAS_DATABASE_URL"),
        description="Database of what must outlast a restart; left out, a SQLite file in the data"
        " directory. Several replicas share one, such as PostgreSQL.",
    )
    feedback_days: int = Field(
        365,
        ge=0,
        description="How long what people wrote of answers is kept, in days: comments, and the"
        " question and answer where they agreed. The vote and the hashes stay. 0: for ever.",
    )
    conversation_days: int = Field(
        0,
        ge=0,
        le=365,
        description="How long a conversation of the page is kept, in days, where the person asks"
        " for it: sealed with a name that only they have. 0: none is, and what was kept goes.",
    )
    admin_token: SecretStr | None = Field(
        None,
        description="Password, of at least 16 characters, of the page for the operator at /admin:"
        " law, index, counts of the guard and of feedback, times; no words. Left out, there is no"
        " such page.",
    )
    audit: Literal["off", "served", "all"] = Field(
        "served",
        description="Of which answers an audit row is kept, without anything of the person or"
        " their words: `served` to others, which is in Slack, and by the page and the API unless"
        " only this machine reaches them; `all`, also on this machine and the command line;"
        " `off`, none.",
    )
    audit_rich_days: int | None = Field(
        None,
        ge=1,
        le=365,
        description="How long the words beside audit rows are kept, in days; `audit_rich` needs"
        " it.",
    )
    audit_rich: bool = Field(
        default=False,
        description="Keep words beside audit rows, for evaluation: the person's turns, redacted,"
        " the model's draft and the reply. Only of the API and the command line: people on the page"
        " and in Slack are told that this is not done.",
    )
    slack_bot_token: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("SLACK_BOT_TOKEN", "HABEAS_SLACK_BOT_TOKEN"),
        description="Token (xoxb-) of the Slack app in its one workspace.",
    )
    slack_app_token: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("SLACK_APP_TOKEN", "HABEAS_SLACK_APP_TOKEN"),
        description="App-level token (xapp-): Slack is reached by Socket Mode, without a public"
        " address.",
    )
    slack_signing_secret: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("SLACK_SIGNING_SECRET", "HABEAS_SLACK_SIGNING_SECRET"),
        description="Signing secret: Slack sends its events to /slack/events over HTTP.",
    )
    slack_client_id: str | None = Field(
        None,
        validation_alias=AliasChoices("SLACK_CLIENT_ID", "HABEAS_SLACK_CLIENT_ID"),
        description="Client ID: with the client secret, any workspace can install the app.",
    )
    slack_client_secret: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("SLACK_CLIENT_SECRET", "HABEAS_SLACK_CLIENT_SECRET"),
        description="Client secret, for installation in several workspaces.",
    )
    slack_store_key: SecretStr | None = Field(
        None,
        description="Passphrase that seals the tokens of installed workspaces in the database;"
        " left out, the client secret does, and a new one means installing anew.",
    )
    slack_answer: Literal["mentions", "threads", "all"] = Field(
        "mentions",
        description="What is answered in channels: `mentions` of the app; also what a person it"
        " answered writes on in that thread (`threads`); every message (`all`).",
    )
    slack_channels: str = Field(
        "",
        description="Channel IDs, divided by commas, where mentions are answered; empty: all."
        " Direct messages and the command are answered everywhere.",
    )
    slack_private: bool = Field(
        default=False, description="Answer in channels so that only the person who asked sees it."
    )
    slack_lang: Literal["en", "es"] | None = Field(
        None,
        description="Language of all answers in Slack, unless a person chose theirs; left out,"
        " that of the question.",
    )
    slack_read_channels: bool = Field(
        default=True,
        description="Whether the manifest asks to read channels the app is in. Without, edits and"
        " deletions of questions there go unseen, and only mentions can be answered.",
    )
    slack_keep_hours: int = Field(
        24,
        ge=1,
        description="How long what was said in a Slack thread is kept, so that the next question"
        " there can build on it, in hours.",
    )
    slack_api_url: str = Field(
        "https://slack.com/api/", description="Where Slack's Web API is; tests put a fake there."
    )

    @field_validator("audit_rich")
    @classmethod
    def _end_of_words(cls, value: bool, known: ValidationInfo) -> bool:  # noqa: FBT001 - pydantic calls it
        if value and known.data.get("audit_rich_days") is None:
            raise ValueError("words need an end: set HABEAS_AUDIT_RICH_DAYS to days from 1 to 365")
        if value and known.data.get("audit") == "off":
            raise ValueError("there is nothing to keep words beside: HABEAS_AUDIT is off")
        return value

    @field_validator("api_keys")
    @classmethod
    def _long_keys(cls, value: SecretStr | None) -> SecretStr | None:
        keys = _divided(value.get_secret_value()) if value else ()
        if value is not None and (not keys or min(map(len, keys)) < _SHORTEST_KEY):
            raise ValueError(
                f"each key needs {_SHORTEST_KEY} characters or more; make one with:"
                ' python3 -c "import secrets; print(secrets.token_urlsafe(24))"'
            )
        return value

    @field_validator("admin_token")
    @classmethod
    def _long_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < _SHORTEST_KEY:
            raise ValueError(
                f"the token needs {_SHORTEST_KEY} characters or more; make one with:"
                ' python3 -c "import secrets; print(secrets.token_urlsafe(24))"'
            )
        return value

    @field_validator("proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for one in _divided(value):
            ipaddress.ip_network(one)
        return value

    @model_validator(mode="after")
    def _prices(self) -> Self:
        limited = self.model_conversation_usd or self.model_day_usd
        if limited and not (self.model_price_in and self.model_price_out):
            raise ValueError(
                "a limit in dollars needs HABEAS_MODEL_PRICE_IN and HABEAS_MODEL_PRICE_OUT,"
                " in US dollars a million tokens"
            )
        return self

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the API; none where it is open."""
        return _divided(self.api_keys.get_secret_value()) if self.api_keys else ()

    @property
    def serves_others(self) -> bool:
        """Whether anybody but this machine's own user can reach it."""
        if self.proxies:
            return True
        try:
            return not ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host != "localhost"

    @property
    def most_per_minute(self) -> int:
        """Most requests to the API a minute, of one key or address; 0 where there is no limit."""
        if self.api_per_minute is not None:
            return self.api_per_minute
        return _PER_MINUTE if self.serves_others else 0

    @property
    def has_model(self) -> bool:
        """Whether a chat model is configured."""
        return bool(self.openai_api_key or self.openai_base_url)

    @property
    def has_slack(self) -> bool:
        """Whether there is all that one way of talking with Slack needs."""
        installs = bool(self.slack_client_id and self.slack_client_secret)
        if installs:
            return self.slack_signing_secret is not None
        return bool(self.slack_bot_token and (self.slack_app_token or self.slack_signing_secret))


def _divided(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: a ``HABEAS_`` name is unknown or a value cannot be used.
    """
    known = {f"{_PREFIX}{name}".upper() for name in Settings.model_fields}
    ours = (name for name in os.environ if name.upper().startswith(_PREFIX))
    unknown = sorted(name for name in ours if name.upper() not in known)
    if unknown:
        raise SettingsError(
            f"unknown setting {', '.join(unknown)}; known are: {', '.join(sorted(known))}"
        )
    try:
        return Settings()
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors()
        )
        raise SettingsError(f"bad setting: {problems}") from None
