"""What an answer to a question may hold: law at all, and a model's words."""

from bot.guard import Reading


def may_search(reading: Reading) -> bool:
    """Whether law is wanted: who says no more than that they want to die asks for none."""
    asks = reading.on_topic or reading.emergency != "self_harm"
    return asks and not reading.out_of_scope


def may_write(reading: Reading) -> bool:
    """Whether a model may write: not to someone in despair, nor in a language not read."""
    read = reading.lang != "en+es" and reading.tongue is None
    return read and reading.emergency != "self_harm" and may_search(reading)
