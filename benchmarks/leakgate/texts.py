"""Clean texts: what entries of the registry say, in the six languages of the United Nations. Invented, and naming nobody.

`TRAPS` are the sentences in which a careless gate cries wolf; with each the particulars that it would fall for.
"""

from __future__ import annotations

import random

# Sentences of an entry. No names, no dates finer than a month, nothing that identifies.
SENTENCES: dict[str, tuple[str, ...]] = {
    "en": (
        "A human rights defender took part in a session of the Human Rights Council in Geneva.",
        "After the session, a lawyer was summoned to a police station and questioned about meetings with United Nations experts.",
        "State media accused the organisation of spreading false information abroad.",
        "In March 2026, authorities searched the office of a civil society organisation and seized documents.",
        "The allegation was shared with the Government, which has not yet replied.",
        "According to the source, the measures were meant to deter other people from cooperating with the United Nations.",
        "The Special Rapporteur on the situation of human rights defenders raised the matter in a communication (XAA 3/2026).",
        "See also A/HRC/48/28, para. 12, and Human Rights Council resolution 12/2.",
        "A journalist who had spoken at a side event received threats by telephone.",
        "The Committee against Torture asked the State party to protect everyone who had contributed to the review.",
        "Members of the delegation filmed the participants of the event, who felt watched.",
        "The organisation was refused registration several months after it had submitted a report to the universal periodic review.",
        "A travel ban prevented a community leader from attending the Forum on Minority Issues.",
        "The Government replied that the investigation had nothing to do with the cooperation and that everybody was equal before the law.",
        "The President of the Human Rights Council met the Permanent Representative and expressed concern.",
        "Two organisations confirmed the account independently of each other.",
        "The case remains open, and the persons concerned asked that their names not be published.",
        "A relative was dismissed from a public post in the following months.",
        "The bank accounts of the association were frozen without an explanation.",
        "The situation was reflected in the report of the Secretary-General on cooperation with the United Nations.",
        "The law on foreign funding was amended again in 2025, which made the work of civil society harder.",
        "It may take long until an answer comes, and hope is what remains.",
        "The Minister of Foreign Affairs said that all States should protect civil society space.",
        "The treaty body adopted guidelines against intimidation and reprisals (the San José Guidelines).",
    ),
    "fr": (
        "Un défenseur des droits humains a participé à une session du Conseil des droits de l’homme à Genève.",
        "Après la session, une avocate a été convoquée par la police et interrogée sur ses rencontres avec des experts des Nations Unies.",
        "Les médias d’État ont accusé l’organisation de diffuser de fausses informations à l’étranger.",
        "En mars 2026, les autorités ont perquisitionné les locaux d’une organisation de la société civile et saisi des documents.",
        "L’allégation a été transmise au Gouvernement, qui n’a pas encore répondu.",
        "Selon la source, ces mesures visaient à dissuader d’autres personnes de coopérer avec l’Organisation des Nations Unies.",
        "La Rapporteuse spéciale sur la situation des défenseurs des droits humains a soulevé la question dans une communication (XAA 3/2026).",
        "Voir aussi A/HRC/48/28, par. 12, et la résolution 12/2 du Conseil des droits de l’homme.",
        "Un journaliste qui avait pris la parole lors d’une réunion parallèle a reçu des menaces par téléphone.",
        "Le Comité contre la torture a demandé à l’État partie de protéger toutes les personnes ayant contribué à l’examen.",
        "L’enregistrement de l’organisation a été refusé quelques mois après la présentation d’un rapport à l’Examen périodique universel.",
        "Une interdiction de voyager a empêché une dirigeante communautaire d’assister au Forum sur les questions relatives aux minorités.",
        "Le Gouvernement a répondu que l’enquête était sans rapport avec cette coopération.",
        "Le Président du Conseil des droits de l’homme a rencontré le Représentant permanent et exprimé sa préoccupation.",
        "Deux organisations ont confirmé les faits indépendamment l’une de l’autre.",
        "L’affaire reste ouverte et les personnes concernées ont demandé que leurs noms ne soient pas publiés.",
        "Les comptes bancaires de l’association ont été gelés sans explication.",
        "La situation figure dans le rapport du Secrétaire général sur la coopération avec l’Organisation des Nations Unies.",
        "La loi sur les financements étrangers a de nouveau été modifiée en 2025.",
        "Le Ministre des affaires étrangères a déclaré que tous les États devaient protéger l’espace civique.",
    ),
    "es": (
        "Un defensor de los derechos humanos participó en un período de sesiones del Consejo de Derechos Humanos en Ginebra.",
        "Después de la sesión, una abogada fue citada por la policía e interrogada sobre sus reuniones con expertos de las Naciones Unidas.",
        "Los medios de comunicación estatales acusaron a la organización de difundir información falsa en el extranjero.",
        "En marzo de 2026, las autoridades registraron la oficina de una organización de la sociedad civil y se llevaron documentos.",
        "La denuncia se transmitió al Gobierno, que aún no ha respondido.",
        "Según la fuente, las medidas pretendían disuadir a otras personas de cooperar con las Naciones Unidas.",
        "La Relatora Especial sobre la situación de los defensores de los derechos humanos planteó el asunto en una comunicación (XAA 3/2026).",
        "Véanse también A/HRC/48/28, párr. 12, y la resolución 12/2 del Consejo de Derechos Humanos.",
        "Un periodista que había intervenido en un acto paralelo recibió amenazas por teléfono.",
        "El Comité contra la Tortura pidió al Estado parte que protegiera a todas las personas que habían contribuido al examen.",
        "Se denegó la inscripción de la organización varios meses después de que presentara un informe al examen periódico universal.",
        "Una prohibición de viajar impidió a una líder comunitaria asistir al Foro sobre Cuestiones de las Minorías.",
        "El Gobierno respondió que la investigación no guardaba relación con la cooperación.",
        "El Presidente del Consejo de Derechos Humanos se reunió con el Representante Permanente y expresó su preocupación.",
        "Dos organizaciones confirmaron los hechos de manera independiente.",
        "El caso sigue abierto y las personas afectadas pidieron que no se publicaran sus nombres.",
        "Las cuentas bancarias de la asociación fueron congeladas sin explicación.",
        "La situación figura en el informe del Secretario General sobre la cooperación con las Naciones Unidas.",
        "La ley sobre financiación extranjera fue modificada de nuevo en 2025.",
        "El Ministro de Relaciones Exteriores dijo que todos los Estados debían proteger el espacio cívico.",
    ),
    "ru": (
        "Правозащитник принял участие в сессии Совета по правам человека в Женеве.",
        "После сессии адвоката вызвали в полицию и допросили о встречах с экспертами Организации Объединенных Наций.",
        "Государственные средства массовой информации обвинили организацию в распространении ложных сведений за рубежом.",
        "В марте 2026 года власти провели обыск в помещении организации гражданского общества и изъяли документы.",
        "Утверждение было передано правительству, которое пока не ответило.",
        "По словам источника, эти меры должны были удержать других людей от сотрудничества с Организацией Объединенных Наций.",
        "Специальный докладчик по вопросу о положении правозащитников поднял этот вопрос в сообщении (XAA 3/2026).",
        "См. также A/HRC/48/28, пункт 12, и резолюцию 12/2 Совета по правам человека.",
        "Журналист, выступивший на параллельном мероприятии, получил угрозы по телефону.",
        "Комитет против пыток просил государство-участник защитить всех, кто внес вклад в рассмотрение доклада.",
        "Организации было отказано в регистрации через несколько месяцев после представления доклада в рамках универсального периодического обзора.",
        "Запрет на выезд помешал лидеру общины принять участие в работе Форума по вопросам меньшинств.",
        "Правительство ответило, что расследование не связано с сотрудничеством.",
        "Председатель Совета по правам человека встретился с Постоянным представителем и выразил обеспокоенность.",
        "Две организации независимо друг от друга подтвердили эти сведения.",
        "Дело остается открытым, и заинтересованные лица просили не публиковать их имена.",
        "Банковские счета ассоциации были заморожены без объяснения причин.",
        "Положение отражено в докладе Генерального секретаря о сотрудничестве с Организацией Объединенных Наций.",
        "Закон об иностранном финансировании был вновь изменен в 2025 году.",
        "Министр иностранных дел заявил, что все государства должны защищать гражданское общество.",
    ),
    "ar": (
        "شارك مدافع عن حقوق الإنسان في دورة لمجلس حقوق الإنسان في جنيف.",
        "وبعد الدورة استُدعيت محامية إلى مركز الشرطة واستُجوبت بشأن لقاءاتها مع خبراء الأمم المتحدة.",
        "واتهمت وسائل الإعلام الرسمية المنظمة بنشر معلومات كاذبة في الخارج.",
        "وفي مارس 2026 فتشت السلطات مكتب منظمة من منظمات المجتمع المدني وصادرت وثائق.",
        "وأُحيل الادعاء إلى الحكومة التي لم ترد بعد.",
        "ووفقا للمصدر، كان الغرض من هذه التدابير ثني الآخرين عن التعاون مع الأمم المتحدة.",
        "وأثارت المقررة الخاصة المعنية بحالة المدافعين عن حقوق الإنسان المسألة في رسالة (XAA 3/2026).",
        "انظر أيضا الوثيقة A/HRC/48/28، الفقرة 12، وقرار مجلس حقوق الإنسان 12/2.",
        "وتلقى صحفي كان قد تحدث في نشاط جانبي تهديدات عبر الهاتف.",
        "وطلبت لجنة مناهضة التعذيب إلى الدولة الطرف حماية كل من ساهم في الاستعراض.",
        "ورُفض تسجيل المنظمة بعد عدة أشهر من تقديمها تقريرا إلى الاستعراض الدوري الشامل.",
        "وحال حظر السفر دون مشاركة قائدة مجتمعية في المنتدى المعني بقضايا الأقليات.",
        "وردت الحكومة بأن التحقيق لا علاقة له بالتعاون.",
        "والتقى رئيس مجلس حقوق الإنسان بالممثل الدائم وأعرب عن قلقه.",
        "وأكدت منظمتان الوقائع كل على حدة.",
        "ولا تزال القضية مفتوحة، وطلب الأشخاص المعنيون عدم نشر أسمائهم.",
        "وجُمدت الحسابات المصرفية للجمعية دون تفسير.",
        "ويرد ذكر الحالة في تقرير الأمين العام عن التعاون مع الأمم المتحدة.",
        "وعُدل قانون التمويل الأجنبي مرة أخرى في عام 2025.",
        "وقال وزير الخارجية إن على جميع الدول حماية الفضاء المدني.",
    ),
    "zh": (
        "一名人权维护者参加了在日内瓦举行的人权理事会会议。",
        "会议结束后,一名律师被传唤到派出所,并被问及与联合国专家的会面情况。",
        "官方媒体指责该组织在国外散布虚假信息。",
        "2026年3月,当局搜查了一个民间社会组织的办公室,并没收了文件。",
        "该指控已转交政府,政府尚未答复。",
        "据消息来源称,这些措施旨在阻止其他人与联合国合作。",
        "人权维护者处境问题特别报告员在一份来文(XAA 3/2026)中提出了这一问题。",
        "另见A/HRC/48/28号文件第12段和人权理事会第12/2号决议。",
        "一名曾在会外活动上发言的记者收到电话威胁。",
        "禁止酷刑委员会要求缔约国保护所有为审议作出贡献的人。",
        "该组织向普遍定期审议提交报告几个月后,其登记申请遭到拒绝。",
        "旅行禁令使一名社区领袖无法出席少数群体问题论坛。",
        "政府答复称,调查与合作无关。",
        "人权理事会主席会见了常驻代表并表示关切。",
        "两个组织各自独立证实了这一情况。",
        "案件仍未结案,有关人员要求不公布姓名。",
        "协会的银行账户在没有解释的情况下被冻结。",
        "秘书长关于与联合国合作的报告反映了这一情况。",
        "关于外国资助的法律于2025年再次修订。",
        "外交部长表示,所有国家都应保护公民空间。",
    ),
}  # fmt: skip

# Where a written name is put: {X} stands for it.
FRAMES: dict[str, tuple[str, ...]] = {
    "en": ("In March, {X} was summoned by the police.", "The authorities questioned {X} about the report.", "The meeting was attended by {X}, among others.", "Threats against {X} continued.", "{X} told the Council what had happened."),
    "fr": ("En mars, {X} a été convoqué par la police.", "Les autorités ont interrogé {X} au sujet du rapport.", "Les menaces contre {X} ont continué.", "{X} a raconté les faits au Conseil."),
    "es": ("En marzo, {X} fue citado por la policía.", "Las autoridades interrogaron a {X} sobre el informe.", "Continuaron las amenazas contra {X}.", "{X} relató los hechos al Consejo."),
    "ru": ("В марте полиция вызвала на допрос {X}.", "Власти допросили {X} о докладе.", "Угрозы в адрес {X} продолжались.", "{X} рассказывает Совету о случившемся."),
    "ar": ("وفي مارس استدعت الشرطة {X} للتحقيق.", "واستجوبت السلطات {X} بشأن التقرير.", "واستمرت التهديدات ضد {X} بعد ذلك.", "تحدث {X} أمام المجلس عما حدث."),
    "zh": ("3月,警方传唤了 {X} 。", "当局就报告询问了 {X} 。", "对 {X} 的威胁仍在继续。", "{X} 向理事会讲述了事情经过。"),
}  # fmt: skip

# (language, text, particulars as (kind, values, also), allowed): a text in which nothing must be found.
TRAPS: tuple[tuple[str, str, tuple[tuple[str, tuple[str, ...]], ...], tuple[str, ...]], ...] = (
    ("en", "They may go, and in May 2026 the Council may meet again; hope and grace will remain.", (("person", ("May Grace",)), ("person", ("Hope Will",))), ()),
    ("en", "The delegates landed at Orrelby Airport and walked along Orrelby Street to the University.", (("person", ("Tamsin Orrelby",)),), ()),
    ("en", "The Varga Act was adopted by Parliament, and the Varga Prize was awarded in 2025.", (("person", ("Ines Varga",)),), ()),
    ("en", "Minister Orrelby spoke for the Government.", (("person", ("Tamsin Orrelby",)),), ("Minister Orrelby",)),
    ("en", "The young judge said that the law is the law; a long march of justice.", (("person", ("Law Long",)), ("person", ("Young March",))), ()),
    ("en", "Jordan, Chad, Georgia, Israel and France made statements as members of the Council.", (("person", ("Chad Jordan",)), ("person", ("Georgia France",))), ("Jordan", "Chad", "Georgia", "France")),
    ("en", "He is to do so, and she has no more to say on it; an end in the long run.", (("person", ("He So",)), ("person", ("An Do",)), ("person", ("Li Na",))), ()),
    ("en", "As resolution 60/251 of 15 March 2006 says, members shall uphold the highest standards.", (("date", ("2026-03-14",)),), ()),
    ("en", "The registry counts entries of 2024, 2025 and 2026; in March 2026 there were three.", (("date", ("2026-03-14",)),), ()),
    ("en", "The Istanbul Protocol, the Mandela Rules and the Paris Principles were quoted.", (("person", ("Paris Istanbul",)), ("person", ("Rules Mandela",))), ("Istanbul Protocol", "Mandela Rules", "Paris Principles")),
    ("en", "The committee on human rights of the bar association published a report on legal aid.", (("organisation", ("Lantern Network for Legal Aid",)), ("organisation", ("Human Rights Committee of the Seven Valleys",))), ()),
    ("en", "The province of Ostrana was mentioned, without a district.", (("place", ("Velmora, Tarquin Hollow, Ostrana Province",)),), ("Ostrana",)),
    ("fr", "Pierre est une pierre ; la paix et la juste prudence, en mai 2026, au bord de la mer.", (("person", ("Prudence Lapaix",)), ("person", ("Juste Mai",))), ()),
    ("fr", "La délégation a atterri à l’aéroport Orrelby, rue Orrelby, et cité la loi Orrelby.", (("person", ("Tamsin Orrelby",)),), ()),
    ("fr", "Au cours de la session, son mandat et sa mission ont été prolongés.", (("person", ("Sami Manda",)),), ()),
    ("es", "La paz, la luz y la esperanza son de todos; el campo y la sierra, la cruz y la flor.", (("person", ("Luz Campos",)), ("person", ("Esperanza de la Cruz",))), ()),
    ("es", "La delegación llegó al aeropuerto Orrelby y pasó por la calle Orrelby.", (("person", ("Tamsin Orrelby",)),), ()),
    ("ru", "Вера в справедливость, надежда и любовь остаются; мир во всем мире и слава труду.", (("person", ("Вера Мир",)), ("person", ("Любовь Слава",))), ()),
    ("ru", "Делегация прилетела в аэропорт имени Воронцова и проехала по улице Воронцова.", (("person", ("Олег Воронцов",)),), ()),
    ("ru", "Комитет рассмотрел доклад, а совет принял решение о защите прав.", (("person", ("Роман Комитетский",)),), ()),
    ("ar", "على الدولة أن تحمي الجميع، وعلى المجلس أن يتابع، والحق والعدل والسلام للجميع.", (("person", ("علي الحق",)), ("person", ("سلام عدل",))), ()),
    ("ar", "وصل الوفد إلى مطار العتيبي ومر بشارع العتيبي.", (("person", ("محمد العتيبي",)),), ()),
    ("ar", "قال الأمين العام إن التقرير صالح للنشر، وإن الأمر حسن وجميل.", (("person", ("أمين صالح",)), ("person", ("حسن جميل",))), ()),
    ("zh", "和平与正义是人民的希望,国际社会应当保护自由和民主。", (("person", ("王和平",)), ("person", ("李建国",)), ("person", ("张自由",))), ()),
    ("zh", "代表团抵达小明机场,并经过小明路。", (("person", ("王小明",)),), ()),
    ("zh", "王国的国王与张开的大门,高度和方法。", (("person", ("王方",)), ("person", ("高明",))), ()),
)  # fmt: skip


def clean_text(language: str, rng: random.Random, words: int) -> str:
    """A text of about so many words (of Chinese, twice as many signs), in paragraphs; sentences may come again in long ones."""
    wanted = words * 2 if language == "zh" else words
    sentences: list[str] = []
    size = 0
    while size < wanted:
        for sentence in rng.sample(SENTENCES[language], len(SENTENCES[language])):
            sentences.append(sentence)
            size += len(sentence) if language == "zh" else len(sentence.split())
            if size >= wanted:
                break
    space = "" if language == "zh" else " "
    return "\n".join(space.join(sentences[i : i + 5]) for i in range(0, len(sentences), 5))
