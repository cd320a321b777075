"""All reads and writes of the store."""

from collections.abc import Sequence

from sqlalchemy import (
    ColumnElement,
    Delete,
    Table,
    and_,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.engine import RowMapping

from bot.store.database import Database
from bot.store.records import (
    Answered,
    Conversation,
    Feedback,
    Question,
    Said,
    State,
    Voted,
)
from bot.store.tables import (
    answers,
    choices,
    questions,
    remarks,
    seen,
    turns,
    votes,
    workspaces,
)
from bot.types import Lang

DUPLICATES_DAYS = 7
"""How long it is remembered that something was handled; Slack stops sending again much sooner."""

_PLACE = ("team", "channel", "thread", "person")


class Store(Database):
    """All reads and writes. Open with ``open_store``; every method may raise ``StoreError``."""

    # Questions

    async def take(self, question: Question, owner: str, head_start_s: float) -> bool:
        """Write a question down unless it is known; ``owner`` may begin it before all others."""
        row = _row(question) | {
            "owner": owner,
            "lease": self._clock() + head_start_s,
            "created": self._clock(),
        }
        return await self._arrive(row)

    async def claim(self, key: str, owner: str, lease_s: float) -> Question | None:
        """Begin work on a question; None when it is over or in other hands."""
        now = self._clock()
        c = questions.c
        free = (c.owner == owner) & (c.state == "waiting") | (c.lease < now)
        done = await self._change(
            update(questions)
            .where(c.key == key, c.state.in_(("waiting", "running")), free)
            .values(
                owner=owner,
                state="running",
                lease=now + lease_s,
                version=c.version + 1,
                tries=c.tries + 1,
            )
        )
        return await self.question(key) if done else None

    async def renew(self, question: Question, lease_s: float) -> State:
        """Keep a question; anything but ``running`` says that it is ours no more, and why."""
        c = questions.c
        mine = (c.key == question.key) & (c.version == question.version)
        kept = await self._change(
            update(questions)
            .where(mine, c.state == "running")
            .values(lease=self._clock() + lease_s)
        )
        if kept:
            return "running"
        now = await self.question(question.key)
        if now is None:
            return "deleted"
        # Taken over or edited: whoever has it now does the rest.
        return now.state if now.state in ("stopped", "deleted", "dead") else "waiting"

    async def note_posted(self, question: Question, posted: Sequence[str]) -> None:
        """Remember the messages that hold the answer."""
        await self._change(
            update(questions).where(questions.c.key == question.key).values(posted=",".join(posted))
        )

    async def postpone(self, question: Question, delay_s: float) -> None:
        """Put a question back, to be tried again."""
        c = questions.c
        await self._change(
            update(questions)
            .where(c.key == question.key, c.version == question.version, c.state == "running")
            .values(state="waiting", owner="", lease=self._clock() + delay_s)
        )

    async def finish(self, question: Question, state: State) -> bool:
        """End a question and forget its words; False when it was no longer ours."""
        c = questions.c
        return await self._change(
            update(questions)
            .where(c.key == question.key, c.version == question.version, c.state == "running")
            .values(state=state, text="", quoted="", reply_url="", lease=0.0)
        )

    async def end(self, key: str, state: State, among: Sequence[State]) -> Question | None:
        """End a question from outside; gives it as it was, None when it was in no such state."""
        before = await self.question(key)
        c = questions.c
        ended = await self._change(
            update(questions)
            .where(c.key == key, c.state.in_(among))
            .values(state=state, text="", quoted="", reply_url="")
        )
        return before if ended else None

    async def edit(self, question: Question, owner: str, head_start_s: float) -> Question | None:
        """Put new words to a question; None when it is unknown or a later edit is."""
        c = questions.c
        changed = await self._change(
            update(questions)
            .where(c.key == question.key, c.edited < question.edited, c.state != "deleted")
            .values(
                text=question.text,
                quoted=question.quoted,
                alone=question.alone,
                checking=question.checking,
                edited=question.edited,
                state="waiting",
                owner=owner,
                lease=self._clock() + head_start_s,
                version=c.version + 1,
                tries=0,
            )
        )
        return await self.question(question.key) if changed else None

    async def question(self, key: str) -> Question | None:
        """Give a question as it stands."""
        found = await self._rows(select(questions).where(questions.c.key == key))
        return _question(found[0]) if found else None

    def age(self, question: Question) -> float:
        """Say how long ago a question came, in seconds."""
        return self._clock() - question.created

    async def due(self, most: int) -> tuple[str, ...]:
        """Give keys of questions nobody works on, oldest first."""
        c = questions.c
        query = (
            select(c.key)
            .where(c.state.in_(("waiting", "running")), c.lease < self._clock())
            .order_by(c.created)
            .limit(most)
        )
        return tuple(str(row["key"]) for row in await self._rows(query))

    async def under_way(self, team: str, channel: str, thread: str) -> tuple[Question, ...]:
        """Give the questions of a thread that are being answered."""
        c = questions.c
        here = (c.team == team) & (c.channel == channel) & (c.thread == thread)
        query = select(questions).where(here, c.state.in_(("waiting", "running")))
        return tuple(map(_question, await self._rows(query)))

    async def posted_in(self, team: str, channel: str, thread: str) -> frozenset[str]:
        """Give the messages of a thread that are known to hold answers."""
        c = questions.c
        here = (c.team == team) & (c.channel == channel) & (c.thread == thread)
        rows = await self._rows(select(c.posted).where(here))
        return frozenset(ts for row in rows for ts in str(row["posted"]).split(",") if ts)

    # Conversations

    async def say(self, conversation: Conversation, said: Said) -> None:
        """Write down what was said, or what it became."""
        key = _where(conversation) & (turns.c.role == said.role) & (turns.c.ts == said.ts)
        async with self._begin() as work:
            await work.execute(delete(turns).where(key))
            row = _place(conversation) | {
                "role": said.role,
                "ts": said.ts,
                "content": said.content,
                "created": self._clock(),
            }
            await work.execute(insert(turns).values(row))

    async def unsay(self, conversation: Conversation, ts: str) -> None:
        """Forget a message of a conversation and the answer to it."""
        await self._change(delete(turns).where(_where(conversation), turns.c.ts == ts))

    async def unsay_all(self, team: str, person: str) -> None:
        """Forget all that a person said and was told in a workspace; what is under way ends."""
        c = questions.c
        mine = (c.team == team) & (c.person == person)
        async with self._begin() as work:
            await work.execute(
                update(questions)
                .where(mine, c.state.in_(("waiting", "running")))
                .values(state="stopped", text="", quoted="", reply_url="")
            )
            await work.execute(delete(turns).where(turns.c.team == team, turns.c.person == person))

    async def said(self, conversation: Conversation, before: str | None = None) -> tuple[Said, ...]:
        """Give a conversation, oldest first, up to a message."""
        query = select(turns).where(_where(conversation))
        if before is not None:
            query = query.where(turns.c.ts < before)
        rows = await self._rows(query)
        order = {"quoted": 0, "user": 1, "assistant": 2}
        rows.sort(key=lambda row: (row["ts"], order[row["role"]]))
        return tuple(Said(row["role"], row["ts"], row["content"]) for row in rows)

    # Answers and what people think of them

    async def keep_answer(self, answer: Answered) -> None:
        """Keep an answer for its sources and for sharing."""
        await self._change(insert(answers).values(**vars(answer), created=self._clock()))

    async def answer(self, name: str, team: str) -> Answered | None:
        """Give an answer; None when it is no longer kept, or another workspace's."""
        c = answers.c
        rows = await self._rows(select(answers).where(c.id == name, c.team == team))
        if not rows:
            return None
        return Answered(**{key: value for key, value in rows[0].items() if key != "created"})

    async def tell(self, told: Feedback) -> None:
        """Write down what somebody says of an answer, as a vote and what stands beside it.

        The last that one voter says of it counts.
        """
        row = {**vars(told), "vote": told.vote, "created": self._clock()}
        async with self._begin() as work:
            for table in (votes, remarks):
                await work.execute(_votes_of(table, told.answer, told.voter))
                values = {column.name: row[column.name] for column in table.c}
                await work.execute(insert(table).values(**values))

    async def feedback(self) -> tuple[Feedback, ...]:
        """Give all that was said of answers, oldest first; old votes have no hashes beside them."""
        c, r = votes.c, remarks.c
        both = votes.outerjoin(remarks, and_(c.answer == r.answer, c.voter == r.voter))
        beside = (r.about, r.rules, r.digest, r.comment, r.question, r.reply)
        rows = await self._rows(select(votes, *beside).select_from(both).order_by(c.created))
        return tuple(map(_feedback, rows))

    async def forget_words(self, keep_days: int) -> None:
        """Forget what people wrote of answers so many days ago; votes and hashes stay."""
        old = select(votes.c.answer).where(
            votes.c.answer == remarks.c.answer,
            votes.c.voter == remarks.c.voter,
            votes.c.created < self._clock() - keep_days * 86_400,
        )
        has_words = (remarks.c.comment != "") | (remarks.c.question != "") | (remarks.c.reply != "")
        await self._change(
            update(remarks).where(has_words, old.exists()).values(comment="", question="", reply="")
        )

    async def votes(self) -> tuple["Voted", ...]:
        """Give every vote with the rule the answer went by."""
        query = select(votes.c.rule, votes.c.vote)
        return tuple(Voted(row["rule"], row["vote"]) for row in await self._rows(query))

    # Small things

    async def first_time(self, key: str) -> bool:
        """Say whether this has not been handled before; from now on it has."""
        return await self._insert(insert(seen).values(key=key, created=self._clock()))

    async def take_back(self, key: str, within_s: float) -> bool:
        """Undo ``first_time``; False when that never was, or is longer ago."""
        fresh = seen.c.created > self._clock() - within_s
        return await self._change(delete(seen).where(seen.c.key == key, fresh))

    async def choose(self, team: str, person: str, lang: Lang | None) -> None:
        """Remember the language a person chose; None forgets it."""
        c = choices.c
        async with self._begin() as work:
            await work.execute(delete(choices).where(c.team == team, c.person == person))
            if lang is not None:
                await work.execute(insert(choices).values(team=team, person=person, lang=lang))

    async def chosen(self, team: str, person: str) -> Lang | None:
        """Give the language a person chose."""
        c = choices.c
        rows = await self._rows(select(c.lang).where(c.team == team, c.person == person))
        return rows[0]["lang"] if rows else None

    # Workspaces that installed the app

    async def keep_workspace(self, enterprise: str, team: str, sealed: str) -> None:
        """Keep an installation, which the caller has encrypted, in place of an older one."""
        c = workspaces.c
        async with self._begin() as work:
            await work.execute(delete(workspaces).where(c.enterprise == enterprise, c.team == team))
            await work.execute(
                insert(workspaces).values(
                    enterprise=enterprise, team=team, sealed=sealed, created=self._clock()
                )
            )

    async def workspace(self, enterprise: str, team: str) -> str | None:
        """Give an installation as it was sealed."""
        c = workspaces.c
        query = select(c.sealed).where(c.enterprise == enterprise, c.team == team)
        rows = await self._rows(query)
        return str(rows[0]["sealed"]) if rows else None

    async def forget_workspace(self, enterprise: str, team: str) -> None:
        """Forget an installation and everything said in that workspace."""
        c = workspaces.c
        async with self._begin() as work:
            await work.execute(delete(workspaces).where(c.enterprise == enterprise, c.team == team))
            if team:
                for table in (questions, turns, answers, choices):
                    await work.execute(delete(table).where(table.c.team == team))

    async def purge(self, keep_hours: float) -> None:
        """Forget what is older than it may be."""
        now = self._clock()
        old, gone = now - keep_hours * 3600, now - DUPLICATES_DAYS * 86_400
        async with self._begin() as work:
            await work.execute(delete(turns).where(turns.c.created < old))
            await work.execute(delete(answers).where(answers.c.created < old))
            await work.execute(delete(seen).where(seen.c.created < gone))
            await work.execute(delete(questions).where(questions.c.created < gone))
            late = (questions.c.created < old) & questions.c.state.in_(("waiting", "running"))
            await work.execute(
                update(questions).where(late).values(state="dead", text="", quoted="", reply_url="")
            )


def _votes_of(table: Table, answer: str, voter: str) -> Delete:
    return delete(table).where(table.c.answer == answer, table.c.voter == voter)


def _feedback(row: RowMapping) -> Feedback:
    said = {name: value for name, value in row.items() if value is not None}
    return Feedback(**{"about": said.pop("vote"), **said})


def _place(conversation: Conversation) -> dict[str, str]:
    return dict(vars(conversation))


def _where(conversation: Conversation) -> ColumnElement[bool]:
    c = turns.c
    return and_(*(c[name] == value for name, value in _place(conversation).items()))


def _row(question: Question) -> dict[str, object]:
    row = vars(question) | _place(question.conversation) | {"posted": ",".join(question.posted)}
    del row["conversation"]
    return row


def _question(row: RowMapping) -> Question:
    values = dict(row)
    conversation = Conversation(*(values.pop(name) for name in _PLACE))
    del values["owner"], values["lease"]
    values["posted"] = tuple(ts for ts in values["posted"].split(",") if ts)
    return Question(conversation=conversation, **values)
