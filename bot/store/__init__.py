"""What must outlast a restart: questions under way, Slack threads for a while, feedback.

SQLite in the data directory, or any database SQLAlchemy knows by ``DATABASE_URL``. What people
wrote is kept only while it is needed: a question's words until it is answered, a thread's for the
hours the settings give. What stays longer has no words of anybody.
"""

from bot.store.opening import open_store
from bot.store.records import (
    Answered,
    Conversation,
    Question,
    Said,
    State,
    StoreError,
    Surface,
    Vote,
    Voted,
)
from bot.store.store import Store

__all__ = [
    "Answered",
    "Conversation",
    "Question",
    "Said",
    "State",
    "Store",
    "StoreError",
    "Surface",
    "Vote",
    "Voted",
    "open_store",
]
