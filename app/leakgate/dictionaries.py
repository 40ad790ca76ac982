"""Whether a word is one that everybody uses.

The dictionaries of five languages tell an ordinary use of a word from a name that is only like it: “holders” is no
misspelt Holder, “la libertad” nobody called Libertad. They never silence a whole name, nor a capitalised word in the
middle of a sentence that is exactly a sealed name.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from importlib.resources import files

_LANGUAGES = {"latin": ("en", "fr", "es"), "cyrillic": ("ru",), "arabic": ("ar",)}
# How often a word stands in the films' subtitles that the dictionaries were counted in.
OFTEN, VERY_OFTEN = 100, 1_500
FEWEST = {"ru": 0}  # a small dictionary, of which nothing is left out

# Given names that the dictionaries count as words, since everybody has them.
_NAMES = frozenset(
    (
        "hélène françois françoise rené renée andré andrée cécile jérôme sébastien frédéric valérie éric zoé chloé josé maría jesús andrés mónica"
        " sofía lucía raúl ramón tomás martín joaquín agustín inés benoît céline gérard stéphane thérèse geneviève hélene aurélie amélie émilie"
        " mélanie noémie adam alan alba alex alice allan amy ana andrea andrew angela ann anna anne anthony antonio arthur barbara ben benjamin"
        " bernard betty bob brian bruno camille carl carla carlos carmen caroline catherine cecilia charles charlie charlotte chris christian"
        " christine claude claudia daniel danny david dennis diana diego dominique donald donna dorothy edward elena elisabeth elizabeth ellen emily"
        " emma eric erica eva eve fatima felix fernando francisco frank gabriel gary george gerard hans harry helen helena henri henry hugo ibrahim"
        " ines irene isabel ivan jack jacob jacques james jan jane jean jennifer jenny jessica jim jimmy joan joe joel john johnny jose joseph juan"
        " judith judy julia julian julie julio karen karl kate kathleen katie kevin kim larry laura lea leo leon leonardo lewis linda lisa louis"
        " louise lucas lucia lucy luis luke manuel marc marcel marco marcos margaret margarita maria marie marina mario marta martha martin mary"
        " matthew max michael michel miguel mike mohamed mohammed monica nancy natalia nathalie nicolas nicole nina oliver olivia omar oscar pablo"
        " patricia patrick paul paula pedro peter philip philippe rachel rafael ralph raymond rebecca ricardo richard rita robert roberto roger roland"
        " ronald ruth sam samuel sandra sandy sara sarah sergio simon sofia sonia sophie stefan stella stephanie stephen steve susan teresa theresa"
        " thomas tim tom tony valentina valerie vanessa veronica victor vincent virginia walter wendy william yves александр алексей анна антон борис"
        " виктор владимир дмитрий евгений екатерина елена иван игорь ирина константин мария михаил наталья николай ольга павел петр сергей татьяна"
        " юрий محمد أحمد علي فاطمة عائشة خديجة مريم إبراهيم يوسف عمر عثمان حسين خالد عبدالله مصطفى محمود زينب ليلى سامي باسم ماهر موسى عيسى"
    ).split()
)


@cache
def _words(script: str, often: int) -> frozenset[str]:
    found: set[str] = set()
    for language in _LANGUAGES[script]:
        packed = files("spellchecker").joinpath("resources", f"{language}.json.gz").read_bytes()
        known = json.loads(gzip.decompress(packed))
        least = FEWEST.get(language, often) if often == OFTEN else often
        found.update(word for word, count in known.items() if count >= least)
    return frozenset(found)


def everyday(word: str, often: int = OFTEN, *, names: bool = False) -> bool:
    """Whether a word, with its accents and in lower case, is in everybody's vocabulary.

    Common given names are not, unless they are asked for too (`names`): in small letters hardly anybody means one.
    """
    if word in _NAMES and not names:
        return False
    first = word[:1]
    if "\u0400" <= first <= "\u052f":
        return word in _words("cyrillic", often)
    if "\u0600" <= first <= "\u06ff":
        return word in _words("arabic", often)
    return word in _words("latin", often)
