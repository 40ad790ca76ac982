"""Word lists: what stands in and around names without being one. Data, by language; folded when loaded.

A list never weakens a rule: it says of a word what it can also be, and the rules then ask for company or context.
"""

from __future__ import annotations

import re
from functools import cache

from babel import Locale

from app.leakgate.reading import fold_words

UN_LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh")


def _folded(*texts: str) -> frozenset[str]:
    return frozenset(fold_words("\n".join(texts)))


# Parts of names that identify nobody.
NAME_PARTICLES = _folded(
    "al el ad an ar as at az ash ul ur ed er bin ben ibn bint ould mint abu abou umm om oum abd abdul abdel"
    " de da do dos das du des d la le les las los del della di y e i van von der den ter ten te zu zur af av"
    " ال بن ابن بنت أبو أبا أبي أم ولد عبد آل بو و"
    " ben bar bat בן בת אל"
)
PARTICLES = NAME_PARTICLES | _folded("of the and for in on at to by with et und och og en pour para por с в и на по ה")

# Words that stand before or after a person's name.
TITLES = _folded(
    "mr mrs ms miss mx dr prof professor sir lady lord judge justice lawyer attorney advocate journalist father fr sister sr brother"
    " rev reverend pastor imam sheikh shaykh cheikh haji hajji hajj sayyid sayed mullah rabbi captain colonel general major sergeant"
    " named called alias aka surnamed",
    "m mme mlle mr me maître monsieur madame mademoiselle docteur professeur juge avocat avocate journaliste père soeur frère nommé nommée",
    "sr sra srta señor señora señorita don doña dr dra licenciado licenciada abogado abogada juez jueza profesor profesora periodista"
    " padre hermana hermano llamado llamada",
    "г гн гжа господин госпожа господина госпожи господину госпоже адвокат адвоката адвокату адвокатом журналист журналистка доктор профессор судья отец"
    " правозащитник правозащитница активист активистка гражданин гражданка",
    "السيد السيدة الآنسة سيد سيدة الأستاذ الأستاذة أستاذ الدكتور الدكتورة دكتور المحامي المحامية الصحفي الصحفية الشيخ شيخ الحاج القاضي المدعو المدعوة"
    " الناشط الناشطة المهندس",
    "herr frau bay bayan bey hanım pan pani shri smt ato weyzero weizero san sensei אדון גברת מר עו ד",
)

# Names that are ordinary words too: alone they are worth a look where they could be a name, and nothing elsewhere.
ORDINARY = _folded(
    "كانون شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين جانفي فيفري أفريل جوان جويلية أوت",
    "ислам мирный мирная северный южный красный белый черный",
    "islam muslim christian buddhist jewish catholic",
    "may june april august hope grace joy faith will mark bill rose pearl victor christian law king long song young summer angel mercy patience blessing"
    " prince princess white black brown green grey gray stone rich price bell march baker cook smith judge bishop west east north south reason case trust love"
    " peace victory memory precious gift fortune wisdom justice freedom liberty unity glory honour honor charity prudence constance felicity verity dawn iris"
    " violet lily daisy ivy heather hazel holly ruby amber jade crystal robin martin drew grant frank earnest ernest guy dean max miles rob pat sue art jack"
    " wood woods forest hill hills field fields brook brooks lake rivers banks bridge street church parish temple marsh moor heath park parks gates hall house"
    " power powers chance pope abbot monk priest shepherd fisher hunter archer carter mason miller taylor tailor weaver turner potter porter page knight noble"
    " marshall sergeant major day days week winter spring frost snow rain moon star sterling savage strong wise swift sharp short small little big best good"
    " early late ward wall walls berry cherry rice bean pepper fox wolf lamb bird swan crane finch drake hawk eagle lion bear bond cross crown sage ray sky"
    " chase hunt rush reed root rod ball bass bush case cash close cost court craft dear dove fair farmer first flood flowers foot ford free french friend"
    " english irish welsh scott german berlin holland england france israel jordan chad georgia paris london china cuba kenya vienna florence victoria sydney"
    " an so do li ma he she you no sun son man ho go to lo le la mo mu yo ya ha hu bo dong dang ding tan tang bang ban can fan fang gun hang hung long lung"
    " men pan pang pin ping ran ring sang shan she shi sing sung tai tong wan wang wing yang yin he me my so we be at it is in us or am as by if of on up"
    " press union state states media video radio post target profit success pride royal",
    "pierre blanc blanche noir rose marguerite violette aimé aimée désiré désirée dieudonné constant clément clémence juste prudence marine océan fleur"
    " olive reine roi dieu ange bon bonne petit petite grand grande grands leblanc lebrun legrand leroux rousse roux brun moulin dupont dubois duval forêt"
    " fontaine rivière lacroix chevalier marchand berger boucher boulanger meunier maire maréchal sergent avril mai juin aout juillet lundi noël pascal marin",
    "rosa blanca blanco paz luz cruz esperanza consuelo dolores remedios soledad socorro mercedes milagros pilar rosario amparo angustias caridad salud"
    " concepción asunción encarnación gloria victoria flor flores ríos rios iglesias castillo torres campos prado valle vega sierra costa león lobo cordero"
    " rey reyes guerra guerrero marino molina moreno rubio delgado bravo bueno alegre leal franco abril domingo mayor santos santo calle plaza parra mesa",
    "вера надежда любовь мир роман май слава победа воля свобода рада лев роза лилия вереск виктория дарья майя белый черный красный большой мороз король"
    " голова волк ворон сокол орел коваль мельник бондарь гончар кравец швец слуга господин правда москва март",
    "علي حسن كريم سعيد أمل نور سلام عدل حق فرح جميل صالح أمين رئيس عام شهيد مجاهد هدى جمال عادل صادق "
    " سيف بدر قمر شمس ربيع رمضان شعبان رجب محرم جمعة خميس عيد حياة حرية إيمان وفاء رجاء دعاء ثورة نصر فتح شريف عزيز حبيب وحيد فريد مجيد"
    " عالي عربي مغربي مصري لبناني سوري عراقي يمني تونسي سوداني نجاح أحلام آمال أمان أمينة سعيدة جميلة كريمة"
    " حبيبة حكيم عليم رحيم سليم راضي وسام وعد عهد جهاد كفاح بركة نعمة رحمة حكمة "
    " فارس حارس ظاهر جازم لازم مبارك مؤمن مسلم صباح مساء ورد زهرة",
    "和平 建国 国庆 胜利 解放 光明 红旗 民主 自由 正义 光荣 永远 文明 美好 天空 高兴 建设 建军 文化 平安 幸福 希望 国际 国家 人民 社会 世界 中华 东方 太平 长江 黄河 明月 伟大 保卫 保护 信任 信心 健康 元旦 "
    "先锋 公平 公正 努力 勇敢 卫生 友好 发展 合法 团结 国强 国防 坚定 坚强 坚持 大众 大学 大海 太阳 奋斗 学生 守法 安全 宏大 家庭 尊敬 尊重 巨大 平等 广大 建立 开放 强大 志愿 志气 忠诚 快乐 思想 思考 感谢 "
    "成为 成功 成立 援助 支持 改革 政治 教育 敬爱 新年 新闻 明天 明显 明确 春天 春节 月亮 未来 欢迎 正在 正常 正式 正确 民族 永久 江山 法律 法治 海外 海洋 清楚 爱国 爱情 独立 理想 真实 真正 祖国 秋天 科学 "
    "稳定 立刻 立即 立场 经济 美丽 群众 自强 英雄 诚实 跃进 进步 远大 重大 青年 革命 高峰 黎明 一平 公开 安宁 安静 平静 开明 开心 向阳 方向 方面 方法 高度 高级 时间 时光 时代 白天 温暖 温和 严重 严格 常常 "
    "经常 成长 任何 任务",
    "barış umut devrim özgür deniz güneş yıldız ay can gül aslan demir kaya toprak savaş zafer ümit eylem tüm"
    " mai ernst klein gross groß lange kurz wolf vogel stein berg könig kaiser richter schmidt müller becker fischer jäger frei",
)

# The shortest and most frequent words of languages in Latin and Cyrillic letters: a name that is one of them needs company.
STOP = _folded(
    "about all and any are because been but can could did each for from had has have her here him his how into its just like made make many more most much must"
    " new nor not now off old one only our out over own per said same say says see set she should than that the them then they this too two use very via was way"
    " well were what when who why will you your",
    "aux avec car ces cet cette comme dans des deux donc dont elle est ete etre eux fait font fut ici ils leur mais meme mes moi mon nos notre nous ont par pas peu"
    " plus pour puis que quel qui rien sans ses soi sont sous sur tel tes toi ton tous tout tres une vos votre vous y a dit fin lui on ou si sa se son ta te tu",
    "algo ante asi aun bajo bien cada casi como con cual cuyo dan dar del desde dia dos ella ellos era eran esa ese eso esta este esto fin fue fueron gran ha hace"
    " han hay hoy las les los mas mes mil mis modo muy nada nos otra otro para pero poco por pues que quien san sea segun ser sin sino sobre solo son soy sus tal"
    " tan te ti toda todo tras tres tu una uno unos usted vez via ya",
    "auch auf aus bei bis das dem den der des die dir doch ein eine einem einen einer er es fur hat ich ihr ihre im in ist kein man mit nach nicht noch nur ob oder"
    " sein seine sich sie sind so und uns vom von vor war was wenn wer wie wir zu zum zur",
    "bir bu da de icin ile ise ki ne o olan olarak sen ve ya",
    "com dos das ele ela foi mais mas nao nas nos ou pela pelo por sem seu sua tem um uma che con della delle gli il lo nel non per piu sono sua suo una",
    "من في على إلى عن مع هذا هذه ذلك تلك التي الذي الذين ما لا لم لن إن أن كان كانت يكون قد كل بعد قبل بين عند أو ثم حتى منذ خلال دون غير أي أحد إحدى هو هي"
    " هم كما لما مما عما حيث إذا بل أما وقد فقد لقد ليس ليست كذلك أيضا أجل ضد نحو لدى فيه فيها منه منها عليه عليها له لها به بها لهم بهم أكثر أقل أول آخر",
    "а без бы был была были быть в вам вас весь во вот все всех вы где да даже для до его ее ей ему если есть еще же за и из или им их к как ко когда кто ли"
    " между меня мне мы на над надо нас не него нее нет ни них но ну о об он она они оно от по под при про с со так там те тем то того тоже той только том тот"
    " ту ты у уже чего чей чем что чтобы эта эти это этот я",
)

# Offices and months of several words, of which each alone could be a name.
SET_PHRASES = (
    "Haut-Commissariat",
    "Haut-Commissaire",
    "Haute-Commissaire",
    "High Commissioner",
    "Alto Comisionado",
    "Alta Comisionada",
    "Верховный комиссар",
    "高级专员",
    "الأمين العام",
    "الأمينة العامة",
    "الاستعراض الدوري الشامل",
    "المفوض السامي",
    "المفوضية السامية",
    "المفوضة السامية",
    "وزارة العدل",
    "وزير العدل",
    "محكمة العدل",
    "كانون الأول",
    "كانون الثاني",
    "تشرين الأول",
    "تشرين الثاني",
    "ربيع الأول",
    "ربيع الآخر",
    "جمادى الأولى",
    "التجمع السلمي",
    "المجتمع المدني",
    "Human Rights Day",
    "Ministry of Justice",
    "Supreme Court",
    "Constitutional Court",
    "Ministère de la justice",
    "Ministerio de Justicia",
    "San José",
    "San Jose",
)

# The towns where the bodies of the United Nations sit, in the forms in which a sentence puts them.
SEATS = _folded(
    "Geneva Vienna Nairobi Genève Vienne Nairobi Ginebra Viena",
    "Женева Женеве Женеву Женевы Женевой Вена Вене Вену Вены Веной Найроби",
    "جنيف فيينا نيروبي نيويورك",
)

# Two or three capitals that are nobody's initials.
PAIRS = frozenset(
    "UN EU US UK TV PR AI IT ID HR AL UA OL AU NU OAS AU EC ICC ICJ ILO IMF WHO WTO NGO GA SC SG HC PM CEO HRC UPR CAT SPT CED CMW CRC UAE USA USD EUR CHF GBP"
    " ONU UE UA ONG OIT OMS OEA RU ООН ЕС США РФ НПО СМИ МВД СПЧ КПП УВКПЧ МОТ ВОЗ AM PM OK No NO II III IV VI VII IX XI XX".split()
)

# With what follows it such a word is one name: عبد الرقيب, أم سليمان.
PATRONYMIC = _folded(
    "عبد أبو أبا أبي أم بن ابن بنت", "abd abdul abdel abdal abu abou abo umm oum om ben bin ibn bint bent"
)

# What somebody did, behind a name that opens a sentence.
DID = _folded(
    "was were is has had said told",
    "a est était fut avait dit",
    "fue es ha había era dijo",
    "был была была сказал сказала заявил заявила",
)

# Common words that no misspelling of a name is looked for in: the vocabulary of such entries, in the languages with capitals.
FIELD = _folded(
    "after again against allegation allegations allegedly along also although among another answer anyone appeal appeared arrest arrested association attack"
    " attacked attend attended attention authorities authority before being below between board border bureau cases central chair charge charged charges"
    " citizen citizens civil claim claims commission commissioner committee common communication communications concern concerned concerns council country court"
    " courts crime criminal custody death declined defence defender defenders delegate delegation denied department deputy despite detained detention directed"
    " director district during earlier evening event events every evidence expert experts family faced federal first follow followed following force forces"
    " foreign former forum founder francs further general geneva given government group groups harassed harassment hearing hearings held high himself human"
    " immigration incident information inquiry international interior interview intimidation investigation joint journalist journalists judge judges"
    " lawyer lawyers leader leaders leave letter local march matter media meeting member members mandate marine master mechanism mechanisms minister ministers"
    " ministry mission month months morning mother movement national nations network never night nobody north office officer officers official officials"
    " order organisation organisations organization other others parliament participate participated passport peace people period permanent person persons"
    " petition place plain police policy political port practice president press prison private procedure procedures profession protection province public"
    " question questioned region regional released religion reply report reported reports reprisal reprisals republic request resolution response review"
    " rights royal rule rules second secretary section security senior sentence session sessions several since social society source sources south special"
    " staff state statement states status street student students subject submitted summoned support supreme their theirs there these third those threat"
    " threatened threats three through together treaty trial tribunal under union united university until upon victim victims village visit warning western"
    " where which while whose within without witness witnesses woman women working would written years yesterday",
    "accusé affaire agents ainsi alors ancien après arrestation arrêté arrêtée article assemblée association aucun aussi autorité autorités autre autres avant"
    " avocat avocats avocate avoir capitale cas centre cette chef civile comité commission communication conseil contre cour d'abord date défenseur défenseurs"
    " défense délégation demande depuis dernier détention deux directeur droit droits durant elle elles enquête entre étaient état états être examen expert"
    " famille femme femmes fédéral fonctionnaire générale genève gouvernement groupe haut homme hommes intérieur intimidation jamais jour journaliste juge juin"
    " justice laquelle lettre leur leurs locale lors mandat membre membres menace menaces ministère ministre mission mois mouvement national nationale nations"
    " nord nouvelle officiel organisation organisations parlement participation particulier passeport pendant personne personnes plainte plusieurs police"
    " politique pour président presse prison privé procédure procédures procès procureur protection province publique quelques question rapport rapporteur"
    " région réponse représailles république réseau résolution responsable réunion selon service session seule société source sous sûreté témoin toute toutes"
    " trois tribunal union universel victime victimes village ville visite",
    "abogado abogados abril acto acusación además agentes ahora alegaciones algunos amenaza amenazas antes asamblea asociación audiencia autoridad autoridades"
    " capital carta caso casos central centro ciudad civil comisión comité comunicación comunidad condena consejo contra corte cual cuando cuenta defensa"
    " defensor defensora defensores defensoras delegación delito denuncia derecho derechos desde detención detenida detenido después día días director donde"
    " durante ella ellos encuentro entre esta estaba estado estados este examen experto familia federal fiscal fuente fuerzas general ginebra gobierno grupo"
    " había hasta hecho hombres humanos información informe interior internacional intimidación investigación juez juicio justicia local luego mandato mecanismo"
    " medida mesa miembro miembros ministerio ministro misión mujer mujeres nacional nacionales naciones nadie norte nunca oficial oficina organización otra"
    " otras otro parlamento parte participación pasaporte periodista período persona personas policía política prensa presidente prisión privada procedimiento"
    " protección provincia pública públicas puerto pueblo reclusión región relatora relator represalia represalias república respuesta reunión salida según"
    " seguridad sesión siempre sistema sobre sociedad también testigo testigos todos trabajo tras tribunal unidas unión universidad varios víctima víctimas"
    " visita",
    "адвокат адвокаты арест арестован арестована безопасность безопасности более будет были было в ведомство верховный власти власть внимание вопрос время"
    " всего всех генеральный глава год года города город государства государственный государство группа группы давление дела дело делегация день дней доклад"
    " документ допрос другие других его ее если женщина женщины жертва жертвы журналист журналисты заместитель запугивание затем защита защитник заявила"
    " заявил здание имени интервью информация источник июля июня комиссар комитет комиссия комитета конвенция которая которой который которые который лицо"
    " лица мандат марта международный местные месяц министерство министр миссия мнение можно народ насилие начал него неизвестные неправительственная несколько"
    " обвинение область обращение общества общество объединение однако орган органы организации организация организаций освобожден отдел ответ отказ офис охрана"
    " парламент перед период письмо пограничный поездка поездку полиции полиция политика помощь после права правах право правозащитник правозащитники"
    " правозащитница правительство представитель представители преследование преступление применение процедура процедуры прокуратура против публичный работа"
    " района район расследование республика резолюция репрессии сведения свидетель свидетели свобода сессии сессия система следователь служба служба события"
    " совет совета совете сообщения сообщение сотрудники сотрудник срок страна страны суд суда сутки также территория тюрьма угроза угрозы управление участие"
    " участник фонд центр человек человека через член члены эксперт экспертов",
)

# Nouns that make a place, a law or a prize out of a person's name: "Orrelby Airport" is hardly the person on file.
NAMED_AFTER_BEHIND = _folded(
    "airport street road avenue square boulevard bridge park stadium station metro university hospital library museum theatre act law bill"
    " church chapel hall bay island mountain lake amendment prize award medal rules principles protocol doctrine convention declaration harbour barracks mosque"
    " cathedral lane room palace tower building",
)
# What somebody runs or founds and calls by their own name: "the Orrelby Law Office".
OWN = _folded(
    "office offices firm chambers partners associates practice clinic centre center foundation institute school academy group trust fund company studio shop"
    " bakery pharmacy agency press publishers",
)
# … and those that stand before it.
NAMED_AFTER = _folded(
    "san santa santo saint sainte são sankt",
    "aéroport rue avenue place boulevard pont parc stade gare université hôpital bibliothèque musée théâtre loi prix protocole lycée salle palais tour",
    "aeropuerto calle avenida plaza bulevar puente parque estadio estación universidad hospital biblioteca museo ley premio protocolo sala salón palacio torre",
    "аэропорт аэропорта аэропорту аэропорте улица улицы улице улицу проспект проспекта проспекте площадь площади имени им университет университета"
    " университете закон закона премия премии стадион стадионе парк парке станция зал зале зала дворец дворца дворце",
    "مطار شارع ساحة ميدان جسر جامعة مستشفى قانون جائزة ملعب حديقة محطة مكتبة متحف بروتوكول قاعة قصر برج",
)
HAN_OWN = (
    "律师事务所",
    "律所",
    "基金会",
    "工作室",
    "诊所",
    "研究所",
    "研究院",
    "中心",
    "学校",
    "书院",
    "公司",
    "书店",
)
NAMED_AFTER_HAN = (
    "机场",
    "厅",
    "堂",
    "宫",
    "楼",
    "大厦",
    "大道",
    "大街",
    "广场",
    "大学",
    "医院",
    "体育场",
    "公园",
    "路",
    "街",
    "桥",
    "法案",
    "法",
    "奖",
    "图书馆",
    "博物馆",
)
# Before a noun of these in the languages that put it before the name: “l’avenue Desmontières”.
LEADING = _folded("l la le les un une du des de au aux el los una del al")
# Words between such a noun and the name.
LINKING = _folded("de du des d la le les l del el los las of the имени им ال")

# What organisations and places are called by kind.
KINDS = _folded(
    "organisation organization association foundation committee commission council union centre center group network rights human law legal women house"
    " national international society institute movement forum people peoples justice monitoring documentation aid archive collective coalition federation"
    " league alliance initiative platform project trust fund bureau press media free open new district city town village province region river valley station"
    " office north south east west upper lower county state island islands isles port coast hollow municipality prefecture governorate",
    "association réseau centre comité conseil droits homme femmes groupe maison fondation ligue union forum collectif institut mouvement aide juridique"
    " village ville province région district commune îles île côte département nord sud est ouest haut bas",
    "asociación red centro comité consejo derechos humanos mujeres grupo casa fundación liga unión foro colectivo instituto movimiento asistencia jurídica"
    " pueblo ciudad provincia región distrito municipio islas isla costa departamento norte sur este oeste alto",
    "организация ассоциация сеть центр комитет совет права прав человека женщин группа дом фонд лига союз форум институт движение правовой помощи"
    " село деревня город провинция район область острова остров берег север юг",
    "جمعية شبكة مركز لجنة مجلس حقوق الإنسان نساء المرأة مجموعة دار مؤسسة رابطة اتحاد منتدى معهد حركة منظمة"
    " قرية مدينة محافظة مقاطعة منطقة إقليم جزر جزيرة ساحل وادي ولاية حي",
    "协会 网络 中心 委员会 人权 妇女 小组 基金会 联盟 论坛 研究所 运动 组织 村 镇 县 市 省 区 州 岛",
)
HAN_KINDS = (
    "协会",
    "网络",
    "中心",
    "委员会",
    "基金会",
    "联盟",
    "论坛",
    "研究所",
    "运动",
    "组织",
    "小组",
    "联合会",
    "档案馆",
    "之家",
    "自治县",
    "自治区",
    "自治州",
    "村",
    "镇",
    "乡",
    "县",
    "市",
    "区",
    "省",
    "州",
    "岛",
)

# Chinese and Korean: what stands before or after a family name, and family names of two signs.
HAN_TITLES = (
    "先生",
    "女士",
    "小姐",
    "太太",
    "律师",
    "教授",
    "博士",
    "记者",
    "老师",
    "医生",
    "同志",
    "某某",
    "某",
    "氏",
    "法官",
    "主任",
    "院士",
    "さん",
    "氏",
    "様",
    "くん",
    "ちゃん",
    "弁护士",
    "记者",
)
# The two hundred most frequent family names, which begin a Chinese name.
HAN_FAMILY_NAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛"
    "闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷"
    "盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁"
    "沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)
HAN_BEFORE = ("老", "小", "阿")
HAN_FAMILIES = frozenset(
    "欧阳 司马 上官 诸葛 夏侯 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 司徒 东方 独孤 南宫 百里 端木 轩辕".split()
)
KOREAN_FAMILIES = frozenset("남궁 제갈 독고 황보 선우 사공 서문 동방".split())
KOREAN_SPELT = dict(
    pair.split("=")
    for pair in "박=park 이=lee 최=choi 정=jung 조=cho 강=kang 임=lim 노=roh 유=yoo 우=woo 권=kwon 신=shin 오=oh 서=suh 안=ahn 문=moon 배=bae 백=paik 허=hur 구=koo 주=joo 류=ryu 염=yum 국=kook".split()
)
KOREAN_TITLES = ("씨", "님", "변호사", "기자", "교수", "박사", "선생")


# What stands beside a name that is also a frequent word, in Chinese.
HAN_BESIDE = (
    (
        "律师",
        "记者",
        "对",
        "向",
        "传唤",
        "逮捕",
        "拘留",
        "审讯",
        "讯问",
        "询问",
        "威胁",
        "“",
        "「",
        "《",
        "名叫",
        "化名",
    ),
    ("被", "说", "称", "表示", "遭", "告诉", "认为", "先生", "女士", "律师", "”", "」", "》", "的家", "本人"),
)


# Languages that entries speak of; hundreds of others have names that people have too.
_LANGUAGES = "en fr es ru ar zh de it pt ja ko hi bn fa tr ur he el pl uk vi th sw am nl sv fi da cs hu ro bg sr hr sq ka hy az kk uz ky tg mn id ku ps so".split()


@cache
def geography() -> frozenset[str]:
    """Words of the names of States, months, days and languages in the six languages: no misspellings of names."""
    names: list[str] = []
    for code in UN_LANGUAGES:
        locale = Locale.parse(code)
        names += [one for one in locale.territories.values() if not re.search(r"[\s\-–’']", one)]
        names += [locale.languages[one] for one in _LANGUAGES]
        for form in ("format", "stand-alone"):
            names += locale.months[form]["wide"].values()
            names += locale.days[form]["wide"].values()
    return _folded(*names)
