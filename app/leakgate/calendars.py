"""One day in every calendar in which a text may name it, and the words for months, days and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from babel import Locale
from hijridate import Gregorian

from app.leakgate.reading import fold_words

GREGORIAN, HIJRI, SOLAR_HIJRI, ETHIOPIAN, BUDDHIST = (
    "gregorian",
    "hijri",
    "solar-hijri",
    "ethiopian",
    "buddhist",
)
Face = tuple[str, int, int, int]  # calendar, year, month, day


def faces(day: date) -> Iterator[Face]:
    """The names of a day in five calendars.

    A Hijri month begins when its moon is seen, and States see it on different days: the neighbours of the day that the
    Umm al-Qura calendar gives are named too.
    """
    yield GREGORIAN, day.year, day.month, day.day
    yield BUDDHIST, day.year + 543, day.month, day.day
    if day.year > 1925 and day.year < 2077:
        for shift in (-1, 0, 1):
            there = day + timedelta(shift)
            hijri = Gregorian(there.year, there.month, there.day).to_hijri()
            yield HIJRI, *hijri.datetuple()
    yield SOLAR_HIJRI, *solar_hijri(day)
    yield ETHIOPIAN, *ethiopian(day)


def solar_hijri(day: date) -> tuple[int, int, int]:
    """Year, month, day of the Solar Hijri calendar, with the leap years of its cycle of 33 years (1799–2256)."""
    days = day.toordinal() - date(1799, 3, 21).toordinal()  # 1 Farvardin 1178
    year = 1178
    while days >= (length := 366 if year % 33 in (1, 5, 9, 13, 17, 22, 26, 30) else 365):
        days -= length
        year += 1
    return (
        (year, days // 31 + 1, days % 31 + 1) if days < 186 else (year, (days - 186) // 30 + 7, (days - 186) % 30 + 1)
    )


def ethiopian(day: date) -> tuple[int, int, int]:
    """Year, month, day of the Ethiopian calendar: twelve months of 30 days and Pagume; a leap year every fourth."""
    days = day.toordinal() - 2796  # 1 Meskerem 1 is 27 August 8 of the proleptic Gregorian calendar
    year = (4 * days + 1463) // 1461
    of_year = days - (365 * (year - 1) + year // 4)
    return year, of_year // 30 + 1, of_year % 30 + 1


_NAMES: dict[str, tuple[tuple[str, ...], ...]] = {
    HIJRI: (
        ("محرم", "muharram", "mouharram", "moharram", "мухаррам", "мухаррама"),
        ("صفر", "safar", "сафар", "сафара"),
        ("ربيع الأول", "rabi al-awwal", "rabi i", "rabi al-awal", "rabi ul-awwal"),
        ("ربيع الآخر", "ربيع الثاني", "rabi al-thani", "rabi al-akhir", "rabi ii", "rabi ul-thani"),
        ("جمادى الأولى", "جمادى الأول", "jumada al-ula", "jumada al-awwal", "jumada i", "joumada i"),
        (
            "جمادى الآخرة",
            "جمادى الثانية",
            "jumada al-akhirah",
            "jumada al-akhira",
            "jumada al-thani",
            "jumada ii",
            "joumada ii",
        ),
        ("رجب", "rajab", "radjab", "раджаб", "раджаба"),
        ("شعبان", "shaban", "chaabane", "chaban", "шаабан", "шаабана"),
        ("رمضان", "ramadan", "ramadhan", "ramazan", "ramadán", "рамадан", "рамадана"),
        ("شوال", "shawwal", "chawwal", "shawal", "шавваль", "шавваля"),
        (
            "ذو القعدة",
            "ذي القعدة",
            "dhu al-qadah",
            "dhul qadah",
            "dhu al-qidah",
            "dhul qidah",
            "dhou al-qida",
            "зуль-каада",
        ),
        (
            "ذو الحجة",
            "ذي الحجة",
            "dhu al-hijjah",
            "dhul hijjah",
            "dhu al-hijja",
            "dhul hijja",
            "dhou al-hijja",
            "зуль-хиджа",
        ),
    ),
    SOLAR_HIJRI: (
        ("فروردین", "farvardin", "حمل", "hamal"),
        ("اردیبهشت", "ordibehesht", "ثور", "sawr"),
        ("خرداد", "khordad", "جوزا", "jawza"),
        ("تیر", "tir", "سرطان", "saratan"),
        ("مرداد", "mordad", "amordad", "اسد", "asad"),
        ("شهریور", "shahrivar", "سنبله", "sonbola", "sunbula"),
        ("مهر", "mehr", "میزان", "mizan"),
        ("آبان", "aban", "عقرب", "aqrab"),
        ("آذر", "azar", "قوس", "qaws"),
        ("دی", "dey", "جدی", "jadi"),
        ("بهمن", "bahman", "دلو", "dalw"),
        ("اسفند", "esfand", "حوت", "hut"),
    ),
    ETHIOPIAN: (
        ("መስከረም", "meskerem"),
        ("ጥቅምት", "tikimt", "tekemt"),
        ("ኅዳር", "ህዳር", "hidar", "hedar"),
        ("ታኅሣሥ", "ታህሳስ", "tahsas"),
        ("ጥር", "tir", "ter"),
        ("የካቲት", "yekatit"),
        ("መጋቢት", "megabit"),
        ("ሚያዝያ", "miyazya", "miazia"),
        ("ግንቦት", "ginbot"),
        ("ሰኔ", "sene"),
        ("ሐምሌ", "ሀምሌ", "hamle"),
        ("ነሐሴ", "nehase"),
        ("ጳጉሜን", "ጳጉሜ", "pagume", "pagumen"),
    ),
    GREGORIAN: (
        ("كانون الثاني", "جانفي", "январе"),
        ("شباط", "فيفري", "феврале"),
        ("آذار", "марте"),
        ("نيسان", "أفريل", "апреле"),
        ("أيار", "мае"),
        ("حزيران", "جوان", "июне"),
        ("تموز", "جويلية", "июле"),
        ("آب", "أوت", "августе"),
        ("أيلول", "сентябре"),
        ("تشرين الأول", "октябре"),
        ("تشرين الثاني", "ноябре"),
        ("كانون الأول", "декабре"),
    ),
}
_LOCALES = (
    "en",
    "fr",
    "es",
    "ar",
    "ru",
    "zh",
    "pt",
    "de",
    "it",
    "tr",
    "fa",
    "uk",
    "he",
    "hi",
    "th",
    "ko",
    "am",
    "ka",
    "hy",
    "el",
    "vi",
    "id",
    "ur",
    "sw",
    "az",
    "kk",
    "uz",
)
# … and those of which only the full names are known here.
_MORE_LOCALES = "pl cs sk hu ro nl bg sr hr sl mk sq lt lv et fi sv da nb is ca eu ga mt be mn ky tg tk km my ta te ml kn si ne mr bn gu pa ps ku so ti om sd ug lo ms fil ha yo ig rw bo".split()


@cache
def months() -> dict[tuple[str, ...], frozenset[tuple[str, int]]]:
    """Folded month names, as words, of many languages and all calendars: what they can stand for."""
    names: dict[tuple[str, ...], set[tuple[str, int]]] = {}

    def add(name: str, calendar: str, number: int) -> None:
        key = tuple(fold_words(name))
        if key and (len("".join(key)) > 2 or not key[0].isascii()) and not key[0].isdigit():
            names.setdefault(key, set()).add((calendar, number))
            if calendar == GREGORIAN:
                names[key].add((BUDDHIST, number))

    for code in _LOCALES:
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in Locale.parse(code).months[form][width].items():
                    add(name, GREGORIAN, number)
    for code in _MORE_LOCALES:
        for form in ("format", "stand-alone"):
            for number, name in Locale.parse(code).months[form]["wide"].items():
                add(name, GREGORIAN, number)
    for calendar, lists in _NAMES.items():
        for number, ways in enumerate(lists, 1):
            for name in ways:
                add(name, calendar, number)
    add("sept", GREGORIAN, 9)
    return {key: frozenset(value) for key, value in names.items()}


_ONES = {
    "en": "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth"
    " eighteenth nineteenth twentieth",
    "en-cardinal": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty",
    "fr": "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf vingt",
    "es": "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte",
    "ru": "первого второго третьего четвертого пятого шестого седьмого восьмого девятого десятого одиннадцатого двенадцатого тринадцатого четырнадцатого"
    " пятнадцатого шестнадцатого семнадцатого восемнадцатого девятнадцатого двадцатого",
    "ru-cardinal": "один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать"
    " семнадцать восемнадцать девятнадцать двадцать",
    "ru-genitive": "одного двух трех четырех пяти шести семи восьми девяти десяти",
    "ar-cardinal": "واحد اثنين ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة",
}
_AR_ORDINALS = "الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر".split()
_AR_UNITS = "الحادي الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع".split()


@cache
def numbers() -> dict[tuple[str, ...], int]:
    """Folded number words for 1 to 31, as words, in English, French, Spanish, Russian and Arabic."""
    known: dict[tuple[str, ...], int] = {}

    def add(text: str, number: int) -> None:
        known.setdefault(tuple(fold_words(text)), number)

    for spelt in _ONES.values():
        for number, name in enumerate(spelt.split(), 1):
            add(name, number)
    add("premier", 1)
    add("primero", 1)
    add("thirtieth", 30)
    add("thirty", 30)
    add("trente", 30)
    add("treinta", 30)
    add("тридцатого", 30)
    ordinal, french, russian = _ONES["en"].split(), _ONES["fr"].split(), _ONES["ru"].split()
    cardinal, spanish = _ONES["en-cardinal"].split(), _ONES["es"].split()
    accented = (
        "veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve".split()
    )
    for unit in range(1, 10):
        for tens, base in (("twenty", 20), ("thirty", 30)):
            add(f"{tens} {ordinal[unit - 1]}", base + unit)
            add(f"{tens} {cardinal[unit - 1]}", base + unit)
        for tens, base in (("vingt", 20), ("trente", 30)):
            add(f"{tens} {'et ' if unit == 1 else ''}{french[unit - 1]}", base + unit)
        for tens, base in (("двадцать", 20), ("тридцать", 30)):
            add(f"{tens} {russian[unit - 1]}", base + unit)
        add(accented[unit - 1], 20 + unit)
        add(f"treinta y {spanish[unit - 1]}", 30 + unit)
        add(f"{_AR_UNITS[unit - 1]} والعشرين", 20 + unit)
        add(f"{_AR_UNITS[unit - 1]} والعشرون", 20 + unit)
        add(f"{_AR_UNITS[unit - 1]} عشر", 10 + unit)
    for number, name in enumerate(_AR_ORDINALS, 1):
        add(name, number)
    for name in ("العشرين", "العشرون"):
        add(name, 20)
    for name in ("الثلاثين", "الثلاثون"):
        add(name, 30)
    add("الحادي والثلاثين", 31)
    return {key: number for key, number in known.items() if number <= 31}


# Days with a name of their own, in the six languages: month, day, expressions over the folded text.
_NAMED_DAYS = (
    (1, 1, r"new year'?s day|jour de l'an|dia de ano nuevo|новыи год|راس السنه|元旦"),
    (
        3,
        8,
        r"international women'?s day|journee internationale des (?:droits des )?femmes|dia internacional de la mujer|международн\w{2,3} женск\w{2,3} д(?:ень|ня)|اليوم (?:الدولي|العالمي) للمراه|国际妇女节|三八妇女节",
    ),
    (
        3,
        21,
        r"day for the elimination of racial discrimination|nowruz|novruz|newroz|navruz|nauryz|наврӯз|навруз|наурыз|نوروز",
    ),
    (
        5,
        1,
        r"(?:international )?labou?r day|may day|fete du travail|dia (?:internacional )?del trabajo|день труда|عيد العمال|劳动节",
    ),
    (
        5,
        3,
        r"world press freedom day|journee mondiale de la liberte de la presse|dia mundial de la libertad de prensa|всемирн\w{2,3} д(?:ень|ня) свободы печати|اليوم العالمي لحريه الصحافه|世界新闻自由日",
    ),
    (
        6,
        20,
        r"world refugee day|journee mondiale des refugies|dia mundial de los refugiados|всемирн\w{2,3} д(?:ень|ня) беженцев|اليوم العالمي للاجئين|世界难民日",
    ),
    (
        6,
        26,
        r"day in support of victims of torture|journee .{0,30}victimes de la torture|dia .{0,30}victimas de la tortura|اليوم .{0,20}لضحايا التعذيب|支持酷刑受害者国际日",
    ),
    (
        8,
        9,
        r"day of (?:the world's )?indigenous peoples|journee .{0,20}peuples autochtones|dia .{0,30}pueblos indigenas|день коренных народов",
    ),
    (
        8,
        30,
        r"day of the victims of enforced disappearances|journee .{0,30}disparitions forcees|dia .{0,30}desapariciones forzadas|اليوم .{0,20}الاختفاء القسري|强迫失踪受害者国际日",
    ),
    (
        10,
        24,
        r"united nations day|journee des nations unies|dia de las naciones unidas|день организации объединенных нации|يوم الامم المتحده|联合国日",
    ),
    (
        11,
        25,
        r"day for the elimination of violence against women|journee .{0,40}violence a l'egard des femmes|dia .{0,40}violencia contra la mujer|消除对妇女暴力国际日",
    ),
    (
        12,
        9,
        r"human rights defenders day|journee .{0,20}defenseurs des droits|dia .{0,30}defensor\w{2} de (?:los )?derechos",
    ),
    (
        12,
        10,
        r"human rights day|journee (?:internationale )?des droits (?:de l'homme|humains)|dia (?:internacional )?de los derechos humanos|д(?:ень|ня) прав человека|يوم حقوق الانسان|人权日",
    ),
    (12, 24, r"christmas eve|veille de noel|nochebuena|圣诞夜"),
    (12, 25, r"christmas day|jour de noel|dia de navidad|عيد الميلاد|圣诞节"),
)


@cache
def named_days() -> tuple[tuple[re.Pattern[str], int, int], ...]:
    """(expression, month, day) of days with a name of their own; `year` is the year behind it, if one is told."""
    year = r"(?:[ ,]{1,2}(?:of |de |del |в |года |عام |في )?(?P<year>\d{4})(?!\d))?"
    return tuple((re.compile(rf"(?<![^\W_])(?:{one}){year}"), month, day) for month, day, one in _NAMED_DAYS)


_HAN_DIGITS = {one: i for i, one in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2}


def han_number(text: str) -> int | None:
    """A number below 100 or a year, written with digits or with Han numerals; None when it is neither."""
    if text.isdigit():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        if all(one in _HAN_DIGITS for one in tens + ones):
            return _HAN_DIGITS.get(tens, 1) * 10 + _HAN_DIGITS.get(ones, 0)
        return None
    digits = [_HAN_DIGITS.get(one) for one in text]
    return None if None in digits or not digits else int("".join(map(str, digits)))
