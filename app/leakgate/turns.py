"""Turns of phrase that identify without a name, in the six languages of the United Nations. All of them warn.

Data: for each language the rules, and for each rule its expressions over the plain text; a leading `(?-i:…)` marks what
must be written with a capital. Every repetition is bounded. What entries say of the United Nations, of States and their
institutions raises nothing: the exceptions stand beside what they are exceptions of.
"""

from __future__ import annotations

import re

_MONEY = (
    r"(?:[A-Z]{3}|[$€£₽¥]|dollars?|euros?|francs?|roubles?|rials?|riyals?|dinars?|dirhams?|pounds|pesos?|shillings?|naira|rupees?|taka|tenge|som|lira|liras|lempiras?"
    r"|quetzales|bolívares|córdobas|soles|reales|mil\sdólares|dólares|рубл\w{1,3}|долларов|евро|тенге|сомов|сумов|гривен|манатов|دولار\w{0,2}|يورو|ليرة|درهم\w{0,2}|دينار\w{0,2}"
    r"|ريال\w{0,2}|جنيه\w{0,2}|元|美元|欧元)"
)
_AMOUNT = rf"(?:{_MONEY}\s?\d[\d., ]{{0,14}}|\d[\d., ]{{0,14}}\s?(?:(?:thousand|million|mille|millions?\sde|mil|millones\sde|тысяч\w?|млн|миллион\w{{0,3}}|ألف|ملايين|مليون|万)\s?)?{_MONEY})"

# --- English ----------------------------------------------------------------------------------------------------

_RELATIVES_EN = (
    r"(?:wi(?:fe|dow|dower)|husband|spouse|partner|mother|father|parents|brothers?|sisters?|sons?|daughters?|uncle|aunt|cousins?|nephew|niece"
    r"|grand(?:mother|father|parents|son|daughter)|fianc[ée]e?|twin|(?:mother|father|brother|sister)-in-law|in-laws?)"
)
_UN_BODIES = (
    r"(?:UN\b|United\sNations|Human\sRights\s(?:Council|Committee)|General\sAssembly|Security\sCouncil|Economic\sand\sSocial|Council\b|Committee\b"
    r"|Sub-?[Cc]ommittee|Working\sGroup|Coordination\sCommittee|Treaty|State\b|States\b|Republic|Government|Parliament|National\sAssembly|Senate|Supreme|Constitutional"
    r"|Court|Ministry|Commission\sof\sInquiry|Fact-Finding|Office\sof\sthe|OHCHR|Delegation|Division|Secretariat|Mission|Branch|Thematic|Official\sRecords|International\sLabour"
    r"|World|Bureau|Forum|Advisory|European|African|Inter-American)"
)
_COUNT_EN = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|twenty|thirty|forty|fifty|a\sdozen|\d{1,2})"
_ILL_EN = (
    r"(?:HIV|AIDS|cancer|leuka?emia|diabet(?:es|ic)|epilep(?:sy|tic)|pregnan(?:t|cy)|schizophreni[ac]|depression|hepatitis|tuberculosis|asthma"
    r"|heart\s(?:condition|disease|attack|failure)|kidney\s(?:failure|disease)|PTSD|miscarriage|stroke|dementia|bipolar|hypertension|lupus|sickle\scell|paralys\w{1,3}|pneumonia|concussion|COVID(?:-19)?)"
)
_WORK_EN = (
    r"(?:expert|lawyer|judge|journalist|woman|man|member|doctor|representative|delegate|defender|notary|teacher|nurse|surgeon|prosecutor|psychiatrist|psychologist|midwife"
    r"|interpreter|translator|photographer|imam|pastor|priest|rabbi|bishop|professor|pharmacist|dentist|architect|\w{3,14}ologist|\w{3,14}ician)"
)
_GROUP_EN = r"(?i:association|organi[sz]ation|union|network|newspaper|bar|federation|NGO|group|community|village|party|radio|committee|coalition|collective|society|institute)"

EN = {
    "case-number": (
        r"\b(?:case|docket|file|criminal\scase|complaint|petition|indictment|warrant)\s(?:no\.?|number|n[°ºo]|#)\s?(?=[\w/.-]{0,12}\d)[\w/.-]{2,24}",
    ),
    "time-of-day": (
        r"\b(?:at|around|about|by|before|after|since|until|approximately)\s\d{1,2}(?:[:.h]\d{2}(?:\s?[ap]\.?m\b)?|\s?[ap]\.?m\b|\so['’]clock)",
        r"\b\d{1,2}:\d{2}\s?(?:[ap]\.?m\.?|hours|hrs|local\stime)",
        r"\b(?:at|before|after|around|just\sbefore|shortly\safter)\s(?:dawn|dusk|midnight|noon|sunrise|sunset)\b",
    ),
    "relative": (
        rf"\b(?:his|her|their|whose|(?:the|a)\s(?:defender|lawyer|activist|journalist|victim|witness|expert|complainant|author|detainee|prisoner|applicant)['’]s)\s(?:[\w-]{{2,14}}\s){{0,2}}{_RELATIVES_EN}\b(?!\s(?:tongue|language|land|country|organi[sz]ations?|compan(?:y|ies)|countries|States?|church|ship)\b)",
        rf"\b(?:the\s)?{_RELATIVES_EN}\sof\s(?:the|a|an|one)\s(?:\w{{3,15}}\s){{0,2}}(?:defender|lawyer|activist|journalist|witness|victim|expert|leader|complainant|detainee|prisoner|applicant|author)",
        rf"\b{_RELATIVES_EN}\sof\s(?-i:Mr|Ms|Mrs|Dr)\b",
    ),
    "unique-office": (
        rf"\b(?:(?:vice-?)?president|chair(?:person|man|woman)?|(?:executive\s)?director|secretary[- ]general|head|(?:co-?)?founder|coordinator|leader|spokes(?:person|man|woman)|editor(?:-in-chief)?|treasurer(?:-general)?|dean|member)\s(?:of|at|on)\s(?:the\s|its\s)?(?-i:(?!{_UN_BODIES}|Special|Subcommittee|Permanent|High|Human\sRights|Members?)(?:(?:National|Regional|Local)\s)?[A-Z][\w’'-]{{2,30}})",
        rf"\b(?:president|chair(?:person|man|woman)?|director|head|(?:co-?)?founder|coordinator|leader|secretary|editor|treasurer)\sof\s(?:an?|the\sonly|the\slocal|the\slargest|one\sof)\s(?:[\w-]{{3,20}}\s){{0,4}}{_GROUP_EN}\b",
        r"\b(?:governor|mayor|chief|headman|elder|pastor|imam|priest|rector|principal|headteacher|spokesperson|treasurer(?:-general)?)\sof\s(?:the|a|an)\s(?:[\w-]{2,20}\s){0,3}(?:reserve|community|village|tribe|clan|parish|mosque|church|school|university|camp|forum|league|guild)\b",
        rf"\bthe\s(?:only|first|lone|sole|youngest|oldest|last)\s(?:[\w-]{{3,20}}\s){{0,3}}{_WORK_EN}\b(?!\sStates?\b)",
    ),
    "nationality-office": (
        r"\b(?-i:(?!UN\b|Member|Human|European|African|American|Asian)[A-Z][a-z]{2,20}(?:an|ese|ish|i|ic|ch))\s(?:expert|member|judge|rapporteur|delegate|representative|commissioner|candidate|nominee|mandate\sholder)\s(?:of|on|to|in)\s(?:the\s)?(?-i:UN\b|United|Committee|Sub-?[Cc]ommittee|Council|Working|Mechanism|Human|Commission|Court|Permanent)",
        r"\b(?-i:(?!UN\b|Member|Human|European|African|American|Asian)[A-Z][a-z]{2,20}(?:an|ese|ish|i|ic|ch))\s(?:mandate\sholder|special\srapporteur|independent\sexpert)\b",
    ),
    "sentence": (
        r"\b(?:sentenc\w{1,4}|condemned|jailed|imprisoned)\s(?:\w{2,12}\s){0,4}?(?:to|for)\s(?:\w{2,10}\s){0,2}?[\w-]{1,12}(?:\sand\sa\shalf)?\s(?:years?|months?|days?)\b",
        r"\b(?:a|an)\s[\w-]{1,12}[- ](?:year|month|day)(?:[- ]long)?\s(?:prison\s|jail\s|suspended\s)?(?:sentence|term)\b|\b(?:sentences?|terms?)\sof\s[\w-]{1,12}\s(?:years?|months?)\b(?!\sor\b)",
        r"(?<!up to )(?<!to )\b[\w-]{3,12}\s(?:years?|months?)['’]?\s(?:of\s)?(?:imprisonment|in\s(?:prison|jail)|hard\slabou?r|probation)\b",
        r"\b(?:sentenced\sto\s(?:life|death)|(?:death|life)\ssentence\s(?:was|against|for))",
    ),
    "fine": (
        rf"\b(?:fined?|fines)\s(?:\S{{1,14}}\s){{0,3}}?{_AMOUNT}",
        rf"\b(?:bail|compensation)\s(?:of|was\sset\sat)\s{_AMOUNT}",
    ),
    "facility": (
        r"\b(?-i:(?!The\b|A\b|This\b|In\b|At\b|To\b|State\b|Central\sState|Regional\b|Local\b|Military\b|Public\b|Secret\b)[A-Z][\w’'-]{2,20}(?:\s[A-Z][\w’'-]{2,20}){0,2})\s(?:prison|hospital|detention\scent(?:re|er)|jail|penitentiary|clinic|police\sstation|correctional|remand\sprison|custodial\scent(?:re|er)|holding\scent(?:re|er)|sanatorium|barracks|penal\scolony)\b(?!\sand\b)|\b(?:prison|hospital|detention\scent(?:re|er)|colony|remand\scent(?:re|er))\s(?:no\.?|number)\s?\d{1,4}\b",
    ),
    "flight": (
        r"\bflight\s(?:no\.?\s|number\s)?(?-i:[A-Z]{1,2}\d?\s?)?\d{2,4}\b",
        r"\b(?-i:[A-Z]{2})\s?\d{3,4}(?=\s(?:to|from|for)\s(?-i:[A-Z]))",
    ),
    "agents": (
        rf"\b{_COUNT_EN}\s(?:\w{{3,14}}\s){{0,2}}(?:male|female|masked|armed|plain[- ]?clothes|uniformed|unidentified|unknown|hooded)\s(?:\w{{3,14}}\s){{0,2}}(?:wo)?(?:men|officers|agents|policemen|persons|individuals|people|guards|thugs|assailants|attackers|intruders)\b",
        rf"\b{_COUNT_EN}\s(?:wo)?men\s(?:in|wearing|with|who|from|on)\b",
        rf"\b(?!two\b){_COUNT_EN}\s(?:police\s|security\s|intelligence\s|immigration\s)?(?:officers|agents|policemen|policewomen|gunmen|riflemen|militiamen|soldiers|marines|commandos|paramilitaries|guards|investigators|detectives|prosecutors)\b(?!\swere\s(?:trained|recruited|dismissed|deployed))",
        r"\btwo\s(?:police|security|intelligence|immigration)\s(?:officers|agents)\b|\btwo\s(?:policemen|policewomen|gunmen|soldiers)\b",
        r"\b(?:a|one)\s(?:male|female)\s(?:police\s)?(?:officer|agent|guard)\b",
    ),
    "medical": (
        rf"\b(?:suffer\w{{0,3}}\sfrom|diagnosed\swith|treated\sfor|is|was|has|had|with|her|his|of|months|weeks|years)\s(?:an?\s)?(?:[\w-]{{1,12}}\s){{0,3}}{_ILL_EN}\b",
        r"\b(?:tested\spositive|contracted|infected\swith)\b",
        r"\b(?:gunshot|stab|bullet)\swounds?\b|\b(?:fractured|broken)\s(?:arm|leg|ribs?|jaw|skull|nose|wrist|hip|spine)\b|\b(?:asthma|heart|epileptic)\s(?:attack|seizure)",
    ),
}

# --- French -----------------------------------------------------------------------------------------------------

_RELATIVES_FR = (
    r"(?:épouse|époux|femme|mari|veuve|veuf|mère|père|parents|frères?|sœurs?|soeurs?|fils|filles?|oncle|tante|cousine?s?|neveu|nièce|grand-(?:mère|père)"
    r"|fiancée?|compagne|compagnon|conjointe?|beau-\w{4,5}|belle-\w{4,5}|gendre|bru)"
)
_WHO_FR = r"(?:M\.|Mme|Mlle|défenseu\w{1,3}|avocate?|militante?|activiste|journaliste|victime|témoin|plaignante?|auteure?|détenue?|requérante?|intéressée?)"
_UN_CORPS_FR = (
    r"(?:Conseil|Comité|Assemblée|Commission|Groupe\sde\stravail|République|Gouvernement|Cour|Sénat|ONU|Nations|délégation|Délégation|État|États|Parlement|Sous-Comité|Tribunal|Ministère"
    r"|Mission|Bureau|Organisation\sdes\sNations|Division|Haut-Commissariat|Forum|Secrétariat|Mécanisme\sd['’]experts)"
)
_COUNT_FR = r"(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|quarante|cinquante|une\s(?:dizaine|douzaine|vingtaine|quinzaine|trentaine)\sd[e’']\s?|\d{1,2})"

FR = {
    "case-number": (
        r"\b(?:affaire|dossier|procédure|plainte|mandat)\s(?:pénale?\s)?(?:n[°ºo]|no\.?|numéro)\s?(?=[\w/.-]{0,12}\d)[\w/.-]{2,24}",
    ),
    "time-of-day": (
        r"\b(?:à|vers|avant|après|dès)\s\d{1,2}\s?(?:h(?:eures?)?\b\s?\d{0,2}|:\d{2})",
        r"(?<!\w)(?:au\spetit\smatin|à\sl['’]aube|à\sminuit|à\smidi|au\slever\sdu\sjour|avant\sl['’]aube)\b",
    ),
    "relative": (
        rf"\b(?:son|sa|ses|leurs?|dont\sl[ea]s?)\s(?:\w{{2,12}}\s)?{_RELATIVES_FR}\b(?!\sde\sla\ssociété)",
        rf"(?<!\w)(?:l['’]|l[ea]s?\s|une?\s|deux\s){_RELATIVES_FR}\s(?:de\sla|du|de\sl['’]|d['’]une?|des|de)\s?{_WHO_FR}",
    ),
    "unique-office": (
        rf"\b(?:président|présidente|directeur|directrice|secrétaire\sgénérale?|(?:co)?fondateur|(?:co)?fondatrice|coordinateur|coordinatrice|coordonnateur|coordonnatrice|porte-parole|rédacteur\sen\schef|rédactrice\sen\schef|trésorière?|membre)\s(?:du|de\sla|de\sl['’]|des|de)\s?(?-i:(?!{_UN_CORPS_FR})[A-ZÀ-Ý][\w’'-]{{2,30}})",
        r"\b(?:présidente?|direct(?:eur|rice)|fondat(?:eur|rice)|coordonnat(?:eur|rice)|responsable|secrétaire)\s(?:d['’]une|de\sla\sseule|de\sl['’]unique)\s(?:\w{3,20}\s){0,3}(?:association|organisation|ligue|section|radio|coopérative|fédération|ONG)",
        r"\b(?:bâtonni(?:er|ère)|doyenne?\sde\sla\sfaculté|procureure?\sgénérale?\sd[e’'])",
        r"\b(?:le\sseul|la\sseule|l['’]unique|le\spremier|la\spremière)\s(?:\w{3,20}\s){0,2}(?:avocate?|journaliste|juge|médecin|experte?|femme|membre|notaire|traductrice|interprète)\b",
    ),
    "nationality-office": (
        r"\bexperte?s?\s(?!indépendant)(?-i:[a-zà-ÿ]{3,20}(?:ien|ienne|ais|aise|ois|oise|ain|aine))\s(?:du|de\sla|au|auprès\sdu)\s(?-i:Comité|Sous-Comité|Conseil|Groupe|Mécanisme|Commission)",
        r"\b(?:membre|juge|rapporteuse?|titulaire\sde\smandat)\s(?-i:[a-zà-ÿ]{3,20}(?:ien|ienne|ais|aise|ois|oise|ain|aine))\s(?:du|de\sla|au|auprès\sdu)\s(?-i:Comité|Sous-Comité|Conseil|Groupe|Mécanisme|Commission)",
    ),
    "sentence": (
        r"\bcondamnée?s?\sà\s(?:\w{1,10}\s){0,2}[\w-]{1,12}\s(?:ans?|mois|années?|jours)\b",
        r"\b(?:peine|condamnation)\s(?:à|de)\s(?:\w{1,10}\s){0,1}[\w-]{1,12}\s(?:ans|mois)\b",
        r"(?<!jusqu'à )(?<!jusqu’à )\b[\w-]{2,12}\s(?:ans|mois)\s(?:de\s(?:prison|réclusion|détention)|d['’]emprisonnement|fermes?\b|avec\ssursis)",
        r"\bcondamnée?s?\sà\s(?:mort|perpétuité|la\sréclusion)",
    ),
    "fine": (rf"\b(?:amendes?|caution)\s(?:\S{{1,14}}\s){{0,3}}?{_AMOUNT}",),
    "facility": (
        r"(?<!\w)(?:prison|hôpital|clinique|sanatorium|centre\sde\sdétention|maison\s(?:d['’]arrêt|centrale)|centre\spénitentiaire|camp\spénal|commissariat|gendarmerie)\s(?:centrale\s|militaire\s|civile\s|générale?\s|nationale?\s|régionale?\s|provinciale?\s|universitaire\s|psychiatrique\s)?(?:d[eu]s?\s(?:l[a’']\s?)?|d['’])?(?-i:(?!(?:État|L|Le|La|Il|Elle|Au|En|Les|Un|Une|À)\b)[A-ZÀ-Ý][\w’'-]{1,20})",
    ),
    "flight": (r"\bvol\s(?:n[°ºo]\s?)?(?-i:[A-Z]{1,2}\d?\s?)?\d{2,4}\b",),
    "agents": (
        rf"\b{_COUNT_FR}\s(?:hommes|femmes|agents|policiers|gendarmes|militaires|miliciens|vigiles|gardiens|enquêteurs|individus|inconnus|soldats)(?:\s(?:armés|masqués|cagoulés|en\scivil|en\suniforme|non\sidentifiés))?\b",
    ),
    "medical": (
        r"\b(?:souffr\w{1,4}|atteinte?s?|soignée?s?|traitée?s?)\s(?:de|d['’]une?|du|pour)\s?(?:\w{2,12}\s)?(?:diabète|cancer|épilepsie|asthme|dépression|hépatite|pneumonie|tuberculose|maladie|leucémie|insuffisance|VIH|hypertension)\b",
        r"\b(?:hépatite|pneumonie|commotion\scérébrale|fausse\scouche|tuberculose|leucémie|épilepsie)\b|\bfracture\b(?!\s(?:sociale|numérique))",
        r"\b(?:crise|attaque)s?\s(?:d['’]asthme|cardiaque|d['’]épilepsie)|\bfractures?\s(?:d|à|au)|\bbless(?:ée?s?|ures?)\s(?:au|à\sla|aux|par\sballe)",
        r"\b(?:enceinte\b(?!\s(?:du|de\sl))|diabétique|épileptique|séropositi\w{1,3}|cancéreu\w{1,2})",
    ),
}

# --- Spanish ----------------------------------------------------------------------------------------------------

_RELATIVES_ES = r"(?:espos[ao]|marido|mujer|viuda|viudo|madre|padres?|herman[ao]s?|hij[ao]s?|t[íi][ao]|prim[ao]s?|sobrin[ao]s?|abuel[ao]|prometid[ao]|cuñad[ao]|pareja|suegr[ao]|yerno|nuera|hijastr[ao]|niet[ao]s?)"
_WHO_ES = r"(?:Sra?\.|Srta\.|señora?|defensora?|abogad[ao]|activista|periodista|víctima|testigo|denunciante|autora?|detenid[ao]|pres[ao])"
_UN_CUERPOS_ES = (
    r"(?:Consejo|Comité|Asamblea|Comisión|Grupo\sde\sTrabajo|República|Gobierno|Corte|Senado|ONU|Naciones|delegación|Delegación|Estado|Estados|Parlamento|Subcomité|Tribunal|Ministerio|Misión"
    r"|Oficina|División|Alto\sComisionado|Foro|Secretaría|Mecanismo\sde\sExpertos|Organización\sde\slas\sNaciones)"
)
_COUNT_ES = r"(?:una\sdocena\sde|una\sdecena\sde|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|quince|veinte|treinta|cuarenta|cincuenta|\d{1,2})"

ES = {
    "case-number": (
        r"\b(?:expediente|causa|caso|denuncia|carpeta)\s(?:penal\s)?(?:n[°º.úo]{1,3}m?\.?|número|no\.)\s?(?=[\w/.-]{0,12}\d)[\w/.-]{2,24}",
    ),
    "time-of-day": (
        r"\ba\slas?\s\d{1,2}[:.]\d{2}|\ba\slas\s(?:\d{1,2}|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce)\s(?:horas|de\sla\s(?:mañana|tarde|noche|madrugada))",
        r"\b(?:al\samanecer|a\smedianoche|al\smediodía|de\smadrugada)\b",
    ),
    "relative": (
        rf"\b(?:sus?|cuy[oa]s?)\s(?:\w{{2,12}}\s)?{_RELATIVES_ES}\b",
        rf"\b{_RELATIVES_ES}\s(?:de\sla|del|de\sun[ao]?|de\slos|de\slas)\s{_WHO_ES}",
    ),
    "unique-office": (
        rf"\b(?:president[ea]|director(?:a)?|secretari[ao]\sgeneral|(?:co)?fundador(?:a)?|coordinador(?:a)?|portavoz|vocer[ao]|jef[ea]|editor(?:a)?|tesorer[ao]|miembro)\s(?:del?|de\sla|de\slos|de\slas)\s(?-i:(?!{_UN_CUERPOS_ES})[A-ZÁ-Ú][\w’'-]{{2,30}})",
        r"\b(?:president[ea]|director(?:a)?|fundador(?:a)?|coordinador(?:a)?|responsable|decan[ao]|secretari[ao])\s(?:de\suna|del|de\sla\súnica)\s(?:\w{3,20}\s){0,3}(?:asociación|organización|colegio\sde\sabogados|sindicato|red|radio|cooperativa|federación|ONG|comité\slocal)",
        r"\b(?:el\súnico|la\súnica|el\sprimer|la\sprimera)\s(?:\w{3,20}\s){0,2}(?:abogad[ao]|periodista|juez[a]?|médic[ao]|expert[ao]|mujer|miembro|notari[ao]|intérprete)\b",
    ),
    "nationality-office": (
        r"\b(?:expert[oa]|miembro|juez[a]?|relatora?)\s(?-i:[a-záéíóúñ]{3,20}(?:an[oa]|[eé]s|esa|eñ[oa]|í))\s(?:del|de\sla|ante\sel)\s(?-i:Comité|Subcomité|Consejo|Grupo|Mecanismo|Comisión)",
    ),
    "sentence": (
        r"\bcondenad[ao]s?\sa\s(?:\w{1,10}\s){0,2}[\w-]{1,12}\s(?:años?|meses|días)\b",
        r"\b(?:pena|condena|sentencia)\sde\s(?:\w{1,10}\s){0,1}[\w-]{1,12}\s(?:años|meses)\b",
        r"(?<!hasta )\b[\w-]{2,12}\s(?:años|meses)\sde\s(?:prisión|cárcel|reclusión|privación)\b",
        r"\bcondenad[ao]s?\sa\s(?:muerte|cadena\sperpetua)",
    ),
    "fine": (rf"\b(?:multas?|multad[ao]s?|fianza)\s(?:\S{{1,14}}\s){{0,3}}?{_AMOUNT}",),
    "facility": (
        r"\b(?:cárcel|prisión|penal|hospital|clínica|sanatorio|centro\s(?:de\sdetención|penitenciario|de\sreclusión)|comisaría|penitenciaría)\s(?:militar\s|central\s|general\s|nacional\s|regional\s|provincial\s|universitario\s)?(?:del?\s(?:la\s|los\s)?)?(?-i:(?!(?:Estado|El|La|Los|En|Al|Se)\b)[A-ZÁ-Ú][\w’'-]{2,20})",
    ),
    "flight": (r"\bvuelo\s(?:n[°ºo.]{1,2}\s?)?(?-i:[A-Z]{1,2}\d?\s?)?\d{2,4}\b",),
    "agents": (
        rf"\b{_COUNT_ES}\s(?:hombres|mujeres|agentes|policías|gendarmes|militares|guardias|marinos|uniformados|encapuchados|paramilitares|sicarios|elementos|efectivos|individuos|sujetos|soldados)(?:\s(?:armad[oa]s|encapuchad[oa]s|de\scivil|desconocid[oa]s))?\b",
    ),
    "medical": (
        r"\b(?:padec\w{1,4}|sufr\w{1,4}|tratad[ao]\spor|diagnosticad[ao]\scon|enferm[ao]\sde)\s(?:de\s|un\s|una\s)?(?:\w{2,12}\s)?(?:cáncer|diabetes|epilepsia|asma|depresión|hepatitis|tuberculosis|leucemia|VIH|hipertensión|enfermedad)\b",
        r"\b(?:hepatitis|neumonía|conmoción\scerebral|tuberculosis|leucemia|epilepsia|asma)\b|\bfractura\b(?!\ssocial)",
        r"\b(?:heridas?\s(?:de\sbala|en\s(?:el|la)\s)|fracturas?\s(?:de|en)|crisis\s(?:de\sasma|epiléptica))",
        r"\b(?:embarazada|diabétic[ao]|epilépti[co]{2}|seropositiv[ao])\b",
    ),
}

# --- Russian ----------------------------------------------------------------------------------------------------

_RELATIVES_RU = (
    r"(?:жен(?:а|у|ы|е|ой)|муж(?:а|у|ем)?|супруг\w{0,2}|мат(?:ь|ери|ерью)|от(?:ец|ца|цу|цом)|родител\w{1,3}|брат(?:а|у|ом|ья|ьев)?|сест(?:ра|ру|ры|ре|рой|ёр|ер)"
    r"|сын(?:а|у|ом|овья|овей)?|доч(?:ь|ери|ерью|ерей)|дет(?:и|ей|ям)|дяд\w|тёт\w|тет\w|племянни\w{1,3}|вдов\w|бабушк\w|дедушк\w|невест\w|жених\w{0,2}|т[её]щ\w|свекров\w|св[её]к[ор]\w{1,2}|зят\w{1,2}|снох\w|невестк\w|внук\w{0,2}|внучк\w)"
)
_WHO_RU = r"(?:правозащитни\w{1,3}|адвокат\w{0,2}|активист\w{0,3}|журналист\w{0,3}|свидетел\w{1,3}|потерпевш\w{2,3}|задержанн\w{2,3}|заключ[её]нн\w{2,3}|пострадавш\w{2,3})"
_COUNT_RU = r"(?:дв(?:а|ое|ух|умя)|тр(?:и|ое|ёх|ех|емя)|четырьмя|пятью|четверо|пятеро|шестеро|семеро|восьмеро|трое|двое|четыре|пять|пятеро|шесть|семь|восемь|девять|десять|двенадцать|пятнадцать|двадцать|\d{1,2})"

RU = {
    "case-number": (r"\b(?:уголовн\w{2,3}\s)?дел[оауе]\s(?:No|N|номер)\s?(?=[\w/.-]{0,12}\d)[\w/.-]{2,24}",),
    "time-of-day": (
        r"\b(?:в|около|к|до|после)\s\d{1,2}(?:[:.]\d{2}(?!\.?\d)|\s?час(?:ов|а)?\b|\s?ч\.(?:\s?\d{1,2}\s?м(?:ин)?\.)?)",
        r"\b(?:в\sполночь|около\sполуночи|в\sполдень|под\sутро)\b",
    ),
    "relative": (
        rf"\b(?:его|е[её]|их|своего|свою|своей|своих)\s(?:\w{{3,12}}\s)?{_RELATIVES_RU}\b",
        rf"\b{_RELATIVES_RU}\s{_WHO_RU}",
        r"(?-i:(?:^|[.!?…]\s|\n)(?:Жена|Жену|Жене|Муж|Мужу|Мужа|Сестра|Сестру|Сестре|Брат|Брата|Брату|Мать|Матери|Отец|Отца|Отцу|Сын|Сыну|Дочь|Дочери|Сноха|Невестка|Свекровь|Вдова)\s)(?!\w{1,12}\s(?:Президента|народов))[а-яё]{2,}",
    ),
    "unique-office": (
        r"\b(?:председател\w{1,3}|директор\w{0,2}|руководител\w{1,3}|глав(?:а|ы|у|е|ой)|основател\w{1,3}|координатор\w{0,2}|президент\w{0,2}|лидер\w{0,2}|член\w{0,2})\s(?-i:(?!Совет|Комитет|Комисси|Генеральн|Республик|Правительств|Парламент|Рабоч|Суд|Верховн|ООН|Организаци\w{1,2}\sОбъедин|Делегаци|Подкомитет|Международн|Государств|Бюро|Форум)(?!(?:государства|республики|края|области|региона|делегации|правительства|миссии)\b)(?:(?:[а-яё]{3,20}\s){1,2}[«\"А-ЯЁ]|[«\"])[\w«»\"-]{3,30})",
        r"\b(?:председател\w{1,3}|руководител\w{1,3}|глав\w|директор\w{0,2}|основател\w{1,3})\s(?:коллегии\sадвокатов|ассоциации|общественной\sорганизации|местной\sорганизации|профсоюза|редакции|общины)\b",
        r"\b(?:единственн\w{2,3}|перв\w{2,3})\s(?:\w{3,20}\s){0,2}(?:адвокат\w{0,2}|журналист\w{0,3}|судь\w|врач\w{0,2}|эксперт\w{0,2}|женщин\w)\b",
    ),
    "nationality-office": (
        r"\b(?-i:[а-яё]{3,20}(?:ск|цк)(?:ий|ая|ого|ой))\s(?:эксперт\w{0,2}|член\w{0,2}|судь\w|докладчик\w{0,2})\s(?:в\s)?(?-i:Комитет|Подкомитет|Совет|Рабоч|Механизм|Комисси)",
    ),
    "sentence": (
        r"\b(?:приговор[её]н\w{0,3}|приговорил\w?|осужд[её]н\w{0,3}|осудил\w?|грозит)\s(?:до\s)?(?:\w{1,12}\s){0,2}(?:(?:к|на)\s)?(?:\w{1,14}\s){0,2}[\w-]{1,12}\s(?:год\w{0,3}|лет|месяц\w{0,3}|сут\w{1,2}|дн\w{1,2})\b",
        r"\b(?:срок|наказание)\sв\s(?:виде\s)?[\w-]{1,12}\s(?:лет|год\w{0,2}|месяцев)\b",
        r"(?<!до )\b[\w-]{2,14}\s(?:лет|года?|месяц\w{0,2})\s(?:колонии|лишения\sсвободы|тюрьмы|ограничения\sсвободы|условно)\b",
        r"\bприговор[её]н\w{0,3}\sк\s(?:смертной|пожизненно)",
    ),
    "fine": (rf"\b(?:штраф\w{{0,4}}|оштрафован\w{{0,2}}|залог\w{{0,2}})\s(?:\S{{1,14}}\s){{0,3}}?{_AMOUNT}",),
    "facility": (
        r"\b(?-i:[А-ЯЁ][а-яё]{2,20}(?:ск|цк)\w{2,3})\s(?:тюрьм\w{1,2}|больниц\w{1,2}|колони\w{1,2}|изолятор\w{0,2}|СИЗО)\b|\b(?-i:ИК|СИЗО|КП)-\d{1,3}\b|\b(?:больниц\w{1,2}|тюрьм\w{1,2}|колони\w{1,2}|клиник\w{1,2}|госпитал\w{1,2}|санатори\w{1,2})\sимени\s(?-i:[А-ЯЁ])\w{2,20}",
        r"\b(?:тюрьм\w{1,2}|больниц\w{1,2}|колони\w{1,2}|изолятор\w{0,2})\s(?:No\s?\d{1,4}|(?-i:[А-ЯЁ][а-яё]{3,20}))",
    ),
    "flight": (r"\bрейс\w{0,2}\s(?:No\s?)?(?-i:[A-ZА-Я]{1,2}\d?[\s-]?)?\d{2,4}\b",),
    "agents": (
        rf"\b{_COUNT_RU}\s(?:(?:вооруж[её]нн|неизвестн|замаскированн)\w{{2,3}}\s)?(?:мужчин\w{{0,2}}|женщин\w{{0,2}}|сотрудник\w{{0,2}}|омонов\w{{1,4}}|следовател\w{{1,3}}|силовик\w{{0,3}}|солдат\w{{0,2}}|военн\w{{2,3}}|бойц\w{{1,3}}|охранник\w{{0,3}}|оперативник\w{{0,3}}|полицейск\w{{2,3}}|человек\sв\sмасках|неизвестн\w{{2,3}})\b",
    ),
    "medical": (
        r"\b(?:страда(?:ет|ла|л|ющ\w{2,3})|болен|больна|болеет)\s(?:от\s)?(?:\w{3,14}\s)?(?:диабет|эпилеп|рак|астм|депресс|заболеван|гепатит|туберкул|лейкоз|гипертон)\w{0,6}",
        r"\b(?:пневмони\w{1,2}|гепатит\w{0,2}|туберкул[её]з\w{0,2}|сотрясени\w{1,2}\sмозга|боли?\sв\sсердце|выкидыш\w{0,2})\b|\bбол(?:ен|ьна|еет)\s(?:COVID|ковид)",
        r"\b(?:инсульт\w{0,2}|инфаркт\w{0,2}|перелом\w{0,3}\s(?:рук|ног|рёб|реб|челюст|череп|позвоноч)\w{0,4}|психиатрическ\w{2,3}\sбольниц\w{1,2})\b",
        r"\b(?:беременн\w{2,3}|диагноз\w{0,2}|ВИЧ\b|диабетик\w{0,2}|эпилептик\w{0,2})\b",
    ),
}

# --- Arabic -----------------------------------------------------------------------------------------------------

_RELATIVES_AR = r"(?:(?:زوج|زوجت|والد|والدت|شقيق|شقيقت|أخ|أخي|أخت|ابن|ابنت|أم|عم|خال|ابن عم|جد|جدت|خطيبت|أرملت|أطفال|أولاد|أبناء|ولدا|ولدي|بنات|أشقاء|إخوت)(?:ه|ها|هم|يه|يها|هما))"
_OF_AR = r"(?:زوج|زوجة|والد|والدة|شقيق|شقيقة|أخ|أخت|ابن|ابنة|أم|أرملة|خطيبة|أبناء|أطفال)"
_WHO_AR = r"(?:المدافع|المدافعة|المحامي|المحامية|الناشط|الناشطة|الصحفي|الصحفية|الشاهد|الشاهدة|الضحية|المحتجز|المعتقل|المشتكي|الخبير|الخبيرة)"

AR = {
    "case-number": (r"(?:قضية|القضية|ملف|الملف|الدعوى|المحضر)\s(?:رقم|عدد)\s?(?=[\w/.-]{0,12}\d)[\w/.-]{1,24}",),
    "time-of-day": (
        r"(?:الساعة|في الساعة)\s\S{1,12}",
        r"(?<!\w)(?:عند الفجر|فجرا|عند منتصف الليل|بعد منتصف الليل|وقت الفجر|قبل الفجر)(?!\w)",
    ),
    "relative": (
        rf"(?<!\w)[وفبل]{{0,2}}{_RELATIVES_AR}(?!\w)",
        rf"(?<!\w)[وفبل]{{0,2}}{_OF_AR}\s{_WHO_AR}(?!\w)",
    ),
    "unique-office": (
        r"(?:رئيس|رئيسة|مدير|مديرة|مؤسس|مؤسسة|منسق|منسقة|أمين عام|أمينة عامة|الناطق باسم|الناطقة باسم)\s(?:جمعية|منظمة|شبكة|مركز|نقابة|رابطة|اتحاد|صحيفة|مجلة|لجنة أهالي|حركة|مؤسسة)",
        r"(?<!\w)(?:نقيب|نقيبة)\s(?:المحامين|الصحفيين|المعلمين|الأطباء|المهندسين)",
        r"(?:المحامي|المحامية|الصحفي|الصحفية|القاضي|القاضية|الطبيب|الطبيبة|الخبير|الخبيرة|المرأة)\s(?:الوحيد|الوحيدة|الأول|الأولى)(?!\w)",
    ),
    "nationality-office": (
        r"(?:الخبير|الخبيرة|العضو|القاضي|القاضية)\s[\u0621-\u064a]{4,14}(?:ي|ية)\s(?:في|لدى)\s(?:اللجنة|لجنة|المجلس|مجلس|الفريق|الآلية)",
    ),
    "sentence": (
        r"(?:حُكم|حكم|الحكم|حُكِم|صدر\sبحق\w{1,3}\sحكم)\s(?:\S{1,10}\s){0,3}(?:بالسجن|بالحبس)\s(?:\S{1,10}\s){0,2}(?:سنوات|سنة|سنتين|عاما|عامين|أعوام|أشهر|شهرا|شهرين|يوما)",
        r"(?:حُكم|حكم)\s(?:\S{1,10}\s){0,2}(?:بالإعدام|بالسجن المؤبد)",
    ),
    "fine": (rf"(?:غرامة|بغرامة|كفالة)\s(?:\S{{1,10}}\s){{0,3}}{_AMOUNT}",),
    "facility": (
        r"(?<![\u0621-\u064a])[وفبلك]?(?:سجن|مستشفى|مشفى|معتقل)\s(?!(?:النساء|مركزي|عسكري|المركزي|العسكري|العام|انفرادي|الاحتياط|المؤبد|لمدة|مدة|في|من|أو|على|إلى|ثم|بعد|بتهمة|محلي|حكومي|عام|هذا|هذه|كل|أي)(?![\u0621-\u064a]))[\u0621-\u064a]{2,15}",
    ),
    "flight": (r"(?:الرحلة|رحلة)\s(?:رقم\s)?(?:[A-Z]{1,2}\d?\s?)?\d{2,4}(?!\d)",),
    "agents": (
        r"(?:رجلان|رجلين|شرطيان|شرطيين|عنصران|عنصرين|(?:ثلاثة|أربعة|خمسة|ستة|سبعة|ثمانية|تسعة|عشرة|عشرون|عشرين|ثلاثون|ثلاثين|\d{1,2})\s(?:من\s)?(?:رجال|عناصر|جنود|ملثمين|مسلحين|مسلحا|مسلحًا|مسلحاً|ضباط|أفراد|شرطيا|شرطياً|جنديا))",
    ),
    "medical": (
        r"(?:حامل\sفي|حاملا\s|مصاب(?:ة)?\sب(?:مرض|داء|السكري|السرطان|الصرع|فيروس)|[يت]عاني\sمن\s(?:مرض|داء|السكري|السرطان|الصرع|الاكتئاب|الربو)|بالسرطان|بالسكري|بالصرع|(?:داء|مرض)\s(?:السكري|السرطان|القلب|الكلى|الصرع|الربو)|(?:كسر|كسور)\sفي\s)",
    ),
}

# --- Chinese ----------------------------------------------------------------------------------------------------

_RELATIVES_ZH = r"(?:妻子|丈夫|配偶|母亲|父亲|父母|哥哥|弟弟|姐姐|妹妹|兄弟|姐妹|儿子|女儿|子女|孩子|叔叔|姑姑|舅舅|侄子|外甥|未婚妻|未婚夫|岳父|岳母|祖父|祖母|遗孀|前妻|前夫)"
_COUNT_ZH = r"(?:[一二两三四五六七八九十]{1,3}|\d{1,2})"

ZH = {
    "case-number": (r"[(（〔\[]\d{4}[)）〕\]][\w]{1,10}字?第?\d{1,6}号",),
    "time-of-day": (
        r"(?:上午|下午|凌晨|晚上|晚间|晚|中午|清晨)[，,]?(?:\d{1,2}|[一二三四五六七八九十两]{1,3})[时点:]\d{0,2}|\d{1,2}[时点]\d{1,2}分|[一二三四五六七八九十两]{1,3}点(?:半|左右|钟)",
        r"(?:黎明时分|午夜时分|凌晨时分|拂晓)",
    ),
    "relative": (
        rf"(?:他|她|其|他们|她们|女士|先生)(?:的)?(?:[两三四几]个|大|小|前)?{_RELATIVES_ZH}",
        r"其(?:前)?[妻夫父母兄弟姐妹子女](?![\u4e00-\u9fff]?们|权|女性)(?!性)",
        rf"(?:维权人士|维护者|律师|记者|活动人士|证人|受害者|被拘留者|当事人)的(?:[两三四几]个)?{_RELATIVES_ZH}",
    ),
    "unique-office": (
        r"(?:协会|组织|网络|中心|基金会|联盟|工会|报社|律所|律师事务所)(?:的)?(?:主席|会长|主任|负责人|创始人|秘书长|发言人|总编辑|理事长)",
        r"(?:唯一|首位|第一位)的?[\u4e00-\u9fff]{0,6}(?:律师|记者|法官|医生|专家|女性|代表)",
    ),
    "nationality-office": (r"[\u4e00-\u9fff]{2,5}籍(?:的)?[\u4e00-\u9fff]{0,6}(?:专家|委员|成员|报告员)",),
    "sentence": (
        r"(?<!可)(?<!处以)(?:判处|被判)(?:有期徒刑)?[一二两三四五六七八九十\d]{1,3}(?:年|个月)",
        r"(?:被判|判处)(?:死刑|无期徒刑)",
        r"(?:行政|刑事)?拘留(?:了)?(?:\d{1,3}|[一二三四五六七八九十]{1,3})(?:天|日)",
    ),
    "fine": (rf"(?:罚款|保释金)\s?(?:人民币)?\s?[\d一二三四五六七八九十百千万., ]{{1,10}}\s?{_MONEY}",),
    "facility": (
        r"[\u4e00-\u9fff]{2,4}(?:市|县|省|区)?第?[一二三四五六七八九十]{0,3}(?:监狱|看守所|医院|拘留所|教化所|劳教所)",
    ),
    "flight": (r"[A-Z]{2}\d{3,4}(?:次)?航班|航班\s?[A-Z]{2}\s?\d{3,4}",),
    "agents": (
        rf"{_COUNT_ZH}名(?:男子|女子|警察|便衣|男性|女性|蒙面|武装|持枪|不明身份|安全人员|执法人员|特工|军人|士兵|武警|民警|国保|武装人员)",
    ),
    "medical": (r"(?:怀孕|患有|糖尿病|癌症|癫痫|艾滋病|精神分裂|抑郁症|心脏病|流产)",),
}

# By the letters without which no text of a language is: what cannot be there is not looked for.
TURNS: tuple[tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...]], ...] = tuple(
    (
        re.compile(letters),
        tuple(
            (rule, re.compile(one, re.IGNORECASE))
            for language in languages
            for rule, ones in language.items()
            for one in ones
        ),
    )
    for letters, languages in (
        ("[A-Za-z]{2}", (EN, FR, ES)),
        ("[\u0400-\u04ff]{2}", (RU,)),
        ("[\u0621-\u064a]{2}", (AR,)),
        ("[\u4e00-\u9fff]", (ZH,)),
    )
)
