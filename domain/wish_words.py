"""The words of wishes, English and German, as `words.fold` writes them: what each one means. A word that is missing
here is not understood, and people are told so."""

from __future__ import annotations

from typing import Final

from domain.words import fold

# What a publication is about, and the words that people say for it.
_TOPICS: Final[dict[str, str]] = {
    "action": "action, fights, fighting, explosions, chases, stunts, kampf, kämpfe, explosionen, verfolgungsjagden",
    "animals": "animals, animal, pets, pet, dogs, dog, puppies, puppy, cats, cat, kittens, kitten, birds, bird, "
    "horses, "
    "horse, foxes, fox, bears, bear, rabbits, rabbit, wildlife, tiere, tier, tieren, haustiere, hund, hunde, hunden, "
    "welpen, katze, katzen, kätzchen, vögel, vögeln, vogel, pferde, pferd, pferden, füchse, bären, hasen",
    "city": "city, cities, streets, town, towns, skylines, skyline, architecture, stadt, städte, städten, straßen, "
    "architektur",
    "comedy": "comedy, funny, jokes, joke, humor, humour, hilarious, parody, parodies, komödie, komödien, lustig, "
    "lustiges, lustige, witzig, witziges, witzige, witze, komik",
    "dance": "dance, dances, dancing, dancers, ballet, tanz, tänze, tanzen, tänzer, ballett",
    "fantasy": "fantasy, dragons, dragon, magic, wizards, wizard, elves, fairies, unicorns, drachen, magie, zauberer, "
    "elfen, feen, einhörner",
    "food": "food, cooking, recipes, recipe, baking, meals, essen, kochen, rezepte, backen, speisen",
    "horror": "horror, scary, creepy, spooky, ghosts, ghost, monsters, monster, zombies, zombie, grusel, gruseliges, "
    "gruselige, gruselig, geister, gespenster",
    "music": "music, songs, song, singing, concerts, concert, musik, lieder, lied, gesang, konzerte",
    "nature": "nature, forests, forest, mountains, mountain, landscape, landscapes, gardens, flowers, natur, wald, "
    "wälder, berge, landschaft, landschaften, gärten, blumen",
    "people": "people, humans, persons, faces, crowds, menschen, leute, personen, gesichter",
    "politics": "politics, political, politicians, elections, election, politik, politisches, politiker, wahlen",
    "romance": "romance, romantic, love stories, weddings, romantik, romantisches, romantische, liebesgeschichten, "
    "hochzeiten",
    "sea": "sea, ocean, beach, beaches, waves, underwater, fish, sharks, meer, ozean, strand, strände, wellen, "
    "unterwasser, fische, haie",
    "space": "space, planets, stars, rockets, rocket, galaxies, astronauts, weltraum, weltall, planeten, sterne, "
    "raketen, galaxien, astronauten",
    "sports": "sports, sport, football, soccer, basketball, tennis, surfing, skating, fußball",
    "story": "stories, story, storytelling, tales, geschichten, geschichte, erzählungen, märchen",
    "vehicles": "vehicles, cars, car, trains, train, planes, boats, trucks, motorcycles, fahrzeuge, autos, auto, züge, "
    "flugzeuge, boote, schiffe, laster, motorräder",
    "weather": "weather, storms, storm, rain, snow, thunder, lightning, wetter, stürme, sturm, regen, schnee, gewitter",
}
_STYLES: Final[dict[str, str]] = {
    "original": "originals, original, originale",
    "remix": "remixes, remix, remixed, edits, remixe",
    "extended": "extensions, extended, verlängerungen, verlängerte",
    "stitched": "stitches, stitched, compilations, zusammenschnitte",
    "short": "shorts, short, shorter, kurz, kurze, kurzen, kurzes, kürzere, kürzeren, kürzeres",
    "long": "long, longer, lange, langen, langes, längere, längeren, längeres",
    "portrait": "vertical, upright, portrait, portrait format, portrait videos, hochkant, hochformat",
    "landscape": "horizontal, widescreen, landscape format, landscape videos, querformat",
}
# Which way a wish points. `weak` words only say so where no other does: "I want fewer dogs".
_DIRECTIONS: Final[dict[str, str]] = {
    "none": "no, none, not, never, without, stop, mute, hide, nothing, dont, cannot, cant, wont, hate, avoid, zero, "
    "kein, keine, keinen, keiner, keinem, keines, keinerlei, nicht, nichts, nie, niemals, ohne, stumm, ausblenden, "
    "verstecke, verbirg, hasse, stopp, stummschalten, schluss mit",
    "less": "less, fewer, rarely, seldom, reduce, not so much, not so many, not that much, not that many, not as much, "
    "not as many, not too much, not too many, weniger, seltener, nicht so viel, nicht so viele, nicht so oft, "
    "nicht zu viel, nicht zu viele",
    "more": "more, mehr, öfter, häufiger, lots, plenty, tons, viele, jede menge",
    "weak": "want, like, love, prefer, show, see, watch, will, möchte, mag, liebe, gern, gerne, lieber, zeig, zeige, "
    "sehen, schauen, wünsche, hätte",
}
_STRONG: Final = "much, lot, lots, plenty, tons, way, far, viel, viele, deutlich, sehr, jede menge"
_MILD: Final = "little, bit, slightly, somewhat, etwas, bisschen, wenig"
# Words that change what a part says in a way that no rule can follow.
_TWISTS: Final = (
    "except, nothing but, nothing else, unless, if, only, than, when, while, instead, unmute, unhide, außer, "
    "ausser, wenn, nur, als, statt, falls"
)
_COURTESIES: Final = "please, thanks, thank you, bitte, danke, hi, hello, hallo"
_FILLERS: Final = (
    "a, an, the, of, with, about, in, on, for, to, from, by, me, my, i, id, im, we, us, you, your, it, that, "
    "this, them, "
    "these, those, any, all, some, so, too, also, feed, content, stuff, things, video, videos, clip, clips, "
    "films, film, "
    "movies, ones, starring, featuring, character, characters, account, accounts, creator, author, channel, showing, "
    "seeing, watching, do, would, could, can, again, please, thanks, thank, is, are, be, just, really, now, there, "
    "next, during, over, until, style, kind, topic, topics, "
    "ein, eine, einen, einer, einem, der, die, das, den, dem, des, von, vom, mit, über, im, am, für, auf, zu, "
    "zum, zur, "
    "mir, mich, ich, wir, uns, du, dir, es, diese, dieser, dieses, davon, bitte, danke, filme, inhalte, sachen, "
    "figur, figuren, konto, kanal, autor, autorin, kann, können, würde, auch, mal, jetzt, noch, bis, "
    "nächsten, nächste, lang, thema, themen, zeigen, bekommen, haben, werden, ist, sind, sein"
)
_NUMBERS: Final[dict[str, int]] = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "few": 3, "some": 3, "couple of": 3, "ein": 1, "eine": 1, "einen": 1, "einer": 1, "einem": 1, "zwei": 2,
    "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "paar": 3, "einige": 3,
}  # fmt: skip
_HOURS: Final[dict[str, int]] = {
    "hour": 1, "hours": 1, "stunde": 1, "stunden": 1, "day": 24, "days": 24, "tag": 24, "tage": 24, "tagen": 24,
    "week": 168, "weeks": 168, "woche": 168, "wochen": 168, "month": 720, "months": 720, "monat": 720, "monate": 720,
    "monaten": 720, "year": 8_760, "years": 8_760, "jahr": 8_760, "jahre": 8_760,
}  # fmt: skip
_TIMES: Final[dict[str, int]] = {
    "today": 24, "tonight": 24, "until tomorrow": 24, "till tomorrow": 24, "this week": 168, "the week": 168,
    "weekend": 72, "forever": 87_600, "for ever": 87_600, "days": 72, "tage": 72, "tagen": 72,
    "always": 87_600, "permanently": 87_600, "heute": 24, "heute abend": 24,
    "bis morgen": 24, "diese woche": 168, "wochenende": 72, "immer": 87_600, "dauerhaft": 87_600,
}  # fmt: skip


def _listed(text: str) -> list[str]:
    return [fold(phrase) for phrase in text.split(", ")]


TARGETS: Final = {
    **{phrase: ("topic", topic) for topic, words in _TOPICS.items() for phrase in _listed(words)},
    **{phrase: ("style", style) for style, words in _STYLES.items() for phrase in _listed(words)},
}
DIRECTIONS: Final = {phrase: way for way, words in _DIRECTIONS.items() for phrase in _listed(words)}
STRONG: Final = frozenset(_listed(_STRONG))
MILD: Final = frozenset(_listed(_MILD))
TWISTS: Final = frozenset(_listed(_TWISTS))
COURTESIES: Final = frozenset(_listed(_COURTESIES))
FILLERS: Final = frozenset(_listed(_FILLERS))
JOINS: Final = frozenset(_listed("and, or, nor, plus, und, oder, sowie"))
# Behind these, no direction goes on: "nothing but dogs".
BREAKS: Final = frozenset(_listed("but, aber, sondern"))
# Before a name: what that account makes, not where that character stars.
BY: Final = frozenset(_listed("by, from, account, creator, author, channel, konto, kanal, autor, autorin"))
OF: Final = frozenset(_listed("of, von"))
WORKS: Final = frozenset(_listed("videos, video, clips, clip, stuff, films, film, filme, content, inhalte, sachen"))
# A length of time, in hours.
TIMES: Final = {
    **{fold(phrase): hours for phrase, hours in _TIMES.items()},
    **{f"{fold(number)} {unit}": n * hours for number, n in _NUMBERS.items() for unit, hours in _HOURS.items()},
}
UNITS: Final = _HOURS
