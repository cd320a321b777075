"""Words of someone who may die, and the many words that only sound like it."""

import time

import pytest

from bot.guard.distress import distress_in
from bot.guard.fears import fear
from bot.guard.question import emergency_in
from bot.text.normalise import fold

D, N, OK = "self_harm", "danger_now", None

# What a person writes, what it is, and the trap the row is for.
ENGLISH = [
    ("I want to die", D, "the plainest words"),
    ("i just wanna die", D, "slang"),
    ("i want 2 die, my asylum was denied", D, "text-speak, and a legal matter beside it"),
    ("I can't go on", D, "no word of death at all"),
    ("I cant go on anymore, they took my kids", D, "no apostrophe, a reason after it"),
    ("If they deport my wife I will kill myself", D, "on a condition"),
    (
        "Can they deport me? I was born in Texas. I don't want to live anymore.",
        D,
        "at the end of a question",
    ),
    ("I don't want to live like this any longer", D, "a way of life, but the wish is plain"),
    ("I'm thinking about suicide", D, "the noun, of oneself"),
    ("I've been having suicidal thoughts since the hearing", D, "the adjective, of oneself"),
    ("I feel suicidal", D, "two words"),
    ("my brother in detention says he wants to kill himself", D, "someone near, not the writer"),
    (
        "My daughter tried to hurt herself after ICE took her dad",
        D,
        "a child, in the past but near",
    ),
    ("My husband is suicidal in the detention center", D, "someone near, adjective"),
    ("my family would be better off without me", D, "no word of death"),
    ("I'd be better off dead than in CECOT", D, "a comparison with a place"),
    ("I wish I was dead", D, "a wish"),
    ("I wish I had never been born", D, "a wish about the past"),
    ("There's no reason to live if they take my green card", D, "a reason is denied"),
    ("I have nothing left to live for", D, "the other form of it"),
    ("I can't take it anymore", D, "an idiom, taken seriously"),
    ("I would rather die than go back there", D, "a manner of speech, taken seriously"),
    ("I'm going to end it all tonight", D, "a euphemism"),
    ("i took a whole bottle of pills", D, "already done"),
    ("kms if i get deported", D, "an abbreviation"),
    ("I am tired of living", D, "tiredness"),
    ("I wish I could fall asleep and never wake up", D, "sleep for death"),
    ("they are breaking the door and have guns", N, "armed people, not said to be officers"),
    ("he is going to kill me now", N, "a threat at this minute"),
    ("Someone is breaking into my house", N, "a burglar"),
    ("my boyfriend is beating me", N, "violence under way"),
    ("he's choking my mom please", N, "violence on somebody near"),
    ("My ex is outside my house with a knife", N, "a weapon, and where"),
    ("He has a gun and says he will shoot me right now", N, "weapon, threat, time"),
    ("help! my husband wants to kill me", N, "a cry for help"),
    ("I'm hiding in the closet, he said he will kill us", N, "hiding is at once"),
    ("men are kidnapping my neighbor", N, "masked men, nobody named"),
    ("I am being attacked", N, "passive"),
    ("my dad stopped breathing", N, "a doctor is needed"),
    (
        "my boyfriend is beating me and says he will have me deported if I call police",
        N,
        "deportation beside violence",
    ),
    ("there's a man with a gun outside my door", N, "nobody is said to be an officer"),
    ("idk if i can go on", D, "a doubt, in slang"),
    ("I can't take it anymore, USCIS keeps asking for evidence", D, "a false alarm we accept"),
    # What only sounds like it
    ("Can I be deported for attempted suicide?", OK, "a question of law"),
    (
        "My client has a history of suicidal ideation, does that help a CAT claim?",
        OK,
        "a lawyer on a client",
    ),
    ("they would rather die than sign", OK, "firmness of others"),
    ("I want to die a US citizen", OK, "an oath, no wish"),
    ("I was robbed with a knife at my house, can I get a U visa", OK, "a weapon, in the past"),
    ("can i own a gun with a green card now", OK, "`with` and `gun` and `now`"),
    ("I'm dying to know if I passed the citizenship test", OK, "an idiom"),
    ("they killed my cousin in Honduras", OK, "the dead are told of"),
    ("What are the suicide rates in detention?", OK, "statistics"),
    ("How many people died by suicide in ICE custody?", OK, "statistics of the dead"),
    ("Is assisted suicide a crime that makes me deportable?", OK, "a crime of law"),
    (
        "My husband committed suicide last year. Can I keep my petition?",
        OK,
        "a widow asks of the law",
    ),
    ("they will kill me if I go back", OK, "fear of persecution, elsewhere"),
    (
        "They are going to kill me if they deport me now",
        OK,
        "`now` of the deportation, not the killing",
    ),
    ("The gang will kill me now that my brother testified", OK, "`now that` is a reason"),
    ("I am afraid the government will torture me", OK, "fear of torture"),
    ("I don't want to die in a foreign prison", OK, "the wish is denied: fear"),
    ("If I go back I will die", OK, "fear, no wish"),
    ("I don't want to live in Mexico", OK, "where to live"),
    (
        "I do not want to live with my husband while the petition is pending",
        OK,
        "with whom to live",
    ),
    ("This deadline is killing me", OK, "an idiom"),
    ("Did I shoot myself in the foot by signing the form?", OK, "an idiom with a weapon"),
    ("My brother has a gun charge, can he be deported?", OK, "a charge about a weapon"),
    ("My cousin has a gun and a green card. Can he be removed?", OK, "a weapon, no threat"),
    ("ICE agents have guns, can they come in?", OK, "officers are armed"),
    (
        "He was beating me for years before I left him. Can I get a VAWA visa?",
        OK,
        "violence in the past",
    ),
    ("My father has been hitting me since I was a child", OK, "not at this minute as told"),
    ("In my country the police are beating people like me", OK, "violence elsewhere"),
    ("Someone broke into my house in 2019, can I get a U visa?", OK, "a burglary of old"),
    ("I can't go on a trip while my case is pending", OK, "`go on` a trip"),
    ("I can't go on with my asylum case without a lawyer", OK, "`go on with` a case"),
    ("ICE is breaking down my door", OK, "officers: the card at the door"),
    ("My life is in danger in El Salvador", OK, "danger elsewhere"),
    ("Can they take my life savings?", OK, "`take my life` in another sense"),
    ("I want to end my life together with my husband legally, a divorce", OK, "divorce"),
    ("Does the death penalty apply to noncitizens?", OK, "death in law"),
    (
        "I need help with my asylum case, the cartel wants to kill me",
        OK,
        "`help` that is not a cry",
    ),
    ("My husband died, who do I call about the petition?", OK, "a death"),
]

SPANISH = [
    ("no quiero vivir", D, "las palabras más llanas"),
    ("ya no quiero vivir", D, "con `ya`"),
    ("Mejor me mato", D, "presente de sí mismo"),
    ("si me deportan me mato", D, "bajo condición"),
    ("me quiero morir", D, "reflexivo"),
    ("kiero morirme", D, "ortografía de mensaje"),
    ("tengo ganas de morir", D, "sustantivo"),
    ("No quiero seguir viviendo así", D, "gerundio"),
    ("ya no puedo más", D, "sin palabra de muerte"),
    ("No aguanto más, me quitaron a mis hijos", D, "sin palabra de muerte, con motivo"),
    ("Nací en Texas. ¿Me pueden deportar? Ya no quiero vivir.", D, "al final de una pregunta"),
    ("estoy pensando en suicidarme", D, "verbo propio"),
    ("he pensado en quitarme la vida", D, "pasado cercano"),
    ("quiero matarme", D, "infinitivo con verbo propio"),
    ("voy a acabar con mi vida", D, "perífrasis"),
    ("quiero hacerme daño", D, "daño propio"),
    ("Mi hermano detenido dice que se quiere matar", D, "otra persona, cercana"),
    ("mi hija intentó suicidarse", D, "una hija"),
    ("mi esposo quiere quitarse la vida en la detención", D, "otra persona, con giro"),
    ("mi familia estaría mejor sin mí", D, "sin palabra de muerte"),
    ("Prefiero morirme antes que volver", D, "modo de hablar, en serio"),
    ("mejor muerta que deportada", D, "modo de hablar, en serio"),
    ("la vida no tiene sentido", D, "sentido de la vida"),
    ("ya no tengo razón para vivir", D, "razón negada"),
    ("ojalá me muriera", D, "deseo"),
    ("me tomé todas las pastillas", D, "ya hecho"),
    ("no vale la pena vivir", D, "impersonal"),
    ("me va a matar ahora", N, "amenaza en este minuto"),
    ("están rompiendo la puerta y traen pistolas", N, "armados, nadie dice que sean agentes"),
    ("mi esposo me está pegando", N, "violencia ahora"),
    ("Me están golpeando", N, "plural"),
    ("está golpeando a mi mamá", N, "a otra persona"),
    ("mi ex está afuera con un cuchillo", N, "arma y lugar"),
    ("se están metiendo a mi casa", N, "entran"),
    ("auxilio, me quiere matar", N, "grito"),
    ("¡Ayuda! me van a matar", N, "grito con signo"),
    ("estoy escondida en el baño, dice que me va a matar", N, "escondida es ahora"),
    ("hay un hombre armado en mi casa", N, "intruso"),
    ("mi papá no respira", N, "hace falta un médico"),
    ("se oyen balazos afuera", N, "disparos"),
    ("si no me dan el asilo me voy a matar", D, "`asilo` al lado"),
    ("mi papá quiere morirse en la detención", D, "un lugar detrás"),
    ("el padre de mis hijos nos quiere matar", N, "sin `ahora`, de cerca"),
    # Lo que solo suena parecido
    ("se suicidó mi esposo, ¿qué pasa con mi petición?", OK, "una viuda pregunta por la ley"),
    ("quiero morir como ciudadano", OK, "un deseo de ciudadanía"),
    ("mi marido me amenaza con deportarme", OK, "amenaza sin daño ahora"),
    ("me dijo que me iba a matar, ¿puedo pedir visa U?", OK, "amenaza pasada"),
    ("me mataron a mi primo", OK, "se cuenta de un muerto"),
    ("La mara me mató a mi hermano", OK, "sin acento se lee `me mato`"),
    ("me muero por saber si pasé el examen", OK, "modismo"),
    ("me quiero morir de la risa", OK, "modismo"),
    ("¿Cuál es la tasa de suicidio en los centros de detención?", OK, "estadística"),
    ("me van a matar si regreso", OK, "temor de persecución"),
    ("me van a matar si me deportan ahora", OK, "`ahora` de la deportación"),
    ("En mi país me quieren matar", OK, "peligro lejos"),
    ("quieren matarme las pandillas", OK, "infinitivo con verbo ajeno"),
    ("me van a hacer daño si vuelvo", OK, "daño ajeno"),
    ("No quiero morir en una cárcel de El Salvador", OK, "deseo negado: temor"),
    ("no me quiero morir lejos de mis hijos", OK, "deseo negado, reflexivo"),
    ("no quiero vivir en México", OK, "dónde vivir"),
    ("No quiero vivir escondido", OK, "cómo vivir"),
    ("Ya no puedo más tiempo esperar, ¿cuándo es mi cita?", OK, "`más tiempo`"),
    ("ya no aguanto a mi jefe", OK, "fastidio"),
    ("Casi me mato en un accidente", OK, "accidente"),
    ("me voy a matar trabajando", OK, "modismo"),
    ("Mi hermano tiene una pistola registrada, ¿lo pueden deportar?", OK, "arma sin amenaza"),
    ("mi esposo me pegaba, ¿puedo pedir la visa VAWA?", OK, "violencia pasada"),
    ("Los agentes de ICE tienen armas", OK, "agentes armados"),
    ("se metieron a mi casa en 2020, ¿puedo pedir visa U?", OK, "robo de antes"),
    ("tengo miedo de que me torturen", OK, "temor de tortura"),
    ("Necesito ayuda con mi asilo, los cárteles me quieren matar", OK, "`ayuda` que no es grito"),
    ("¿Me pueden quitar la vida en otro país?", OK, "pregunta sobre un peligro"),
    ("quieren acabar con mi vida en Honduras", OK, "verbo ajeno"),
    ("mi primo se mató en un accidente", OK, "un muerto"),
    ("Me está matando esta espera", OK, "modismo"),
    ("¿Hay pena de muerte para los inmigrantes?", OK, "muerte en la ley"),
    ("no puedo seguir con mi caso sin abogado", OK, "`seguir con` un caso"),
    ("Quiero vivir tranquilo aquí", OK, "lo contrario"),
    ("La migra está rompiendo la puerta", OK, "agentes: la tarjeta de la puerta"),
    ("amenazan con matar a mi familia", OK, "amenaza de lejos"),
]

OTHERS = [
    ("Quero morrer", D, "Portuguese"),
    ("Je veux mourir", D, "French"),
    ("Mwen vle mouri", D, "Haitian Creole"),
    ("Gusto ko nang mamatay", D, "Tagalog"),
    ("Tôi muốn chết", D, "Vietnamese"),
    ("我不想活了", D, "Chinese"),
    ("أريد أن أموت", D, "Arabic"),
    ("Я хочу умереть", D, "Russian: folding turns half of it Latin"),
    ("Não quero morrer na prisão", OK, "the wish is denied"),
    ("我不想死", OK, "the wish is denied"),
]


def _ids(rows):
    return [f"{row[0][:40]} [{row[2]}]" for row in rows]


@pytest.mark.parametrize(("text", "expected", "_trap"), ENGLISH, ids=_ids(ENGLISH))
def test_english(text, expected, _trap):
    assert distress_in(fold(text).text.strip()) == expected


@pytest.mark.parametrize(("text", "expected", "_trap"), SPANISH, ids=_ids(SPANISH))
def test_spanish(text, expected, _trap):
    assert distress_in(fold(text).text.strip()) == expected


@pytest.mark.parametrize(("text", "expected", "_trap"), OTHERS, ids=_ids(OTHERS))
def test_other_languages(text, expected, _trap):
    assert distress_in(fold(text).text.strip()) == expected


def test_the_tables_are_large_enough():
    for rows in (ENGLISH, SPANISH):
        assert len(rows) >= 40
        assert len({text for text, _, _ in rows}) == len(rows)
        assert sum(expected is OK for _, expected, _ in rows) >= 25


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("ICE is breaking down my door", "ice_at_door"),
        ("La migra está rompiendo la puerta", "ice_at_door"),
        ("ICE is at my door with guns", "ice_at_door"),
        ("ICE is at my door and I want to die", D),
        ("my husband is detained and he wants to kill himself", D),
        ("they are putting him on a plane", "on_a_plane"),
        ("Me detuvo la migra y ya no quiero vivir", D),
    ],
)
def test_life_comes_before_every_other_emergency(text, card):
    assert emergency_in(fold(text).text) == card


@pytest.mark.parametrize(
    ("text", "feared"),
    [
        ("quiero matarme", False),
        ("mejor me mato", False),
        ("my husband is going to kill me right now", False),
        ("quieren matarme si regreso", True),
        ("I want to die because they will torture me there", True),
        ("they will kill me if I go back", True),
    ],
)
def test_despair_is_no_fear_of_persecution(text, feared):
    assert (fear(fold(text).text) is not None) == feared


@pytest.mark.parametrize(
    "part", ["i want to ", "me quiere ", "is breaking the ", "the door a gun ", "a ", "quiero "]
)
def test_a_long_text_is_read_in_no_time(part):
    text = part * (12_000 // len(part))
    started = time.perf_counter()
    distress_in(text)
    assert time.perf_counter() - started < 1
