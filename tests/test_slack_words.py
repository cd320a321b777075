"""Slack's parts one by one: text in and out, payloads, pieces, the manifest, the command line."""

import json
import sys
from dataclasses import replace
from typing import get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import cli
from bot.channels.slack import texts
from bot.channels.slack.blocks import (
    Under,
    answer_blocks,
    read_citations,
    sources_view,
    write_citations,
)
from bot.channels.slack.events import Asked, Deleted, read_payload
from bot.channels.slack.home import Health, home_view
from bot.channels.slack.manifest import manifest
from bot.channels.slack.policy import Policy
from bot.channels.slack.presses import Press
from bot.channels.slack.render import Page, pieces
from bot.channels.slack.words import JOINER, bare, mrkdwn_link, safe, typed, written
from bot.settings import Settings
from bot.types import Authority, Citation, Dropped, DropReason, Opening
from tests import slack_payloads as sent
from tests.fake_slack import ME, FakeSlack
from tests.serving import CITATION, VERDICT


@pytest.mark.parametrize(
    ("raw", "own", "quoted"),
    [
        ("Can they deport &lt;me&gt; &amp; mine?", "Can they deport <me> & mine?", ""),
        (f"<@{ME}> hola", "hola", ""),
        (f"<@{ME}|habeas>   hola <@{ME}>", "hola", ""),
        ("Can <@U1> be deported?", "Can someone be deported?", ""),
        ("Can <@U1|maria> be deported?", "Can maria be deported?", ""),
        ("<!channel> <#C1|general> see <https://x.y|this> <mailto:a@b.c>", "general see this mailto:a@b.c", ""),
        (":wave::skin-tone-2: hi", "hi", ""),
        ("&gt; I was born in Texas\nCan they deport me?", "Can they deport me?", "I was born in Texas"),
        ("&gt; Nací en Texas\n¿Me pueden deportar?", "¿Me pueden deportar?", "Nací en Texas"),
        ("&gt; They can deport citizens\nIs it true?", "They can deport citizens\nIs it true?", ""),
        ("&gt; I was born in Texas", "I was born in Texas", ""),
        (f"<@{ME}> &gt; I am a citizen\nthey say", "they say", "I am a citizen"),
    ],
)  # fmt: skip
def test_what_people_typed(raw, own, quoted):
    read = typed(raw, ME)
    assert (read.own, read.quoted) == (own, quoted)


@pytest.mark.parametrize(
    "law",
    ["8 U.S.C. § 1231(b)(3)(A)", "U.S. Const. amend. XIV, § 1", "8 C.F.R. § 208.16(c)(2)", "a.m."],
)
def test_law_reads_as_it_stands(law):
    assert safe(law) == law == written(law)


@given(st.text(max_size=200))
def test_nothing_live_is_left_whatever_the_text(text):
    for made in (safe(text), written(text.replace("](", "] ("))):
        for live in ("<", ">", "](", "://"):
            assert live not in made.replace("&lt;", "").replace("&gt;", "").replace(
                f":{JOINER}//", ""
            )
        assert "@c" not in made
        assert "\n" not in safe(text)


@pytest.mark.parametrize(
    "text",
    ["<!channel>", "<@U1>", "@here", "https://evil.example", "HTTPS://EVIL.EXAMPLE", "evil.example",
     "[x](https://evil.example)", "![x](y)", "<https://evil.example|x>", "mailto:a@evil.example",
     "slack://open", "a@evil.example", "[x]: https://evil.example"],
)  # fmt: skip
def test_no_text_is_a_mention_or_a_link(text):
    made = safe(text)
    assert made != text
    for live in ("<", "](", "]:", "://", "@c", "@h", "@e", "@U", "evil.example", "EVIL.EXAMPLE"):
        assert live not in made
    assert made.replace(JOINER, "").replace("&lt;", "<").replace("&gt;", ">") == text


def test_links_of_code_stay_links_and_others_do_not():
    said = written("See [the list](https://www.justice.gov/x) or www.evil.example & <b>")
    assert "[the list](https://www.justice.gov/x)" in said
    assert "evil.example" not in said
    assert bare(f"**T**\n> {said}").startswith("T See the list or")
    assert mrkdwn_link("javascript:alert(1)", "x") == "x"
    assert mrkdwn_link("https://a.b/?c=1&d", "x") == "<https://a.b/?c=1&amp;d|x>"


@given(st.text(alphabet="ab. \n", max_size=400), st.integers(4, 60))
def test_pieces_are_short_and_lose_nothing(text, most):
    parts = list(pieces(text, most))
    assert all(len(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_what_is_no_rule_is_not_called_one_and_what_courts_dispute_is_said():
    page = Page("en")
    none = page.add(Opening("Some law.", replace(VERDICT, rule="none")))
    assert none == f"**{texts.NO_RULE.en}**\n> Some law."
    disputed = Page("en").add(Opening("Some law.", replace(VERDICT, contested=True)))
    assert disputed == f"**{texts.RULE.en}**\n_{texts.CONTESTED.en}_\n> Some law."


# Payloads

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "ts", "text", "user", "channel", "type"]), inner)
    ),
    max_leaves=8,
)


@given(
    st.sampled_from(
        [
            "message",
            "app_mention",
            "app_home_opened",
            "agent_session_stopped",
            "tokens_revoked",
            "x",
        ]
    ),
    st.dictionaries(
        st.sampled_from(
            [
                "user",
                "channel",
                "ts",
                "text",
                "subtype",
                "message",
                "previous_message",
                "tab",
                "tokens",
                "thread_ts",
                "streaming_message_ts",
                "deleted_ts",
                "edited",
                "channel_type",
            ]
        ),
        _JSON,
    ),
)
def test_a_payload_of_any_shape_is_read_or_not_known(kind, event):  # fmt: skip
    read_payload({"type": "event_callback", "team_id": "T", "event": {**event, "type": kind}})
    read_payload({"type": "block_actions", **event})
    read_payload({"command": "/habeas", **event})


def test_a_mention_and_the_message_it_stands_in_are_one():
    mention = read_payload(sent.mention("hi", "1.0"))
    message = read_payload(sent.in_channel(f"<@{ME}> hi", "1.0"))
    assert isinstance(mention, Asked)
    assert isinstance(message, Asked)
    assert (mention.key, mention.conversation) == (message.key, message.conversation)
    assert message.mentioned
    assert not mention.direct


def test_a_deleted_message_with_replies_is_deleted_too():
    body = sent.changed("This message was deleted.", "1.0")
    body["event"]["message"]["subtype"] = "tombstone"
    assert read_payload(body) == Deleted(read_payload(sent.deleted("1.0")).source, "D0ANA", "1.0")


# Views


def test_citations_are_read_as_they_were_written():
    assert read_citations(write_citations((CITATION,))) == (CITATION,)


def test_views_stay_within_what_slack_takes():
    long = Citation(Authority("usc/8/1101"), "L" * 400, "https://a.b/" + "x" * 2000, "as of",
                    "the law\n" * 2000, "says " * 3000, "knowledge", contested=True)  # fmt: skip
    for count in (0, 1, 60):
        view = sources_view((long,) * count, "en")
        FakeSlack._check_blocks(list(view["blocks"]), most=100)
    assert "More" not in json.dumps(view)
    every = tuple(Press("say", "x" * 75, "y" * 300) for _ in range(8))
    dropped = tuple(Dropped("", reason) for reason in get_args(DropReason))
    under = Under(share=True, dropped=dropped, presses=every, person="U" * 12)
    FakeSlack._check_blocks(list(answer_blocks("a" * 32, (long,) * 60, "en+es", under)))
    health = Health(searches=False, has_model=True, corpus="0" * 64, keep_hours=24)
    for lang in ("en", "es", None):
        FakeSlack._check_blocks(list(home_view(health, lang)["blocks"]), most=100)


def test_exact_words_of_any_length_are_all_shown():
    quote = "\n".join(f"Line {n} of the law." for n in range(300))
    shown = json.dumps(
        sources_view((Citation(Authority("usc/8/1101"), "L", "", "now", quote, ""),), "en")
    )
    assert all(f"Line {n} of the law." in shown for n in range(300))


# Policy, manifest, command line


def test_policy_reads_its_settings():
    policy = Policy.of(Settings(slack_channels=" C1,C2 ,", slack_private=True, slack_lang="es"))
    assert policy == Policy("mentions", frozenset({"C1", "C2"}), private=True, lang="es")


def test_the_manifest_is_one_slack_takes():
    made = manifest(Settings(), "https://habeas.example.org/")
    features = made["features"]
    assert len(features["shortcuts"][0]["name"]) <= 24
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert len(features["agent_view"]["suggested_prompts"]) == 4
    assert len(made["display_information"]["description"]) <= 140
    url = "https://habeas.example.org/slack/events"
    assert made["settings"]["event_subscriptions"]["request_url"] == url
    assert made["settings"]["interactivity"]["request_url"] == url
    assert features["slash_commands"][0]["url"] == url
    assert features["slash_commands"][0]["should_escape"]
    assert not made["settings"]["socket_mode_enabled"]
    assert manifest(Settings())["settings"]["socket_mode_enabled"]


def test_the_manifest_asks_for_no_channels_where_the_operator_does_not_want_it():
    said = json.dumps(manifest(Settings(slack_read_channels=False)))
    assert "channels:history" not in said
    assert "message.channels" not in said
    assert "app_mention" in said


def run(monkeypatch, *args: str) -> int:
    monkeypatch.setattr(sys, "argv", ["habeas", *args])
    with pytest.raises(SystemExit) as left:
        cli.main()
    return int(left.value.code or 0)


def test_the_command_line_prints_the_manifest_and_says_what_is_missing(monkeypatch, capsys):
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)
    assert run(monkeypatch, "slack", "manifest") == 0
    assert yaml.safe_load(capsys.readouterr().out) == manifest(Settings())
    assert run(monkeypatch, "slack", "manifest", "--http", "http://x") == 2
    assert run(monkeypatch, "slack") == 2
    said = capsys.readouterr().err
    assert "https" in said
    assert "SLACK_BOT_TOKEN" in said
    assert "Traceback" not in said
