"""Clean texts: what entries of the registry say, in the six languages of the United Nations. Invented, and naming nobody.

The traps are texts in which a careless gate cries wolf; with each the particulars that it would fall for.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from functools import cache

from app.leakgate import Kind, Particular
from benchmarks.leakgate.people import DATA, sections

# Where a written name is put: {X} stands for it.
FRAMES: dict[str, tuple[str, ...]] = {
    "en": (
        "In March, {X} was summoned by the police.",
        "The authorities questioned {X} about the report.",
        "The meeting was attended by {X}, among others.",
        "Threats against {X} continued.",
        "{X} told the Council what had happened.",
    ),
    "fr": (
        "En mars, {X} a été convoqué par la police.",
        "Les autorités ont interrogé {X} au sujet du rapport.",
        "Les menaces contre {X} ont continué.",
        "{X} a raconté les faits au Conseil.",
    ),
    "es": (
        "En marzo, {X} fue citado por la policía.",
        "Las autoridades interrogaron a {X} sobre el informe.",
        "Continuaron las amenazas contra {X}.",
        "{X} relató los hechos al Consejo.",
    ),
    "ru": (
        "В марте полиция вызвала на допрос {X}.",
        "Власти допросили {X} о докладе.",
        "Угрозы в адрес {X} продолжались.",
        "{X} рассказывает Совету о случившемся.",
    ),
    "ar": (
        "وفي مارس استدعت الشرطة {X} للتحقيق.",
        "واستجوبت السلطات {X} بشأن التقرير.",
        "واستمرت التهديدات ضد {X} بعد ذلك.",
        "تحدث {X} أمام المجلس عما حدث.",
    ),
    "zh": (
        "3月,警方传唤了 {X} 。",
        "当局就报告询问了 {X} 。",
        "对 {X} 的威胁仍在继续。",
        "{X} 向理事会讲述了事情经过。",
    ),
}


@cache
def sentences(language: str, split: str) -> tuple[str, ...]:
    """Sentences of an entry. No names, no dates finer than a month but of public acts, nothing that identifies."""
    return tuple(sections(DATA / "clean" / f"{language}.txt")[split])


def traps(split: str) -> Iterator[tuple[str, str, list[Particular], list[str]]]:
    """(language, text, particulars, allowed): texts in which nothing must be found."""
    for line in sections(DATA / "traps.txt")[split]:
        one = json.loads(line)
        particulars = [
            Particular(Kind(kind), tuple(values), allowed_form=values[0][:7] if kind == "date" else "")
            for kind, values in one["particulars"]
        ]
        yield one["language"], one["text"], particulars, one["allowed"]


def clean_text(language: str, split: str, rng: random.Random, words: int) -> str:
    """A text of about so many words (of Chinese, twice as many signs), in paragraphs; sentences may come again in long ones."""
    wanted = words * 2 if language == "zh" else words
    known = sentences(language, split)
    chosen: list[str] = []
    size = 0
    while size < wanted:
        for sentence in rng.sample(known, len(known)):
            chosen.append(sentence)
            size += len(sentence) if language == "zh" else len(sentence.split())
            if size >= wanted:
                break
    space = "" if language == "zh" else " "
    return "\n".join(space.join(chosen[i : i + 5]) for i in range(0, len(chosen), 5))
