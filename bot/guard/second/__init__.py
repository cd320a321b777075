"""The second reader: models that can only add protection, never take any away.

The word lists say why they ruled as they did, but know only the words somebody thought of. These
models have read some thousand labelled questions and sentences (``evals/second``): linear models
over runs of words, and machines that ask which labelled examples a text is like in meaning. They
may do three things: put the question whether someone of unknown status may be removed, sent to a
foreign prison or stripped of citizenship where the word lists saw none, so that both answers are
given; put the question of removal where the lists saw no rule at all; and drop a sentence
of a draft. ``docs/decisions/010-second-reader.md`` says what they are worth.

Weights and examples are whole numbers in a file, so the same text gets the same score everywhere.
"""

from bot.guard.second.question import asks_of_anyone, heaviest, seen_by_second
from bot.guard.second.sentence import Doubter

__all__ = ["Doubter", "asks_of_anyone", "heaviest", "seen_by_second"]
