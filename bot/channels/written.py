"""An answer as one text with its sources, for those who read no events: terminals and clients."""

from bot.engine import render
from bot.types import Citation, Event, Sentence, Sources


class Written:
    """Gives the text of an answer piece by piece; the pieces, one after another, are the whole.

    Without the list of sources it is ``Reply.text``.
    """

    def __init__(self) -> None:
        self._begun = False
        self._flowing = False

    def after(self, event: Event) -> str:
        """Give what an event adds; nothing where it carries no text."""
        text = _sources(event.citations) if isinstance(event, Sources) else render(event)
        if not text:
            return ""
        goes_on = isinstance(event, Sentence)
        before = "" if not self._begun else " " if goes_on and self._flowing else "\n\n"
        self._begun, self._flowing = True, goes_on
        return before + text


def _sources(citations: tuple[Citation, ...]) -> str:
    return "\n".join(f"- {one.label} ({one.as_of}) {one.url}" for one in citations)
