"""The tables of the store, in one place to see what is kept of people."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

_ID = String(64)

questions = Table(
    "questions",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("team", _ID, nullable=False),
    Column("enterprise", _ID, nullable=False),
    Column("channel", _ID, nullable=False),
    Column("thread", _ID, nullable=False),
    Column("person", _ID, nullable=False),
    Column("ts", _ID, nullable=False),
    Column("surface", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("quoted", Text, nullable=False),
    Column("files", Boolean, nullable=False),
    Column("alone", Boolean, nullable=False),
    Column("checking", Boolean, nullable=False),
    Column("reply_url", Text, nullable=False),
    Column("edited", _ID, nullable=False),
    Column("state", String(16), nullable=False),
    Column("owner", _ID, nullable=False),
    Column("lease", Float, nullable=False),
    Column("version", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("posted", Text, nullable=False),
    Column("created", Float, nullable=False),
    Index("questions_due", "state", "lease"),
    Index("questions_thread", "team", "channel", "thread"),
)
"""Questions under way; once answered, only that they were and where the answer is."""

turns = Table(
    "turns",
    metadata,
    Column("team", _ID, primary_key=True),
    Column("channel", _ID, primary_key=True),
    Column("thread", _ID, primary_key=True),
    Column("person", _ID, primary_key=True),
    Column("ts", _ID, primary_key=True),
    Column("role", String(16), primary_key=True),
    Column("content", Text, nullable=False),
    Column("created", Float, nullable=False, index=True),
)
"""What one person and the app said to each other in a thread, for the hours it is kept."""

answers = Table(
    "answers",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("team", _ID, nullable=False),
    Column("text", Text, nullable=False),
    Column("citations", Text, nullable=False),
    Column("lang", String(8), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("status", String(32), nullable=False),
    Column("corpus", _ID, nullable=False),
    Column("created", Float, nullable=False, index=True),
)
"""Answers, for their sources and for sharing, for the hours they are kept."""

votes = Table(
    "votes",
    metadata,
    Column("answer", _ID, primary_key=True),
    Column("voter", _ID, primary_key=True),
    Column("vote", String(8), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("status", String(32), nullable=False),
    Column("lang", String(8), nullable=False),
    Column("corpus", _ID, nullable=False),
    Column("created", Float, nullable=False),
)
"""What people think of answers, without their words or who they are."""

remarks = Table(
    "remarks",
    metadata,
    Column("answer", _ID, primary_key=True),
    Column("voter", _ID, primary_key=True),
    Column("about", String(32), nullable=False),
    Column("rules", _ID, nullable=False),
    Column("digest", _ID, nullable=False),
    Column("comment", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("reply", Text, nullable=False),
)
"""What stands beside a vote: hashes, a comment, and the words only of who agreed to that."""

conversations = Table(
    "conversations",
    metadata,
    Column("key", _ID, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("begun", String(10), nullable=False, index=True),
)
"""Conversations people asked to have kept: sealed, without a finer time than the day.

``number`` 0 says that one is kept; the others are its exchanges.
"""

choices = Table(
    "choices",
    metadata,
    Column("team", _ID, primary_key=True),
    Column("person", _ID, primary_key=True),
    Column("lang", String(8), nullable=False),
)
"""Languages people chose."""

seen = Table(
    "seen",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("created", Float, nullable=False, index=True),
)
"""What was handled already."""

workspaces = Table(
    "workspaces",
    metadata,
    Column("enterprise", _ID, primary_key=True),
    Column("team", _ID, primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("created", Float, nullable=False),
)
"""Workspaces that installed the app, their tokens encrypted."""

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("hour", String(16), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("rule", String(64)),
    Column("outcome", String(32)),
    Column("dropped", Text, nullable=False),
    Column("rules", _ID, nullable=False),
    Column("corpus", _ID, nullable=False),
    Column("prompts", _ID, nullable=False),
    Column("lexicon", _ID, nullable=False),
    Column("missed", Integer, nullable=False),
    Column("text_digest", _ID, nullable=False),
    Column("checksum", _ID, nullable=False),
)
"""One row an answer, chained: nothing of who asked, nothing of what they wrote, no finer time."""

audit_end = Table(
    "audit_end",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("checksum", _ID, nullable=False),
)
"""Where the chain ends, in one row: whoever writes on takes it first, so the chain cannot fork."""

audit_texts = Table(
    "audit_texts",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("salt", _ID, nullable=False),
    Column("body", Text, nullable=False),
    Column("until", String(16), nullable=False, index=True),
)
"""The words of an answer, only where the operator asked for them, until their hour comes."""
