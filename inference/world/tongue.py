"""Whether a line in Latin letters is English: the voice would say any other as if it were, so that nobody follows it.

Only the commonest words of a few languages are known, those left out that English has too. What names none of them is
taken for English.
"""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

ENGLISH: Final = (
    "the a an is are am was were be been you your i my me we our us it its he she his her they them this that these "
    "those and or but not do does did have has had to of in on at for with from what where when who how why yes no "
    "hello hi here there so can will would all come go good morning thank thanks please let look wait very"
)
OTHERS: Final = {
    "German": "ich du er sie es wir ihr ist bist sind nicht und der das ein eine einen mein meine dein auch wie wo ja "
    "nein hallo guten abend morgen danke bitte mit auf für von zu heute schön kein komm aber noch wer wohin",
    "French": "je tu il elle nous vous est es suis sommes êtes pas et le les un une mon ma mes ton bonjour salut merci "
    "oui où quoi avec dans de du des ça c'est comment très ami viens j'ai bonsoir",
    "Spanish": "yo tú él ella es soy eres está estoy estás y el los las un una mi mis tu hola gracias sí qué dónde "
    "cómo con por muy buenos buenas días amigo vamos",
    "Italian": "io lui lei noi è sono sei non il lo gli un una mio mia ciao grazie sì dove con molto buongiorno "
    "andiamo",
    "Portuguese": "eu você ele ela nós é sou está não uma meu minha olá obrigado obrigada sim onde com muito bom dia",
    "Dutch": "ik jij hij zij wij ben bent niet een mijn hallo ja nee waar hoe voor goede goedemorgen dank",
}
_ENGLISH: Final = frozenset(ENGLISH.split())
_OTHERS: Final = {name: frozenset(words.split()) for name, words in OTHERS.items()}


def other_language(text: str) -> str:
    """The language that the line is more likely in than English; "" for none."""
    words = [word.replace("’", "'") for word in _WORD.findall(text.lower())]
    english = sum(word in _ENGLISH for word in words)
    hits = {name: sum(word in known for word in words) for name, known in _OTHERS.items()}
    best = max(hits, key=lambda name: hits[name])
    certain = hits[best] >= 2 or 2 * hits[best] >= len(words) > 0
    return best if hits[best] > english and certain else ""
