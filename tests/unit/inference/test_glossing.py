from __future__ import annotations

import pytest

from inference.world.glossing import glossed
from inference.world.lexicon import INDEX
from inference.world.shots import retell, tell
from inference.world.tokens import content_words
from inference.world.words.function import FUNCTION_WORDS
from inference.world.words.glosses import JOINED, SPACED


@pytest.mark.parametrize(
    ("prompt", "subject", "look", "action", "place"),
    [
        ("Ein roter Fuchs tanzt im Wald", "fox", "red", "dance", "forest"),
        ("un gato negro duerme en la cocina", "cat", "black", "sleep", "kitchen"),
        ("un chat noir dort dans la cuisine", "cat", "black", "sleep", "kitchen"),
        ("黒い猫が森で踊る", "cat", "black", "dance", "forest"),
        ("小狗在海滩上跑", "dog", None, "run", "beach"),
    ],
)
def test_a_prompt_in_another_language(prompt: str, subject: str, look: str | None, action: str, place: str) -> None:
    told = tell(prompt, 7)
    (actor,) = told.scene.actors
    assert (actor.subject, actor.look.get("body"), actor.action) == (subject, look, action)
    assert told.scene.place == place
    assert told.ignored == ()


@pytest.mark.parametrize(
    "prompt", ["Ein Fuchs tanzt mit dem Schnabeltier", "un gato y un ornitorrinco", "猫とテレビ", "a cat in the forest"]
)
def test_every_word_of_the_prompt_is_accounted_for(prompt: str) -> None:
    told = tell(prompt, 7)
    words = [word for word in told.understood if word in content_words(prompt)]
    assert sorted([*words, *told.ignored]) == sorted(content_words(prompt))


def test_what_has_no_glossary_stays_unread_and_is_said_so() -> None:
    told = tell("Кошка спит на кухне", 7)
    assert told.scene.actors == ()
    assert told.ignored == ("кошка", "спит", "на", "кухне")


def test_english_is_never_read_as_something_else() -> None:
    for prompt in ("a cat", "die hard", "the dog chases a cat in the park", "no pan, no die, an orange"):
        assert glossed(prompt) is None


def test_a_remix_in_another_language() -> None:
    parent = tell("a red fox dances in the forest", 7).scene
    child = retell(parent, "es ist Nacht").scene
    assert (child.time, child.actors) == ("night", parent.actors)


def test_glossaries_lead_to_words_that_are_known() -> None:
    for table in (*SPACED.values(), *JOINED.values()):
        for english in table.values():
            for word in english.replace(",", " ").split():
                assert word in FUNCTION_WORDS or any(word in phrase for phrase in INDEX), word
