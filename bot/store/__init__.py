"""What must outlast a restart: questions under way, Slack threads for a while, feedback, audit.

SQLite in the data directory, or any database SQLAlchemy knows by ``DATABASE_URL``. What people
wrote is kept only while it is needed: a question's words until it is answered, a thread's for the
hours the settings give. What stays longer has no words of anybody.
"""

from bot.store.book import Book
from bot.store.chain import Mark, Report, Row, Text, Walk
from bot.store.kept import Kept, Sealed
from bot.store.opening import has_database, open_book, open_kept, open_store
from bot.store.records import (
    BUTTON,
    Answered,
    Conversation,
    Feedback,
    Question,
    Said,
    State,
    StoreError,
    Surface,
    Vote,
    Voted,
)
from bot.store.store import Store
from bot.store.writer import AuditWriter

__all__ = [
    "BUTTON",
    "Answered",
    "AuditWriter",
    "Book",
    "Conversation",
    "Feedback",
    "Kept",
    "Mark",
    "Question",
    "Report",
    "Row",
    "Said",
    "Sealed",
    "State",
    "Store",
    "StoreError",
    "Surface",
    "Text",
    "Vote",
    "Voted",
    "Walk",
    "has_database",
    "open_book",
    "open_kept",
    "open_store",
]
