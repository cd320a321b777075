"""Keeps questions on this machine: import this before langchain, gradio, chromadb or openai.

Those packages read the switches below when they are imported or first used. They are set, not
defaulted: a stray variable in an operator's shell must not send what frightened people wrote to a
third party.
"""

import logging
import os

QUIET: dict[str, str] = {
    "LANGSMITH_TRACING": "false",
    "LANGSMITH_TRACING_V2": "false",
    "LANGCHAIN_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    # "true" would route every prompt through LangSmith's own proxy.
    "LANGSMITH_GATEWAY": "false",
    "GRADIO_ANALYTICS_ENABLED": "False",
    # Its page of statistics is closed here; for it Gradio keeps when each of ten thousand questions
    # came from which tab, and goes through all of them again after every answer.
    "GRADIO_ANALYTICS_MAX_EVENTS": "1",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(2**31),
    "ANONYMIZED_TELEMETRY": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
"""Environment variables and the value each is given."""

# At INFO or DEBUG these log whole requests, addresses or payloads.
_TALKERS = ("openai", "httpx", "httpx2", "httpcore", "httpcore2", "langchain", "slack_bolt")


def keep_quiet() -> None:
    """Turn tracing, analytics and talkative loggers off; harmless to call twice."""
    os.environ.update(QUIET)
    # openai turns its own debug log on at import when this is set, request bodies included.
    os.environ.pop("OPENAI_LOG", None)
    for name in _TALKERS:
        logging.getLogger(name).setLevel(logging.WARNING)


keep_quiet()
