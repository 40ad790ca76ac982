"""What identifies without being a particular: shapes of addresses and numbers, and turns of phrase in six languages.

Data: a rule and an expression over the plain text. Every repetition in an expression is bounded, so no text makes one
slow. UN symbols, resolutions, paragraphs and UN offices are written as such entries write them, and raise nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address

from app.leakgate.reading import Reading


def _any_case(rule: str, *expressions: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    yield from ((rule, re.compile(one, re.IGNORECASE)) for one in expressions)


def _as_written(rule: str, *expressions: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    yield from ((rule, re.compile(one)) for one in expressions)


_UN_HOSTS = r"(?:[\w-]{1,30}\.){0,3}(?:un|ohchr|ungeneva|undocs|uhri|unhcr|unog|unov|unesco|unicef|ilo|who)\.(?:org|int|ch)"
_UN_BODIES = (
    r"(?:UN\b|United\sNations|Human\sRights\s(?:Council|Committee)|General\sAssembly|Security\sCouncil|Economic\sand\sSocial|Council\b|Committee\s(?:on|against)"
    r"|Sub-?[Cc]ommittee|Working\sGroup|Coordination\sCommittee|Treaty|State\b|Republic|Government|Parliament|National\sAssembly|Senate|Supreme|Constitutional"
    r"|Court|Ministry|Commission\sof\sInquiry|Fact-Finding|Office\sof\sthe|OHCHR|Delegation|Division|Secretariat|Mission|Branch)"
)
_UN_CORPS_FR = r"(?:Conseil|Comité|Assemblée|Commission|Groupe\sde\stravail|République|Gouvernement|Cour|Sénat|ONU|Nations|délégation|État|Parlement|Sous-Comité|tribunal|Ministère|Mission|Bureau)"
_UN_CUERPOS_ES = r"(?:Consejo|Comité|Asamblea|Comisión|Grupo\sde\sTrabajo|República|Gobierno|Corte|Senado|ONU|Naciones|delegación|Estado|Parlamento|Subcomité|Tribunal|Ministerio|Misión|Oficina)"
_MONEY = r"(?:USD|EUR|CHF|GBP|dollars?|euros?|francs?|roubles?|рубл\w{1,3}|долларов|евро|دولار|يورو|ليرة|درهم|دينار|元|美元|欧元|pesos?|dólares|[$€£₽¥])"
_RELATIVES_EN = r"(?:wi(?:fe|dow)|husband|spouse|partner|mother|father|parents|brothers?|sisters?|sons?|daughters?|uncle|aunt|cousins?|nephew|niece|grand(?:mother|father|son|daughter)|fianc[ée]e?|twin|in-laws?)"
_RELATIVES_FR = r"(?:épouse|époux|femme|mari|veuve|mère|père|parents|frères?|sœurs?|soeurs?|fils|filles?|oncle|tante|cousine?s?|neveu|nièce|grand-(?:mère|père)|fiancée?|beau-\w{4,5}|belle-\w{4,5})"
_RELATIVES_ES = r"(?:espos[ao]|marido|mujer|viuda|madre|padres?|herman[ao]s?|hij[ao]s?|t[íi][ao]|prim[ao]s?|sobrin[ao]s?|abuel[ao]|prometid[ao]|cuñad[ao]|pareja)"
_RELATIVES_RU = r"(?:жен(?:а|у|ы|е|ой)|муж(?:а|у|ем)?|супруг\w{0,2}|мат(?:ь|ери|ерью)|от(?:ец|ца|цу|цом)|родител\w{1,3}|брат(?:а|у|ом|ья|ьев)?|сест(?:ра|ру|ры|ре|рой)|сын(?:а|у|ом|овья)?|доч(?:ь|ери|ерью)|дяд\w|тёт\w|тет\w|племянни\w{1,3}|вдов\w)"
_RELATIVES_AR = r"(?:زوج|زوجت|والد|والدت|شقيق|شقيقت|أخ|أخي|أخت|ابن|ابنت|أم|عم|خال|ابن عم|جد|جدت|خطيبت|أرملت)(?:ه|ها|هم|يه|يها)"
_RELATIVES_ZH = r"(?:妻子|丈夫|配偶|母亲|父亲|父母|哥哥|弟弟|姐姐|妹妹|兄弟|姐妹|儿子|女儿|叔叔|姑姑|舅舅|侄子|外甥|未婚妻|未婚夫|岳父|岳母)"
_COUNT_EN = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a\sdozen|\d{1,2})"
_COUNT_FR = r"(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|une\sdizaine\sd[e’']|\d{1,2})"
_COUNT_ES = r"(?:dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|\d{1,2})"
_COUNT_RU = r"(?:дв(?:а|ое|ух)|тр(?:и|ое|ёх|ех)|четверо|четыре|пять|пятеро|шесть|семь|восемь|\d{1,2})"
_COUNT_ZH = r"(?:[两三四五六七八九十]|\d{1,2})"
_ILL_EN = r"(?:HIV|AIDS|cancer|leuk[a]?emia|diabet(?:es|ic)|epilep(?:sy|tic)|pregnan(?:t|cy)|schizophreni[ac]|depression|hepatitis|tuberculosis|asthma|heart\s(?:condition|disease|attack)|kidney\s(?:failure|disease)|PTSD|miscarriage|stroke)"

SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    *_any_case(
        "email", r"[\w.+%-]{1,64} {0,2}(?:@|\[at\]|\(at\)|\{at\}| at (?=\w{2,40} ?(?:\(dot\)|\[dot\]| dot )))\s{0,2}[\w-]{1,63}(?: ?(?:\.|\[dot\]|\(dot\)| dot ) ?[\w-]{2,63}){1,4}",
    ),
    *_any_case("url", rf"(?:https?://|www\.)(?!{_UN_HOSTS})[^\s<>\"]{{3,200}}", r"(?<![\w@.-])(?:t\.me|wa\.me|fb\.com|facebook\.com|twitter\.com|x\.com|instagram\.com|youtu\.be|vk\.com|ok\.ru|tiktok\.com|linkedin\.com)/[\w.@/-]{2,80}", r"(?<![\w@./-])[a-z0-9-]{2,40}(?:\.[a-z0-9-]{2,40}){0,2}\.onion\b"),
    *_as_written("handle", r"(?<![\w@./])@[A-Za-z_][\w.]{2,30}", r"(?i:\b(?:telegram|signal|whatsapp|skype|twitter|instagram|wechat|threema)\s?(?:id|handle|account|name)?\s?[:=]\s?)[\w.+-]{3,40}"),
    *_any_case(
        "coordinates", r"(?<![\d.])[-+]?\d{1,2}\.\d{2,8} ?°? ?[ns]?[,; /]{1,2} ?[-+]?\d{1,3}\.\d{2,8}(?![\d.]) ?°? ?[eow]?", r"\d{1,3} ?° ?\d{1,2}(?:\.\d{1,4})? ?['′](?: ?\d{1,2}(?:\.\d{1,4})? ?(?:[\"″]|''))?",
        r"(?<![\d.])\d{1,2}\.\d{1,8} ?° ?[ns]\b", r"(?<!\w)[ns] ?\d{1,2}\.\d{2,8}[,; ]{1,2}[eow] ?\d{1,3}\.\d{2,8}", r"\bgeo:-?\d{1,2}\.\d{1,8}",
        r"(?<!\w)///\w{2,20}\.\w{2,20}\.\w{2,20}",
    ),
    *_as_written("coordinates", r"(?<![\w+])[2-9CFGHJMPQRVWX]{4,8}\+[2-9CFGHJMPQRVWX]{2,3}(?!\w)", r"(?<!\w)\d{1,2}[C-X][A-Z]{2} ?\d{4,5} ?\d{4,5}(?!\w)"),
    *_as_written("iban", r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"),
    *_as_written("ip-address", r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])", r"(?<![\w:])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![\w:])"),
    *_as_written(
        "phone", r"(?<![\w/.-])(?:\+|00)\d[\d ().-]{6,18}\d(?!\w)", r"(?<![\w/.-])\(?0\d{1,4}\)?[ ./-]{1,2}\d{2,4}[ ./-]\d{2,4}(?:[ ./-]\d{2,4}){0,2}(?![\w/-])",
        r"(?i:\b(?:tel|phone|mobile|call|tél|téléphone|teléfono|móvil|тел|телефон|whatsapp|هاتف|جوال|الهاتف|电话|手机)[.:]{0,2}\s{0,2})(?:\w{1,6}\s)?\(?\d[\d ().-]{5,18}\d(?!\w)",
    ),
    *_as_written("identity-number", r"(?<![\w/-])(?!HRC|RES)[A-Z]{1,3}[ -]?\d{6,9}(?![\w/-])", r"(?<![\w/.,+-])\d{9,14}(?![\w/.,-])", r"(?<![\w/-])\d{3}-\d{2}-\d{4}(?![\w/-])", r"(?<!\w)[A-Z]{4}\d{6}[A-Z0-9]{7,8}(?!\w)"),
    *_any_case(
        "identity-number",
        r"\b(?:passport|identity|ID|card|passeport|carte d['’]identité|pasaporte|cédula|паспорт\w{0,2}|удостоверени\w)\s?(?:card\s|document\s)?(?:no\.?|number|n[°º]|№|número|numéro|серии|номер)?[ :]{0,2}(?:[A-Z]{0,3}[ -]?\d[\d -]{4,14}\d)",
        r"(?:جواز|هوية|护照|身份证)\D{0,8}[A-Za-z]{0,3}\d{5,18}",
    ),
    *_any_case("plate", r"\b(?:plate|registration|licen[cs]e|immatricul\w{1,6}|matrícula|placa|patente|госномер\w{0,2}|номер\w{0,2}\sавтомобил\w|لوحة|车牌)\W{0,3}(?:\w{1,9}\W{1,2}){0,2}(?=[A-Z\u0400-\u04ff\d]{0,9}\d)[A-Z\u0400-\u04ff\d]{1,4}[ -]?[A-Z\u0400-\u04ff\d]{2,4}(?:[ -]?[A-Z\u0400-\u04ff\d]{1,4})?\b"),
    *_as_written("plate", r"(?<![\w/-])[A-Z]{2}-\d{3}-[A-Z]{2}(?![\w/-])", r"(?<!\w)[АВЕКМНОРСТУХ]\d{3}[АВЕКМНОРСТУХ]{2} ?\d{2,3}(?!\w)", r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·• -]?[A-Z0-9]{5,6}(?!\w)"),
)  # fmt: skip

TURNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    *_any_case(
        "case-number", r"\b(?:case|docket|file|criminal\scase|complaint|petition)\s(?:no\.?|number|n[°ºo]|No|#)\s?(?=[\w/.-]{0,12}\d)[\w/.-]{2,24}",
        r"\b(?:affaire|dossier|procédure|plainte)\s(?:pénale?\s)?(?:n[°ºo]|no\.?|numéro)\s?(?=[\w/.-]{0,12}\d)[\w/.-]{2,24}", r"\b(?:expediente|causa|caso|denuncia)\s(?:penal\s)?(?:n[°º.úo]{1,3}m?\.?|número|№)\s?(?=[\w/.-]{0,12}\d)[\w/.-]{2,24}",
        r"\bдел[оауе]\s(?:No|N|номер)\s?(?=[\w/.-]{0,12}\d)[\w/.-]{2,24}", r"(?:قضية|القضية|ملف|الملف|الدعوى)\s(?:رقم|عدد)\s?(?=[\w/.-]{0,12}\d)[\w/.-]{1,24}", r"[(（〔\[]\d{4}[)）〕\]][\w]{1,10}字?第?\d{1,6}号",
    ),
    *_any_case(
        "time-of-day", r"\b(?:at|around|about|by|before|after|approximately)\s\d{1,2}(?:[:.h]\d{2}(?:\s?[ap]\.?m\b)?|\s?[ap]\.?m\b)", r"\b(?:à|vers|avant|après)\s\d{1,2}\s?(?:h(?:eures?)?\b\s?\d{0,2}|:\d{2})", r"\ba\slas?\s\d{1,2}[:.]\d{2}|\ba\slas\s(?:\d{1,2}|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce)\s(?:horas|de\sla\s(?:mañana|tarde|noche|madrugada))",
        r"\b(?:в|около|к)\s\d{1,2}(?:[:.]\d{2}|\s?час(?:ов|а)?\b)", r"(?:الساعة|في الساعة)\s\S{1,12}", r"(?:上午|下午|凌晨|晚上|晚间|中午|清晨)\d{1,2}[时点:]\d{0,2}|\d{1,2}[时点]\d{1,2}分", r"\b\d{1,2}:\d{2}\s?(?:[ap]\.?m\.?|hours|hrs|local\stime)",
    ),
    *_any_case(
        "relative", rf"\b(?:his|her|their|whose|the\sdefender['’]s|the\slawyer['’]s|the\sactivist['’]s|the\sjournalist['’]s)\s(?:\w{{2,12}}\s)?{_RELATIVES_EN}\b", rf"\b(?:the\s)?{_RELATIVES_EN}\sof\s(?:the|a|an|one)\s(?:\w{{3,15}}\s)?(?:defender|lawyer|activist|journalist|witness|victim|expert|leader|complainant)",
        rf"\b(?:son|sa|ses|leurs?)\s(?:\w{{2,12}}\s)?{_RELATIVES_FR}\b(?!\sde\sla\ssociété)", rf"\bl[ea]s?\s?{_RELATIVES_FR}\s(?:de\sla|du|de\sl['’])\s?(?:défenseu\w{{1,3}}|avocate?|militante?|journaliste|victime|témoin)", rf"\bsus?\s(?:\w{{2,12}}\s)?{_RELATIVES_ES}\b", rf"\b{_RELATIVES_ES}\s(?:de\sla|del|de\sun[ao]?)\s(?:defensora?|abogad[ao]|activista|periodista|víctima|testigo)",
        rf"\b(?:его|е[её]|их|своего|свою|своей)\s(?:\w{{3,12}}\s)?{_RELATIVES_RU}\b", rf"\b{_RELATIVES_RU}\s(?:правозащитни\w{{1,3}}|адвокат\w{{0,2}}|активист\w{{0,3}}|журналист\w{{0,3}}|свидетел\w{{1,3}})", rf"(?<!\w)[وفبل]{{0,2}}{_RELATIVES_AR}(?!\w)", rf"(?:他|她|其|他们|她们)(?:的)?{_RELATIVES_ZH}",
    ),
    *_as_written(
        "unique-office",
        rf"(?i:\b(?:(?:vice-?)?president|chair(?:person|man|woman)?|(?:executive\s)?director|secretary[- ]general|head|(?:co-?)?founder|coordinator|leader|spokes(?:person|man|woman)|editor(?:-in-chief)?|treasurer|dean|member)\s(?:of|at|on|in)\s(?:the\s|its\s)?)(?!{_UN_BODIES}|Special|Subcommittee|Permanent|High|Human\sRights|Members?)(?:(?:National|Regional|Local)\s)?[A-Z][\w’'-]{{2,30}}",
        r"(?i:\b(?:president|chair(?:person|man|woman)?|director|head|(?:co-?)?founder|coordinator|leader|secretary|editor)\sof\s(?:an?|the\sonly|the\slocal|the\slargest|one\sof)\s)(?:[\w-]{3,20}\s){0,3}(?i:association|organi[sz]ation|union|network|newspaper|bar|federation|NGO|group|community|village|party|radio)",
        r"(?i:\b(?:the\sonly|the\sfirst|the\slone|the\ssole)\s)(?:[\w-]{3,20}\s){0,3}(?i:expert|lawyer|judge|journalist|woman|member|doctor|representative|delegate|defender)\b",
        rf"(?i:\b(?:président|présidente|directeur|directrice|secrétaire\sgénérale?|(?:co)?fondateur|(?:co)?fondatrice|coordinateur|coordinatrice|coordonnateur|coordonnatrice|porte-parole|rédacteur\sen\schef|rédactrice\sen\schef|membre)\s(?:du|de\sla|de\sl['’]|des|de)\s?)(?!{_UN_CORPS_FR})[A-ZÀ-Ý][\w’'-]{{2,30}}",
        rf"(?i:\b(?:president[ea]|director(?:a)?|secretari[ao]\sgeneral|(?:co)?fundador(?:a)?|coordinador(?:a)?|portavoz|vocer[ao]|jef[ea]|editor(?:a)?|miembro)\s(?:del?|de\sla|de\slos|de\slas)\s)(?!{_UN_CUERPOS_ES})[A-ZÁ-Ú][\w’'-]{{2,30}}",
        r"(?i:\b(?:председател\w{1,3}|директор\w{0,2}|руководител\w{1,3}|глав(?:а|ы|у|е|ой)|основател\w{1,3}|координатор\w{0,2}|президент\w{0,2}|лидер\w{0,2}|член\w{0,2})\s)(?!Совет|Комитет|Комисси|Генеральн|Республик|Правительств|Парламент|Рабоч|Суд|Верховн|ООН|Организаци\w{1,2}\sОбъедин|Делегаци|Подкомитет)(?:[а-яё]{3,20}\s){0,2}[«\"А-ЯЁ][\w«»\"-]{3,30}",
        r"(?:رئيس|رئيسة|مدير|مديرة|مؤسس|مؤسسة|منسق|منسقة|أمين عام|أمينة عامة|الناطق باسم|الناطقة باسم)\s(?:جمعية|منظمة|شبكة|مركز|نقابة|رابطة|اتحاد|صحيفة|مجلة|لجنة أهالي|حركة|مؤسسة)",
        r"(?:协会|组织|网络|中心|基金会|联盟|工会|报社|律所|律师事务所)(?:的)?(?:主席|会长|主任|负责人|创始人|秘书长|发言人|总编辑|理事长)",
    ),
    *_as_written(
        "nationality-office", r"\b(?!UN\b|Member|Human|European|African|American|Asian)[A-Z][a-z]{2,20}(?:an|ese|ish|i|ic|ch)\s(?:expert|member|judge|rapporteur|delegate|representative|commissioner|candidate|nominee)\s(?:of|on|to|in)\s(?:the\s)?(?:UN\b|United|Committee|Sub-?[Cc]ommittee|Council|Working|Mechanism|Human|Commission|Court|Permanent)",
        r"(?i:\bexperte?s?\s)(?!indépendant)[a-zà-ÿ]{3,20}(?:ien|ienne|ais|aise|ois|oise|ain|aine)\s(?i:du|de\sla|au|auprès\sdu)\s(?:Comité|Sous-Comité|Conseil|Groupe|Mécanisme|Commission)", r"(?i:\b(?:expert[oa]|miembro|juez[a]?)\s)[a-záéíóúñ]{3,20}(?:an[oa]|[eé]s|esa|eñ[oa]|í)\s(?i:del|de\sla|ante\sel)\s(?:Comité|Subcomité|Consejo|Grupo|Mecanismo|Comisión)",
        r"\b[а-яё]{3,20}(?:ск|цк)(?:ий|ая|ого|ой)\s(?:эксперт\w{0,2}|член\w{0,2}|судь\w)\s(?:в\s)?(?:Комитет|Подкомитет|Совет|Рабоч|Механизм|Комисси)",
    ),
    *_any_case(
        "sentence", r"\b(?:sentenc\w{1,4}|condemned|jailed|imprisoned)\s(?:\w{2,12}\s){0,4}?(?:to|for)\s(?:\w{2,10}\s){0,2}?[\w-]{1,12}(?:\sand\sa\shalf)?\s(?:years?|months?|days?)\b", r"\b(?:a|an)\s[\w-]{1,12}[- ](?:year|month|day)(?:[- ]long)?\s(?:prison\s|jail\s|suspended\s)?(?:sentence|term)\b", r"\bcondamnée?s?\sà\s(?:\w{1,10}\s){0,2}[\w-]{1,12}\s(?:ans?|mois|années?|jours)\b", r"\bcondenad[ao]s?\sa\s(?:\w{1,10}\s){0,2}[\w-]{1,12}\s(?:años?|meses|días)\b",
        r"\b(?:приговор[её]н\w{0,3}|осужд[её]н\w{0,3})\s(?:\w{1,12}\s){0,2}(?:к|на)\s(?:\w{1,14}\s){0,2}[\w-]{1,12}\s(?:год\w{0,3}|лет|месяц\w{0,3}|сут\w{1,2}|дн\w{1,2})\b", r"(?:حُكم|حكم|الحكم|حُكِم|صدر\sبحق\w{1,3}\sحكم)\s(?:\S{1,10}\s){0,3}(?:بالسجن|بالحبس)\s(?:\S{1,10}\s){0,2}(?:سنوات|سنة|سنتين|عاما|عامين|أعوام|أشهر|شهرا|شهرين|يوما)", r"(?:判处|被判)(?:有期徒刑)?[一二两三四五六七八九十\d]{1,3}(?:年|个月)",
    ),
    *_any_case(
        "fine", rf"\b(?:fined?|amende|multad?[ao]?|multa|штраф\w{{0,4}}|оштрафован\w{{0,2}})\s(?:\S{{1,14}}\s){{0,3}}?(?:{_MONEY}\s?\d[\d., ]{{1,12}}|\d[\d., ]{{0,12}}\s?(?:(?:mil|mille|thousand|million|тысяч)\s)?(?:\w{{1,12}}\s)?{_MONEY})", rf"غرامة\s(?:\S{{1,10}}\s){{0,3}}\d[\d., ]{{0,12}}\s?(?:ألف\s)?{_MONEY}", rf"罚款\s?(?:人民币)?\s?[\d一二三四五六七八九十百千万.,]{{1,10}}\s?{_MONEY}",
    ),
    *_as_written(
        "facility", r"\b(?!The\b|A\b|This\b|In\b|State\b|Central\sState|Regional\b|Local\b|Military\b)[A-Z][\w’'-]{2,20}(?:\s[A-Z][\w’'-]{2,20}){0,2}\s(?:[Pp]rison|[Hh]ospital|[Dd]etention\s[Cc]ent(?:re|er)|[Jj]ail|[Pp]enitentiary|[Cc]linic|[Pp]olice\s[Ss]tation|[Cc]orrectional)\b(?!\sand\b)", r"(?i:\b(?:prison|hôpital|clinique|centre\sde\sdétention|maison\sd['’]arrêt|commissariat)\s(?:centrale\s|militaire\s|civile\s)?(?:d[eu]s?\s(?:l[a’']\s?)?|d['’]))(?!(?:sûreté|haute|police|district|l['’]État))[A-ZÀ-Ý][\w’'-]{2,20}",
        r"(?i:\b(?:cárcel|prisión|penal|hospital|clínica|centro\sde\sdetención|comisaría)\s(?:militar\s|central\s)?(?:del?\s(?:la\s|los\s)?)?)(?!(?:máxima|mujeres|policía|Estado))[A-ZÁ-Ú][\w’'-]{2,20}", r"\b[А-ЯЁ][а-яё]{2,20}(?:ск|цк)\w{2,3}\s(?:тюрьм\w{1,2}|больниц\w{1,2}|колони\w{1,2}|изолятор\w{0,2}|СИЗО)\b|\b(?:ИК|СИЗО|КП)-\d{1,3}\b", r"(?:سجن|مستشفى|معتقل)\s(?!النساء|مركزي|عسكري|المركزي|العسكري|العام|انفرادي|الاحتياط|المؤبد|لمدة|مدة|في|من|أو|على|إلى|ثم|بعد|بتهمة)[\u0621-\u064a]{3,15}", r"[\u4e00-\u9fff]{2,4}(?:市|县|省|区)?第?[一二三四五六七八九十]?(?:监狱|看守所|医院)",
    ),
    *_as_written("flight", r"(?i:\b(?:flight|vol|vuelo|рейс\w{0,2}|الرحلة|رحلة|航班)\s(?:no\.?\s|number\s|n°\s|№\s?|رقم\s)?)(?:[A-Z]{1,2}\d?\s?)?\d{2,4}\b", r"\b[A-Z]{2}\s?\d{3,4}(?=\s(?:to|from|for|à|vers|de|a|desde|в|из)\s[A-ZА-Я])", r"[A-Z]{2}\d{3,4}(?:次)?航班"),
    *_any_case(
        "agents", rf"\b{_COUNT_EN}\s(?:\w{{3,14}}\s){{0,2}}(?:male|female|masked|armed|plain[- ]?clothes|uniformed|unidentified|unknown|hooded)\s(?:\w{{3,14}}\s){{0,2}}(?:wo)?(?:men|officers|agents|policemen|persons|individuals|people)\b", rf"\b{_COUNT_EN}\s(?:wo)?men\s(?:in|wearing|with|who|from|on)\b", rf"\b{_COUNT_EN}\s(?:police\s|security\s|intelligence\s|immigration\s)?(?:officers|agents|policemen|policewomen|gunmen|soldiers)\b",
        rf"\b{_COUNT_FR}\s(?:hommes|femmes|agents|policiers|gendarmes|individus|soldats)(?:\s(?:armés|masqués|cagoulés|en\scivil|en\suniforme|non\sidentifiés))?\b", rf"\b{_COUNT_ES}\s(?:hombres|mujeres|agentes|policías|individuos|sujetos|soldados)(?:\s(?:armad[oa]s|encapuchad[oa]s|de\scivil|desconocid[oa]s))?\b", rf"\b{_COUNT_RU}\s(?:(?:вооруж[её]нн|неизвестн|замаскированн)\w{{2,3}}\s)?(?:мужчин\w{{0,2}}|женщин\w{{0,2}}|сотрудник\w{{0,2}}|полицейск\w{{2,3}}|человек\sв\sмасках|неизвестн\w{{2,3}})\b",
        r"(?:رجلان|رجلين|شرطيان|شرطيين|عنصران|عنصرين|(?:ثلاثة|أربعة|خمسة|ستة|سبعة|ثمانية|\d{1,2})\s(?:رجال|عناصر|ملثمين|مسلحين|ضباط|أفراد))", rf"{_COUNT_ZH}名(?:男子|女子|警察|便衣|男性|女性|蒙面|武装|持枪|不明身份|安全人员|执法人员|特工)",
    ),
    *_any_case(
        "medical", rf"\b(?:suffer\w{{0,3}}\sfrom|diagnosed\swith|treated\sfor|is\s|was\s|has\s|had\s|with\s|her\s|his\s|of\s)\s?(?:an?\s)?(?:\w{{3,12}}\s)?{_ILL_EN}\b", r"\b(?:souffr\w{1,4}\s(?:de|d['’]un)|atteinte?s?\s(?:de|d['’]un)|enceinte\b|diabétique|épileptique|séropositi\w{1,3})", r"\b(?:padec\w{1,4}\s|embarazada|diabétic[ao]|epilépti[co]{2}|seropositiv[ao]|sufre\sde\s(?:cáncer|diabetes|epilepsia|asma|depresión))", r"\b(?:беременн\w{2,3}|страда(?:ет|ла|л|ющ\w{2,3})\s(?:от\s)?(?:диабет|эпилеп|рак|астм|депресс|заболеван|гепатит)\w{0,6}|диагноз\w{0,2}|ВИЧ\b|диабетик\w{0,2})",
        r"(?:حامل\sفي|حاملا\s|مصاب(?:ة)?\sب(?:مرض|السكري|السرطان|الصرع)|تعاني\sمن\sمرض|يعاني\sمن\sمرض|بالسرطان|بالسكري|بالصرع)", r"(?:怀孕|患有|糖尿病|癌症|癫痫|艾滋病|精神分裂|抑郁症|心脏病|流产)",
    ),
)  # fmt: skip


# The symbols of documents, resolutions and communications of the United Nations, and the numbers of books.
_SYMBOLS = re.compile(
    r"(?<![A-Za-z0-9/])(?:A|E|S|T|ST|HRI|CAT|CCPR|CEDAW|CERD|CRC|CRPD|CMW|CED|HRC|CAT-OP|OHCHR|UNEP|ICC|WHO|SP|LC|SGB)/(?:[\w.()-]{1,24}/){0,6}[\w.()-]{0,20}[\w)]"
    r"|(?:(?:resolutions?|decisions?|r[ée]solutions?|d[ée]cisions?|resoluci[óo]n(?:es)?|decisi[óo]n(?:es)?|резолюци\w{1,3}|решени\w{1,3}|القرار|قرار\w{0,3}|قرارها|المقرر|مقرر\w{0,3}|第)\s?"
    r"(?:(?:no\.?|n[°º])\s?)?\d{1,4}(?:/\d{1,4}|\s?\((?:\d{4}|[IVXL]{1,6})\))(?:\s?\(\w{1,8}\))?)"
    r"|(?<![A-Za-z])(?:UA|AL|OL|JUA|JAL|JOL|OTH)\s[A-Z]{3}\s\d{1,3}/\d{4}(?!\w)|ISB?N[:\s]{0,2}[\dX-]{8,20}",
    re.IGNORECASE,
)


def symbols(reading: Reading) -> Iterator[tuple[int, int]]:
    """Where symbols of documents stand, as (start, end) in the original."""
    for found in _SYMBOLS.finditer(reading.plain.text):
        if any(map(str.isdigit, found.group())):
            yield reading.plain.span(*found.span())


_TURNED = re.compile("[\u202d\u202e][^\u202c\n]{0,2000}")


def find(reading: Reading) -> Iterator[tuple[str, int, int]]:
    """(rule, start, end) of everything that identifies by its shape or its turn of phrase."""
    text = reading.plain.text
    for rule, pattern in (*SHAPES, *TURNS):
        for found in pattern.finditer(text):
            shown = found.group().rstrip(" .,;:")
            if shown and _holds(rule, shown):
                yield rule, *reading.plain.span(found.start(), found.start() + len(shown))
    for found in _TURNED.finditer(reading.original):
        yield "turned", *found.span()


def _holds(rule: str, text: str) -> bool:
    """What an expression cannot say: that a number is an address of the network, that a telephone has digits enough."""
    if rule == "ip-address":
        try:
            ip_address(text)
        except ValueError:
            return False
        return ":" not in text or sum(one.isalnum() for one in text) > 3
    if rule == "phone":
        digits = sum(one.isdigit() for one in text)
        return 7 <= digits <= 15 and not re.fullmatch(r"\d{2}[./-]\d{2}[./-]\d{2,4}", text)
    return True
