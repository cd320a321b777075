"""The guard: reads the question, decides by rule, opens the answer, screens the model's words."""

from bot.guard.gate import Gate, Kept
from bot.guard.reading import Reading, read
from bot.guard.verdict import answer_kind, decide, opening

__all__ = ["Gate", "Kept", "Reading", "answer_kind", "decide", "opening", "read"]
