"""All settings: one class, each field described, unknown names refused."""

import os
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

PROJECT_DIR = Path(__file__).resolve().parent.parent
_PREFIX = "HABEAS_"


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
    guard_mode: Literal["standard", "strict"] = Field(
        "standard",
        description="`strict`: on topic the model only picks and orders statements of the corpus.",
    )
    max_question_chars: int = Field(
        12_000, ge=100, description="Longest question answered, in characters."
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

    @property
    def has_model(self) -> bool:
        """Whether a chat model is configured."""
        return bool(self.openai_api_key or self.openai_base_url)


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: a ``HABEAS_`` name is unknown or a value cannot be used.
    """
    known = {f"{_PREFIX}{name}".upper() for name in Settings.model_fields}
    unknown = sorted(n for n in os.environ if n.upper().startswith(_PREFIX) and n.upper() not in known)
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
