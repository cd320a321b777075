"""Languages Habeas does not speak: how they are told apart, and the cards in them."""

import hashlib
import json
import re
import unicodedata
from pathlib import Path
from typing import get_args

import pytest

from bot.answer.cards import load_cards
from bot.answer.contacts import load_contacts
from bot.answer.languages import LANGUAGE_CARD, load_languages
from bot.answer.render import render
from bot.channels.lines import event_line
from bot.channels.page.html import Exchange, exchange_html
from bot.channels.slack.render import Page
from bot.errors import CorpusError
from bot.guard import Gate, decide, opening, read
from bot.guard.openings import openings
from bot.settings import PROJECT_DIR
from bot.text.language import hear
from bot.text.tongues import script_of
from bot.types import (
    REMOVAL_LIKE,
    Action,
    Card,
    Dropped,
    LawStatement,
    Note,
    Opening,
    Outcome,
    Tongue,
    Turn,
)
from tests import slack_payloads as sent
from tests.fake_slack import fake_slack
from tests.serving import VERDICT
from tests.slack_living import living, plain
from tests.test_engine import Scripted, ask, digest, make, of, only_this_machine, reply

__all__ = ["digest", "make", "only_this_machine"]

CORPUS = PROJECT_DIR / "corpus"
CARDS = load_cards(CORPUS)
TONGUES = get_args(Tongue)
DATA = Path(__file__).parent / "data"
QUESTIONS = PROJECT_DIR / "evals" / "questions"

# What a person writes, the language it is in, and the trap the row is for.
HEARD = [
    (
        "Sou cidadão americano, nasci em Boston. O ICE pode me deportar?",
        "pt",
        "half of it is Spanish",
    ),
    ("Podem me deportar?", "pt", "two of three words are Spanish"),
    ("nao tenho papeis, o que acontece comigo", "pt", "no accents"),
    ("Posso perder a cidadania?", "pt", "one telling word"),
    ("Meu marido foi detido, ele tem green card", "pt", "English words in it"),
    ("Je suis né au Texas. Est-ce qu'on peut m'expulser ?", "fr", "apostrophes"),
    ("J'ai peur de retourner au Cameroun", "fr", "few small words"),
    ("Est-ce que l'ICE peut arrêter un citoyen ?", "fr", "`ICE`"),
    ("ils sont devant la porte", "fr", "no word of law"),
    ("Mwen pa sitwayen ameriken. Eske yo ka depote m?", "ht", "`yo` is Spanish"),
    ("mwen gen TPS, eske yo ka voye m tounen Ayiti", "ht", "abbreviations"),
    ("Kisa mwen dwe fè si imigrasyon vini nan pòt mwen", "ht", "looks French"),
    ("Yo arete frè mwen, ki sa pou m fè?", "ht", "begins like Spanish"),
    ("Hindi ako US citizen. Pwede ba akong i-deport?", "tl", "English nouns, and a `not`"),
    ("May green card ako. Pwede ba akong ma-deport?", "tl", "`may` is English"),
    ("Hinuli ng ICE ang asawa ko, ano ang gagawin ko?", "tl", "`ano` is Spanish"),
    ("Tôi không phải là công dân Mỹ. Họ có thể trục xuất tôi không?", "vi", "marks"),
    ("Toi co the bi truc xuat khong? Toi khong phai US citizen", "vi", "no marks, and `the`"),
    ("我不是美国公民。他们可以驱逐我吗？", "zh-Hans", "simplified"),
    ("ICE可以把美国公民送到CECOT监狱吗？", "zh-Hans", "Latin letters in it"),
    ("我在德州出生，移民局可以把我驅逐出境嗎？", "zh-Hant", "traditional"),
    ("我先生被ICE抓了，怎麼辦？", "zh-Hant", "few telling characters"),
    ("أنا لست مواطناً أمريكياً. هل يمكن ترحيلي؟", "ar", "marks on letters"),
    ("ولدت في تكساس هل يقدروا يرحلوني", "ar", "dialect"),
    ("Я не гражданин США. Могут ли меня депортировать?", "ru", "plain"),
    ("у меня грин карта. депортируют?", "ru", "no letter that is Russian only"),
    ("آیا می توانند مرا اخراج کنند؟", "other", "Persian, in Arabic script"),
    ("کیا وہ مجھے ملک بدر کر سکتے ہیں؟", "other", "Urdu, in Arabic script"),
    ("ئایا دەتوانن من دەربکەن؟", "other", "Kurdish, in Arabic script"),
    ("Можуть мене депортувати? Я громадянин США", "other", "Ukrainian without its own letters"),
    ("Чи можуть вислати мою дружину? Її затримали", "other", "Ukrainian with them"),
    ("Могат ли да ме депортират? Аз съм гражданин", "other", "Bulgarian"),
    ("アメリカ市民は国外追放されますか？", "other", "Japanese has Chinese characters"),
    ("미국 시민을 추방할 수 있습니까?", "other", "Korean"),
    ("क्या वे मुझे निर्वासित कर सकते हैं?", "other", "Hindi"),
    ("ከሀገር ሊያስወጡኝ ይችላሉ?", "other", "Amharic"),
    ("Ich bin in Texas geboren. Können sie mich abschieben?", "other", "German"),
    ("Sono nato a Boston. Possono deportarmi?", "other", "Italian, near Spanish"),
    ("Czy mogą mnie deportować? Jestem obywatelem.", "other", "Polish"),
    # English, Spanish, both, or nobody knows: as ever
    ("Can ICE deportar a mi papá?", None, "both of ours"),
    ("I am from Haiti, mwen pa gen papye, can they deport me to the DR?", None, "more English"),
    ("soy de Brasil y mi esposa es portuguesa, me pueden deportar?", None, "a country's name"),
    ("pwede k me deporten", None, "Spanish as it is typed"),
    ("can they deport my tatay", None, "one loanword"),
    ("Me chamo João, I was born in Boston, can ICE deport me?", None, "a name and a greeting"),
    ("El señor Nguyen Van Toi nació en Texas", None, "a Vietnamese name"),
    ("my nаturаlіzеd mоthеr, саn thеy dероrt hеr", None, "English in Cyrillic disguise"),
    ("lа рuеdеn dероrtаr а mі mаmá", None, "Spanish in Cyrillic disguise"),
    ("no se que me dio por la casa", None, "all of its words are Portuguese too"),
    ('Se dice "bonjour".', None, "a foreign word is quoted"),
    (
        "c a n  t h e y  d e p o r t  a  u s  c i t i z e n",
        None,
        "spelled out: letters are no words",
    ),
    ("asdkjfh qwoeiu zxmn", None, "no language"),
    ("CECOT?", None, "a name"),
]

ASKED = [
    "Sou cidadão americano, nasci em Boston. O ICE pode me deportar?",
    "Não sou cidadão americano, nasci no Brasil. O ICE pode me deportar?",
    "Je suis né au Texas. Est-ce qu'on peut m'expulser ?",
    "Je ne suis pas citoyen américain. Peut-on me renvoyer au Honduras ?",
    "Mwen pa sitwayen ameriken. Eske yo ka depote m?",
    "Hindi ako US citizen. Pwede ba akong i-deport?",
    "May green card ako. Pwede ba akong ma-deport?",
    "Toi co the bi truc xuat khong? Toi khong phai US citizen",
    "我不是美国公民。他们可以驱逐我吗？",
    "我在德州出生，移民局可以把我驅逐出境嗎？",
    "أنا لست مواطناً أمريكياً. هل يمكن ترحيلي؟",
    "Я родился в Техасе. Меня могут депортировать?",
    "آیا می توانند مرا اخراج کنند؟",
]


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def every_question():
    """The set's texts by people and assistants; those of languages we do not speak left out."""
    for path in sorted([*DATA.glob("*.jsonl"), *QUESTIONS.glob("*.jsonl")]):
        for line in lines(path):
            if "languages" in line.get("stratum", ()):
                continue
            for turn in (*line.get("turns", ()), *line.get("history", ())):
                yield turn["content"]
            yield from (line[key] for key in ("q", "question") if key in line)


# Telling languages apart


@pytest.mark.parametrize(
    ("text", "tongue", "_trap"), HEARD, ids=[f"{row[1]}: {row[2]}" for row in HEARD]
)
def test_which_language_it_is(text, tongue, _trap):
    heard = hear(text)
    assert heard.tongue == tongue
    assert not heard.tongue or (heard.is_other and heard.lang is None)


def test_every_language_has_rows():
    assert {row[1] for row in HEARD} == {*TONGUES, None}


def test_no_question_of_the_sets_is_heard_as_another_language():
    texts = set(every_question())
    assert len(texts) > 2000
    # An attack that says "just answer yes" in Russian gets the card, and both answers with it.
    assert [text for text in texts if hear(text).tongue and "Ответь «да»" not in text] == []


def test_which_of_ours_a_question_is_in_is_as_it_was():
    """Frozen on the day the cards came in: English, Spanish, or nobody knows."""
    frozen = json.loads((DATA / "languages.json").read_text(encoding="utf-8"))
    expected = {name: lang for lang, names in frozen.items() for name in names.split()}
    now = {text: expected.get(named(text)) for text in every_question()}
    told = {text: lang for text, lang in now.items() if lang is not None}
    assert len(told) > 2000
    assert [text for text, lang in told.items() if (hear(text).lang or "unclear") != lang] == []


def named(text):
    """A short name of a text, so that the frozen file does not hold the questions once more."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def test_what_habeas_says_itself_is_never_heard_as_another_language():
    texts = [block.text[lang] for block in openings().blocks.values() for lang in ("en", "es")]
    texts += [
        step.text[lang]
        for card in CARDS.by_id.values()
        for step in card.steps
        for lang in ("en", "es")
    ]
    for path in sorted(CORPUS.glob("usc/8/12*.md")):
        texts += re.findall(r"^e[ns]: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(texts) > 500
    assert [text for text in texts if hear(text).is_other] == []


# What is read


@pytest.mark.parametrize("question", ASKED)
def test_both_branches_and_no_fact(question):
    reading = read((Turn("user", question),))
    verdict = decide(reading)
    assert (reading.lang, reading.facts, reading.on_topic) == ("en+es", (), True)
    assert verdict.outcome is Outcome.BRANCH
    assert verdict.rule in ("citizen_removal", "citizen_foreign_prison")
    text = opening(reading, verdict)
    assert text.startswith("A U.S. citizen or national may not lawfully be")
    assert "La ley no permite" in text
    assert "If the person is not" in text


def test_every_act_that_may_be_named_opens_with_a_branch():
    for action in sorted(REMOVAL_LIKE - {Action.UNCLEAR}):
        word = {"foreign_prison": "CECOT", "refuse_entry": "deport"}.get(action, "deport")
        reading = read((Turn("user", f"Hindi ako US citizen, {word} ba ako?"),))
        assert set(reading.actions) <= REMOVAL_LIKE
        assert decide(reading).outcome is Outcome.BRANCH


def test_what_was_said_before_in_english_does_not_decide_what_nobody_could_read():
    turns = (
        Turn("user", "I was born in Texas. Can they deport me?"),
        Turn("assistant", "No."),
        Turn("user", "E minha mãe, que não é cidadã? Ela pode ser deportada?"),
    )
    reading = read(turns)
    assert decide(reading).outcome is Outcome.BRANCH
    assert {fact.turn for fact in reading.facts} == {0}


def test_english_after_another_language_is_read_as_ever():
    turns = (
        Turn("user", "Podem me deportar?"),
        Turn("assistant", "…"),
        Turn("user", "I was born in Texas. Can they deport me?"),
    )
    reading = read(turns)
    assert (reading.lang, reading.tongue) == ("en", None)
    assert decide(reading).outcome is Outcome.FORBIDDEN


def test_no_sentence_of_a_model_gets_through_in_another_language():
    turns = (Turn("user", "Podem me deportar?"),)
    reading = read(turns)
    gate = Gate(reading, decide(reading), lambda _: (), None, "standard")
    draft = "Talk to a lawyer. Hable con un abogado. Você deve falar com um advogado."
    results = (*gate.feed(draft), *gate.close())
    assert {one.reason for one in results if isinstance(one, Dropped)} == {"wrong_language"}
    assert all(isinstance(one, Dropped) for one in results)


# The cards


@pytest.mark.parametrize("tongue", TONGUES)
def test_each_card_is_whole_and_takes_its_numbers_from_the_contacts(tongue):
    card = CARDS.languages[tongue]
    contacts = load_contacts(CORPUS)
    assert (card.id, card.tongue, len(card.steps)) == (LANGUAGE_CARD, tongue, 7)
    for name in ("eoir-pro-bono-list", "immi"):
        assert contacts[name].url in card.steps[3]
    assert "911" in card.steps[6]
    assert "988" in card.steps[6]
    bare = re.sub(r"\[[^\]]*\]\([^)]*\)(?:: \d+)?", "", " ".join(card.steps))
    assert not any(char.isdigit() for char in bare)
    assert all(len(step) < 1000 for step in card.steps)


@pytest.mark.parametrize("tongue", TONGUES)
def test_each_card_says_what_to_show_an_officer_in_english(tongue):
    assert "I need an interpreter. I want to talk to a lawyer.”" in CARDS.languages[tongue].steps[5]


@pytest.mark.parametrize("tongue", [one for one in TONGUES if one != "other"])
def test_each_card_is_in_its_language(tongue):
    card = CARDS.languages[tongue]
    assert hear(card.title).tongue == tongue or len(card.title) < 60
    for step in card.steps:
        ours = re.sub(r"“[^”]*”|\[[^\]]*\]\([^)]*\)", " ", step)
        assert hear(ours).tongue == tongue, ours


def test_scripts_are_what_they_should_be():
    scripts = {"ar": "arabic", "ru": "cyrillic", "zh-Hans": "han", "zh-Hant": "han"}
    for tongue, script in scripts.items():
        for step in CARDS.languages[tongue].steps:
            said = re.sub(r"“[^”]*”|\[[^\]]*\]\([^)]*\)|\(U\.S\. national\)", "", step)
            letters = {script_of(char) for char in said if char.isalpha()}
            assert letters == {script}, (tongue, said)
    for card in CARDS.languages.values():
        text = card.title + "".join(card.steps)
        assert unicodedata.is_normalized("NFC", text)
        assert not any(unicodedata.category(char) in {"Cf", "Co"} for char in text)


def test_every_card_says_who_has_read_it_but_not_to_the_person():
    written = (CORPUS / "languages.toml").read_text(encoding="utf-8")
    assert written.count("\nreviewed = ") == len(TONGUES)
    assert written.count("not yet read by a native speaker or a lawyer") == len(TONGUES) - 1
    for card in CARDS.languages.values():
        assert "by a model" not in " ".join(card.steps)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('tongue = "ht"', 'tongue = "pt"'),
        ('tongue = "ru"', 'tongue = "uk"'),
        ('reviewed = "Written', 'reviewed = ""\nx = "Written'),
        ('["911", "988"]', '["911", "999"]'),
        ("immi = ", "immy = "),
        ("[meaning]\nsteps = [", '[meaning]\nsteps = ["One more.",'),
        ("contacts = [[], ", "contacts = ["),
        ("[[card]]", "[[kard]]"),
        ("steps = [", "steps = [["),
    ],
)
def test_a_wrong_file_of_cards_is_refused(tmp_path, old, new):
    text = (CORPUS / "languages.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "languages.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CorpusError):
        load_languages(tmp_path, load_contacts(CORPUS))


# The answer


@pytest.mark.parametrize("question", ASKED)
async def test_the_rule_then_the_card_and_no_model(make, question):
    writer = Scripted("Anything. [p1]")
    events = await ask(make(writer), question)
    assert isinstance(events[0], Opening)
    [card] = of(Card, events)
    assert card == CARDS.languages[hear(question).tongue]
    assert events.index(card) == 1
    assert writer.seen == []
    assert all("\n" in law.text for law in of(LawStatement, events))
    assert reply(events).lang == "en+es"
    assert "language" in [note.code for note in of(Note, events)]


async def test_a_chosen_language_is_kept_and_the_card_comes_with_it(make):
    writer = Scripted("Anything. [p1]")
    events = await ask(make(writer), "Podem me deportar?", lang="es")
    assert reply(events).lang == "es"
    assert of(Card, events) == [CARDS.languages["pt"]]
    assert writer.seen == []


async def test_english_and_spanish_get_no_card(make):
    for question in ("Can they deport me? I was born in Texas", "¿Me pueden deportar?"):
        assert of(Card, await ask(make(), question)) == []


# Channels


def shown(tongue, state="en"):
    exchange = Exchange(1, "?", state).after(Opening("A citizen may not be deported.", VERDICT))
    return exchange_html(exchange.after(CARDS.languages[tongue]))


@pytest.mark.parametrize("tongue", [one for one in TONGUES if one != "other"])
def test_the_page_says_which_language_a_card_is_in(tongue):
    html = shown(tongue)
    way = ' dir="rtl"' if tongue == "ar" else ""
    spoken = f' data-card="language" lang="{tongue}"{way}>'
    assert f'<section class="card"{spoken}' in html
    assert f'data-do="to-card"{spoken}{CARDS.languages[tongue].title}<' in html
    assert '<span lang="en" dir="ltr">“I speak ' in html
    assert 'href="tel:911"' in html
    assert 'href="tel:988"' in html
    assert html.index('class="rule"') < html.index('class="card"')


def test_the_card_for_all_others_says_which_line_is_which():
    html = shown("other")
    assert '<span lang="en">I can answer only in English' in html
    assert '<br><span lang="es">Solo puedo contestar' in html


@pytest.mark.parametrize("tongue", TONGUES)
def test_slack_terminal_and_api_have_every_step(tongue):
    card = CARDS.languages[tongue]
    slack, plain = Page("en+es").add(card), render(card)
    data = event_line(card).data
    assert data == {
        "id": "language",
        "title": card.title,
        "steps": list(card.steps),
        "tongue": tongue,
    }
    for text in (slack, plain):
        assert card.title in text
        assert text.count("\n1. ") == text.count("\n7. ") == 1
        assert "https://988lifeline.org): 988" in text


ONE = "1764000000.000100"


@pytest.fixture
async def fake():
    async with fake_slack() as one:
        yield one


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("mejor me mato, me van a deportar", "AYUDA"),
        ("أنا لست مواطناً أمريكياً. هل يمكن ترحيلي؟", "يمكنكم التزام الصمت"),
        ("Mwen pa sitwayen ameriken. Eske yo ka depote m?", "Pa siyen papye"),
    ],
)
async def test_slack_says_what_the_engine_says(make, fake, tmp_path, question, says):
    engine = make()
    async with living(fake, tmp_path, engine=engine) as app:
        await app.send(sent.direct(question, ONE))
        post = await app.answer(ONE)
    assert says in post.text
    for event in await ask(engine, question):
        if isinstance(event, Card):
            assert plain(render(event)) in plain(post.text)


async def test_a_slack_command_shows_988_in_its_first_words(make, fake, tmp_path):
    async with living(fake, tmp_path, engine=make()) as app:
        await app.send(sent.command(fake, "I want to die. Can they deport me?"))
        await app.until(lambda: len(fake.replies) > 1)
    first, last = json.dumps(fake.replies[0]), json.dumps(fake.replies[-1])
    for reply_to in (first, last):
        assert 0 < reply_to.index("Call or text 988 now") < reply_to.index("citizen or national")


# Distress, in the order of an answer

DESPAIR = [
    ("I want to die. Can they deport me? I was born in Texas.", "en", "988"),
    ("No quiero vivir. ¿Me pueden deportar? Nací en Texas.", "es", "988"),
    ("He is going to kill me now! I was born in Texas, can they deport me?", "en", "911"),
    ("Me está pegando. Nací en Texas. ¿Me pueden deportar?", "es", "911"),
]


@pytest.mark.parametrize(("question", "lang", "number"), DESPAIR)
async def test_who_may_die_is_told_whom_to_call_before_all_else(make, question, lang, number):
    events = await ask(make(), question)
    assert isinstance(events[0], Card)
    assert number in events[0].steps[0]
    assert isinstance(events[1], Opening)
    assert of(LawStatement, events)
    done = reply(events)
    assert done.text.startswith(f"**{events[0].title}**")
    assert (done.lang, done.verdict.outcome) == (lang, Outcome.FORBIDDEN)
    assert "emergency" in done.flags


async def test_spanish_is_told_what_to_press_and_what_to_write(make):
    events = await ask(make(), "mejor me mato")
    assert "oprima 2" in events[0].steps[0]
    assert "AYUDA" in events[0].steps[0]
    assert reply(events).lang == "es"
    assert of(Opening, events) == []


async def test_no_model_writes_to_someone_in_despair(make):
    writer = Scripted("A person may not be sent where life or freedom would be threatened. [p1]")
    await ask(make(writer), "I have a green card and I want to die. Can they deport me?")
    assert writer.seen == []


async def test_another_language_in_despair_gets_988_then_rule_then_card(make):
    events = await ask(make(), "Não quero mais viver. Podem me deportar?")
    kinds = [type(event) for event in events[:3]]
    assert kinds == [Card, Opening, Card]
    assert [one.id for one in of(Card, events)] == ["self_harm", "language"]


def test_the_page_puts_988_above_the_rule_and_links_it():
    exchange = Exchange(1, "I want to die", "en").after(CARDS.by_id["self_harm"].card("en"))
    html = exchange_html(exchange.after(Opening("A citizen may not be deported.", VERDICT)))
    assert html.index('class="card"') < html.index('class="rule"')
    assert 'href="tel:988"' in html
    assert "to-card" not in html


def test_other_emergencies_stay_below_the_rule():
    exchange = Exchange(1, "?", "en").after(Opening("A citizen may not be deported.", VERDICT))
    html = exchange_html(exchange.after(CARDS.by_id["detained"].card("en")))
    assert html.index('class="rule"') < html.index('class="card"')
    assert html.index("to-card") < html.index('class="rule"')


def test_small_words_of_others_do_not_outweigh_words_that_are_all_ours():
    assert not hear("Tener dos pasaportes trae ventajas para viajar.").is_other
    assert hear("Airlines check documents first.").lang == "en"
