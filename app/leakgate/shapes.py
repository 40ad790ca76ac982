"""What identifies by its shape alone: addresses, accounts, coordinates and numbers. All of it blocks.

Data: a rule and an expression over the plain text, in any letter case or as written. Every repetition is bounded, so
no text makes an expression slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Pattern = tuple[str, re.Pattern[str]]


def any_case(rule: str, *expressions: str) -> Iterator[Pattern]:
    """Expressions of a rule that read capitals and small letters alike."""
    yield from ((rule, re.compile(one, re.IGNORECASE)) for one in expressions)


def as_written(rule: str, *expressions: str) -> Iterator[Pattern]:
    """Expressions of a rule for which a capital is a capital."""
    yield from ((rule, re.compile(one)) for one in expressions)


# Public addresses of the United Nations lead to nobody.
_UN_HOSTS = (
    r"(?:[\w-]{1,30}\.){0,3}(?:un|ohchr|ungeneva|undocs|uhri|unhcr|unog|unov|unesco|unicef|ilo|who)\.(?:org|int|ch)"
)
_DOMAINS = r"(?:org|com|net|info|edu|gov|int|io|me|tv|app|dev|xyz|site|online|blog|media|news|page|live|cc|co|example)"
_MESSENGERS = r"(?:telegram|signal|whatsapp|skype|twitter|instagram|facebook|wechat|threema|viber|tiktok|linkedin|line|wire|session)"
_PHONE_WORDS = (
    r"(?:tel|phone|mobile|cell|call|fax|tél|téléphone|portable|teléfono|móvil|celular|тел|телефон\w{0,3}|моб|whatsapp|viber|signal"
    r"|هاتف|جوال|الهاتف|تلفون|电话|手机|微信)"
)
_ID_WORDS = (
    r"(?:passport|identity|ID|card|licen[cs]e|social\ssecurity|passeport|carte\sd['’]identité|pasaporte|cédula|DNI|CURP|CPF|RUT|NIN|BVN|CNIC|Aadhaar"
    r"|паспорт\w{0,2}|удостоверени\w|ИНН|СНИЛС|جواز\sالسفر|جواز\sسفر(?:ه|ها|هم)?|جوازه|جوازها|جواز|هوية|الهوية|بطاقة|护照|身份证)"
)
_NUMBER_WORDS = r"(?:no\.?|number|n[°º]|№|número|numéro|серии|серия|номер|رقم|رقمه|رقمها|号码|号)"

SHAPES: tuple[Pattern, ...] = (
    *any_case(
        "email",
        r"(?<![A-Za-z0-9])[A-Za-z0-9._+%-]{1,64} {0,2}(?:@|\[at\]|\(at\)|\{at\}| at (?=\w{2,40} ?(?:\(dot\)|\[dot\]| dot )))\s{0,2}[A-Za-z0-9-]{1,63}(?:(?:\.| \. | ?(?:\[dot\]|\(dot\)| dot ) ?)[A-Za-z0-9-]{2,63}){1,4}",
    ),
    *any_case(
        "url",
        rf"(?:https?://|www\.)(?!{_UN_HOSTS})[^\s<>\"]{{3,200}}",
        r"(?<![\w@.-])(?:t\.me|wa\.me|fb\.com|facebook\.com|twitter\.com|x\.com|instagram\.com|youtu\.be|vk\.com|ok\.ru|tiktok\.com|linkedin\.com)/[\w.@/-]{2,80}",
        r"(?<![\w@./-])[a-z0-9-]{2,40}(?:\.[a-z0-9-]{2,40}){0,2}\.onion\b",
        rf"(?<![\w@./-])(?!{_UN_HOSTS})[a-z0-9-]{{3,40}}(?:\.[a-z0-9-]{{2,40}}){{0,2}}\.{_DOMAINS}(?:/[\w.@/%-]{{0,80}})?(?![\w.@-]\w)",
    ),
    *as_written(
        "handle",
        r"(?<![\w@./])@[A-Za-z_][\w.]{2,30}",
        rf"(?i:\b{_MESSENGERS}\s?(?:id|handle|account|name|user)?\s?[:=]\s?)[\w.+-]{{3,40}}",
        rf"(?i:\b{_MESSENGERS}\s)@?[a-z][a-z0-9]{{1,20}}[._][a-z0-9_.]{{1,20}}\b",
        r"(?:微信号?|QQ号?|账号|用户名)[:：\s]?[A-Za-z0-9_.-]{3,30}",
    ),
    *any_case(
        "coordinates",
        r"(?<![\d.])[-+]?\d{1,2}\.\d{2,8} ?°? ?[ns]?[,; /]{1,2} ?[-+]?\d{1,3}\.\d{2,8}(?!\d|\.\d) ?°? ?[eow]?",
        r"(?<![\d,])[-+]?\d{1,2},\d{3,8} ?°? ?[ns]?[; /]{1,2} ?[-+]?\d{1,3},\d{3,8}(?!\d|,\d) ?°? ?[eow]?",
        r"\d{1,3} ?° ?\d{1,2}(?:\.\d{1,4})? ?['′](?: ?\d{1,2}(?:\.\d{1,4})? ?(?:[\"″]|''))?",
        r"(?<![\d.])\d{1,2}[.,]\d{1,8} ?° ?(?:[nsсю]\b|с\.|ю\.)",
        r"(?<!\w)[ns] ?\d{1,2}\.\d{2,8}[,; ]{1,2}[eow] ?\d{1,3}\.\d{2,8}",
        r"\bgeo:-?\d{1,2}\.\d{1,8}",
        r"\b(?:lat|latitude|latitud|широта)\W{0,3}-?\d{1,2}[.,]\d{1,8}(?:\W{1,3}(?:lon|lng|long|longitude|longitud|долгота)\W{0,3}-?\d{1,3}[.,]\d{1,8})?",
        r"[北南]纬\s?\d{1,2}(?:[.度°]\d{0,8})?[分′]?\d{0,2}[秒″]?(?:[，,、\s]{0,2}[东西]经\s?\d{1,3}(?:[.度°]\d{0,8})?[分′]?\d{0,2}[秒″]?)?",
        r"(?<!\w)///\w{2,20}\.\w{2,20}\.\w{2,20}",
    ),
    *as_written(
        "coordinates",
        r"(?<![\w+])[2-9CFGHJMPQRVWX]{4,8}\+[2-9CFGHJMPQRVWX]{2,3}(?!\w)",
        r"(?<!\w)\d{1,2}[C-X][A-Z]{2} ?\d{4,5} ?\d{4,5}(?!\w)",
    ),
    *as_written("iban", r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"),
    *as_written(
        "ip-address",
        r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\d|\.\d)",
        r"(?<![\w:])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![\w:])",
    ),
    *as_written(
        "phone",
        r"(?<![\w/.-])(?:\+|00)\d[\d ().-]{6,18}\d(?!\w)",
        r"(?<![\w/.-])\(?0\d{1,4}\)?[ ./-]{1,2}\d{2,4}[ ./-]\d{2,4}(?:[ ./-]\d{2,4}){0,2}(?![\w/-])",
        rf"(?i:(?<![^\W_]){_PHONE_WORDS}[.:]{{0,2}}\s{{0,2}})(?:\w{{1,6}}\s)?\(?\d[\d ().-]{{5,18}}\d(?!\w)",
    ),
    *as_written(
        "identity-number",
        r"(?<![\w/-])(?!HRC|RES)[A-Z]{1,3}[ -]?\d{6,9}(?![\w/-])",
        r"(?<![\w/.,+-])\d{9,14}(?![\w/-]|[.,]\d)",
        r"(?<![\w/-])\d{3}-\d{2}-\d{4}(?![\w/-])",
        r"(?<!\w)[A-Z]{4}\d{6}[A-Z0-9]{7,8}(?!\w)",
        r"(?<![\w./-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w/-])",
        r"(?<![\w/-])\d{3}-\d{3}-\d{3} \d{2}(?![\w/-])",
        r"(?<![\w/-])\d{8}-?[A-Z](?![\w/-])",
        r"(?<![\w/-])\d{5}-\d{7}-\d(?![\w/-])",
        r"(?<![\w/-])\d{17}[\dXx](?![\w/-])",
    ),
    *any_case(
        "identity-number",
        rf"(?<![^\W_]){_ID_WORDS}\s?(?:card\s|document\s|book\s)?(?:with\s(?:the\s)?)?{_NUMBER_WORDS}?[ :#：]{{0,2}}(?=[\w -]{{0,9}}\d)[A-Z\u0621-\u064a]{{0,3}}[ -]?\d(?:[\d -]|No ?){{2,14}}\d",
        rf"(?<![^\W_]){_ID_WORDS}\s?{_NUMBER_WORDS}[ :#]{{0,2}}(?=[A-Z]{{0,8}}\d)[A-Z0-9]{{6,12}}(?!\w)",
    ),
    *any_case(
        "plate",
        r"\b(?:plates?|registration|licen[cs]e|immatricul\w{1,6}|matrícula|placa|patente|госномер\w{0,2}|номер\w{0,2}\sавтомобил\w)\W{0,3}(?:\w{1,9}\W{1,2}){0,2}(?=[A-Z\u0400-\u04ff\d]{0,9}\d)[A-Z\u0400-\u04ff\d]{1,4}[ -]?[A-Z\u0400-\u04ff\d]{2,4}(?:[ -]?[A-Z\u0400-\u04ff\d]{1,4})?\b",
        r"(?:لوحة|اللوحة|لوحتها|车牌)\W{0,3}(?:\w{1,9}\W{1,2}){0,2}(?:[\u0621-\u064a]\s?){0,3}(?=[\u0621-\u064aA-Z\s]{0,6}\d)[A-Z0-9\s]{2,8}",
    ),
    *as_written(
        "plate",
        r"(?<![\w/-])[A-Z]{2}-\d{3}-[A-Z]{2}(?![\w/-])",
        r"(?<!\w)[АВЕКМНОРСТУХ]\d{3}[АВЕКМНОРСТУХ]{2} ?\d{2,3}(?!\w)",
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·• -]?[A-Z0-9]{5,6}(?![A-Za-z0-9])",
    ),
)
