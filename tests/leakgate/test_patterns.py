"""What identifies without being a particular: shapes block, phrases warn, and what entries say anyway does neither."""

from __future__ import annotations

import pytest

from app.leakgate import blocked, phrases
from app.leakgate.rules import RULES
from benchmarks.leakgate.kinds import NOT_ON_FILE, leaks, near_misses, traps
from tests.leakgate.cases import found, severities


@pytest.mark.parametrize(
    "written",
    [
        "a@b.example",
        "a [at] b.example",
        "@some_account",
        "Signal oduya.42",
        "微信号oduya_88",
        "https://x.example/y",
        "sunflower.org/team",
        "12.34567, 45.67890",
        "14,6137; -90,5353",
        "北纬14度36分49秒，西经90度32分",
        "192.0.2.7",
        "2001:db8::7",
        "+990 21 555 0199",
        "AB1234567",
        "passport number X4RTBPFW4",
        "123.456.789-09",
        "DNI 12345678Z",
        "Паспорт серии 45 08 № 123456",
        "ИНН 500100732259,",
        "رقم جواز السفر أ ١٢٣٤٥٦٧",
        "京A·12345",
        "GB82 WEST 1234 5698 7654 32",
        "plate AB 123 CD",
        "\u202eyblerrO\u202c",
    ],
)
def test_shapes_block_without_any_particular(written: str) -> None:
    assert blocked(found(f"It was {written} there"))


@pytest.mark.parametrize(
    "text",
    [
        "His wife was dismissed.",
        "The brother of a defender was beaten.",
        "L'épouse du défenseur a été licenciée.",
        "El hermano de la abogada fue citado.",
        "Его жену уволили.",
        "فُصلت زوجة المدافع من عملها",
        "该维权人士的妻子被解雇。",
        "He was sentenced to four years in prison.",
        "Elle a été condamnée à deux ans de prison.",
        "Fue condenada a seis años.",
        "Он приговорён к трём годам.",
        "被判有期徒刑三年",
        "She was fined 12,500 rials.",
        "une amende de 12 500 dinars",
        "una multa de 12.500 lempiras",
        "оштрафован на 5000 сомов",
        "at Carrow Hill Prison",
        "à l'hôpital Sainte-Brigide",
        "в больницу № 17",
        "نُقل إلى سجن الحجارة",
        "被送往青山医院",
        "Flight XA 417 to Geneva",
        "рейс XA-417",
        "at 5.40 a.m.",
        "at dawn",
        "vers 5 h 40",
        "около 5 ч. 40 м. утра",
        "الساعة الخامسة",
        "凌晨5点",
        "four masked men came",
        "two women in plain clothes",
        "cinq policiers",
        "三名便衣",
        "She is five months pregnant.",
        "Il souffre de diabète.",
        "Padece diabetes.",
        "страдает сахарным диабетом",
        "يعاني من داء السكري",
        "患有糖尿病",
        "the president of an association",
        "Le bâtonnier a été convoqué.",
        "председатель коллегии адвокатов",
        "نقيب المحامين",
        "协会会长",
        "the only female ophthalmologist of the province",
        "an Ostranian member of the Committee",
        "case no. 1234/2025",
    ],
)
def test_phrases_warn_and_say_what_to_write_instead(text: str) -> None:
    findings = found(text)
    assert {one.severity for one in findings} == {"warn"}, findings
    assert all("." in one.why() for one in findings)


@pytest.mark.parametrize(
    "text",
    [
        "The President of the Council met the Chair of the Committee and the Special Rapporteur.",
        "The law provides for prison terms of up to 10 years.",
        "法律规定最高可判处十年徒刑。",
        "Sister organisations in brother countries spoke their mother tongue.",
        "The wife of the President of the Republic opened the session.",
        "Hospitals and prisons in general were described.",
        "See A/HRC/48/28, para. 12, and CAT/C/SR.1905; write to https://www.ohchr.org/en/reprisals.",
        "The communication AL XAA 3/2026 was sent within 60 days.",
        "The youngest member State joined.",
        "Le Président du Conseil et la Présidente du Comité ont répondu.",
        "El Presidente del Consejo y la Relatora Especial respondieron.",
        "Председатель Совета и член Комитета ответили.",
        "في 48 في المائة من الحالات",
        "The ratio was 3:2 and 112 of 480 replied (23.3 per cent).",
    ],
)
def test_what_entries_say_anyway_raises_nothing(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("language", ["en", "fr", "es", "ru", "ar", "zh"])
def test_no_language_lacks_a_class_of_phrases(language: str) -> None:
    known = phrases.read(language)
    assert set(known) == {*phrases.CLASSES, "law"}
    assert all(RULES[name].severity == "warn" for name in phrases.CLASSES)
    assert {one for languages in phrases.LETTERS.values() for one in languages} >= {language}


@pytest.mark.parametrize("half", ["tune", "report", "second"])
@pytest.mark.parametrize("name", NOT_ON_FILE)
def test_of_what_identifies_with_nothing_on_file_four_fifths_are_looked_at(name: str, half: str) -> None:
    cases = list(leaks(name, half))
    met = sum(case.found(case.findings()) for case in cases)
    assert met * 5 >= len(cases) * 4


@pytest.mark.parametrize("half", ["tune", "report", "second", "third"])
def test_what_is_only_nearly_such_a_phrase_raises_nothing(half: str) -> None:
    assert [case.text for case in near_misses(half) if case.findings()] == []


def test_a_long_text_in_one_language_is_read_for_another_s_phrases_too() -> None:
    long = "The Council met and adopted what was before it. " * 20
    assert {one.rule for one in found(f"{long} Elle est née le 4 mai 1979. {long}")} == {"birth"}


def test_what_a_code_threatens_is_nobody_s_sentence() -> None:
    law = [one for half in ("tune", "report") for one in traps(half) if one.kind == "maximum"]
    assert sum(bool(one.findings()) for one in law) <= 1


def test_a_hidden_turn_of_the_text_blocks() -> None:
    assert severities("It says \u202egnihton\u202c here.") == {"block"}
