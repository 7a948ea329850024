"""Words that carry the grammar rather than the picture, and how the reader takes them."""

from __future__ import annotations

_FUNCTION_WORDS = """
a an the this that these those some any each every all and or but nor so yet as if than then while when whenever
where who whom whose which what how there here of in on at to from by for with without into onto over under
above below through across along around between among toward towards against up down off out about after before
during until like near behind beside alongside upon per via within next is are was were be been being am has
have had having do does did doing will would can could should may might must shall let lets make makes making
made get gets getting it its he she they them him her hers his their theirs we us our ours i me my mine you your
yours itself himself herself themselves not no never very really too also just only again still even more most
much now please want wants create show shows showing generate give gives giving put puts putting add adds adding
remove removes delete erase set sets keep keeps change changes changing replace replaces swap transform instead
same other another everything everyone everybody front side top middle center centre together wearing wears wear
dressed called starts start begins begin scene video clip film movie animation image picture version back away s
t re ve ll d m yes oh something nothing anything because featuring lots lot bit kind become becomes becoming
seem seems new extra first second finally suddenly once one's let's it's don't doesn't isn't aren't won't
there's that's past
"""
# Neither understood nor ignored: they ask for nothing by themselves.
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
NEGATIONS = frozenset(
    {"no", "without", "not", "never", "remove", "delete", "erase", "don't", "doesn't", "isn't", "aren't"}
)
DETERMINERS_NEW = frozenset({"a", "an", "another", "one", "some", "each", "every", "new", "extra"})
DETERMINERS_OLD = frozenset(
    {"the", "this", "that", "these", "those", "his", "her", "its", "their", "my", "our", "your"}
)
NOUNS = frozenset({"subject", "generic", "doer"})
MODIFIERS = frozenset({"colour", "choice", "size", "count"})
CAMERA_NOUNS = frozenset({"camera", "shot", "view", "angle", "lens"})
MUSIC_NOUNS = frozenset({"music", "mood", "atmosphere", "soundtrack", "tone", "song", "vibe", "melody", "tune"})
SPEECH_NOUNS = frozenset({"dialogue", "dialog", "speech", "voice", "voices", "words", "talking"})
NARRATORS = frozenset({"narrator", "voiceover", "narration"})
SIGNS = frozenset(
    {"sign", "reading", "reads", "titled", "text", "written", "title", "label", "caption", "banner", "logo"}
)
TAKES = frozenset({"take", "takes", "rid", "leave"})
SHADES = frozenset({"dark", "light", "bright", "pale", "deep"})
SWAPS = frozenset({"replace", "replaces", "swap", "change", "changes", "turn", "turns", "transform", "transforms"})
SWAP_LINKS = frozenset({"with", "into", "to", "for", "by"})
JOINS = frozenset({"and", "or", "nor"})
CLAUSE_JOINS = frozenset({"but", "while", "then", "as", "when"})
COPULAS = frozenset({"is", "are", "was", "were", "be", "becomes", "become", "seems"})
HAVING = frozenset({"has", "have", "wearing", "wears"})
MAKES = frozenset({"make", "makes", "making", "made"})
ADDS = frozenset({"add", "adds", "adding", "more", "extra"})
EVERYBODY = frozenset({"they", "them", "both", "everyone", "everybody", "everything", "all"})
PRONOUNS = frozenset({"he", "she", "it", "him", "they", "them"})
NUMBERS: dict[str, int] = {
    "one": 1, "single": 1, "two": 2, "pair": 2, "both": 2, "three": 3, "trio": 3, "few": 3, "four": 4, "several": 4,
    "five": 5, "group": 5, "six": 6, "many": 6, "flock": 6, "herd": 6, "school": 6, "swarm": 8, "crowd": 8, "pack": 5,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "dozen": 12, "dozens": 24, "twenty": 20,
    "hundred": 100, "hundreds": 100, "thousand": 1000, "thousands": 1000,
}  # fmt: skip
# These are numbers only before "of" or a noun; alone they mean something else.
COLLECTIVES = frozenset(
    {"pair", "group", "flock", "herd", "school", "swarm", "crowd", "pack", "trio", "dozen", "dozens"}
)
# Preposition -> relation to the noun that follows ("" = a place or plain object, no relation).
PREPOSITIONS: dict[str, str] = {
    "with": "with", "on": "on", "onto": "on", "upon": "on", "atop": "on", "behind": "behind", "beside": "beside",
    "near": "beside", "by": "beside", "alongside": "beside", "next": "beside", "in": "", "into": "", "at": "",
    "to": "",
    "from": "", "over": "", "under": "", "above": "", "below": "", "through": "", "across": "", "along": "",
    "around": "", "between": "beside", "among": "beside", "toward": "", "towards": "", "against": "beside",
    "inside": "",
    "past": "",
    "for": "", "about": "",
}  # fmt: skip
# A noun right after these verbs is their object, in this relation.
OBJECTS: dict[str, str] = {
    "eat": "holds",
    "play": "holds",
    "drive": "on",
    "walk": "with",
    "talk": "with",
    "look": "with",
    "push": "holds",
    "kick": "holds",
    "throw": "holds",
    "juggle": "holds",
    "read": "holds",
    "drink": "holds",
    "climb": "on",
    "hug": "with",
    "fight": "with",
    "paint": "beside",
    "cook": "beside",
    "point": "with",
}
