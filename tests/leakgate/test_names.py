"""However it is written, a sealed name is found; what is only like it is not."""

from __future__ import annotations

import pytest

from app.leakgate import blocked
from tests.leakgate.cases import found, organisation, person, place, severities

TAMSIN = person("Tamsin Orrelby", "Tammy")
CLEAN = "The lawyer attended a session of the Human Rights Council and was summoned to a police station afterwards."


@pytest.mark.parametrize(
    "written",
    [
        "Tamsin",
        "ORRELBY",
        "orrelby",
        "Orrelby, Tamsin",
        "Tammy",
        "Ms. Orrelby",
        "T\u0430msin",
        "Tam\u200bsin",
        "Tam\u00adsin",
        "Ｔａｍｓｉｎ",
        "Ⓣⓐⓜⓢⓘⓝ",
        "T a m s i n  O r r e l b y",
        "T.a.m.s.i.n.O.r.r.e.l.b.y",
        "tamsin-orrelby",
        "tamsin_orrelby.pdf",
        "Tamsin\nOrrelby",
        "&#84;amsin",
        "T&#x61;msin",
        "%54amsin",
        "T\\u0061msin",
        "<b>Tam</b>sin",
        "Tam<wbr>sin",
        "Tamsín",
        "Orrelbi",
        "Orelby",
        "Тамсин",
        "Tamsin's",
        "\u202enismaT\u202c Orrelby",
        "https://x.example/tamsinorrelby",
        "@tamsinorrelby",
        "#FreeTamsin",
        "#freeorrelby",
        "letterOrrelbyfinal.docx",
        "T4msin",
        "\u202eyblerrO\u202c",
        "تامسين أوريلبي",
        "塔姆辛·奥雷尔比",
    ],
)
def test_a_name_blocks_however_it_is_written(written: str) -> None:
    assert blocked(found(f"In March a lawyer, {written}, was summoned.", TAMSIN)), written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("محمد العنبراوي", "العُنبراوي"),
        ("محمد العنبراوي", "والعنبراوي"),
        ("محمد العنبراوي", "محمـــد"),
        ("Олег Воронцов", "Воронцову"),
        ("Олег Воронцов", "Bopонцов"),
        ("Олег Воронцов", "Vorontsov"),
        ("Олег Воронцов", "Воpонцoв"),
        ("王小明", "王小明"),
        ("王小明", "王 小 明"),
        ("王小明", "Wang Xiaoming"),
        ("王小明", "Ван Сяомина"),
        ("Νίκος Παππαδέλης", "Pappadelis"),
        ("גיורא לוינסון", "ולוינסון"),
        ("Ġorġ Żammit", "Zammit"),
        ("Søren Ødegård", "Odegard"),
        ("Khalid Dosrani", "خالد الدسراني"),
        ("لينا حدادي", "Lina Haddadi"),
        ("Вячеслав Заяц", "Зайцем"),
        ("Віктор Кравець", "Кравця"),
        ("Lőrinc Borsodházi", "Borsodházival"),
        ("Şehnaz Demirkazık", "Demirkazığın"),
        ("Václav Hrdlenec", "Hrdlencovou"),
        ("Bekzod Nurmatov", "Bekzodning"),
        ("عبد الرقيب الحمداوي", "عبد الرقيب"),
        ("أم سليمان الغامدانية", "Umm Suleiman"),
        ("박지우", "Park Ji-woo"),
        ("Shōichirō Ōgimachi", "しょういちろう"),
        ("Đỗ Thị Kiều", "Đỗ"),
        ("欧阳晓岚", "欧阳"),
        ("Marisol Echandía Rubalcaba", "EchandiaRubalcaba.pdf"),
        ("Li Wenqing", "李文清"),
    ],
)
def test_names_of_other_languages_and_scripts_block(value: str, written: str) -> None:
    assert blocked(found(f"x {written} x", person(value)))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Tamsin Orrelby", "T. O."),
        ("Tamsin Orrelby", "Mr. O."),
        ("Tamsin Orrelby", "yblerronismat"),
        ("陈雨桐", "小陈"),
        ("Grace Mwangaza", "Grace"),
        ("Rose Fielding", "Rose was questioned"),
        ("فادية المرزوقاني", "ف. م."),
        ("김철수", "김 변호사"),
        ("司马艳萍", "艳萍"),
    ],
)
def test_what_may_be_the_name_is_at_least_worth_a_look(value: str, written: str) -> None:
    assert severities(f"{written} was here, they say.", person(value)) | severities(
        f"They say that {written} was here.", person(value)
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (CLEAN, "Tamsin Orrelby"),
        ("We may go, and hope will remain.", "May Hope"),
        ("The mandate holders met.", "Art Holder"),
        ("La libertad y la paz son de todos.", "Libertad Paz"),
        ("une réponse claire", "Claire Lavoix"),
        ("享有和平集会自由。", "王和平"),
        ("人权事务委员会认为,由于危险", "王伟"),
        ("ويكرر الأمين العام أن الحق للجميع", "سعدون الأمين"),
        ("在沙特阿拉伯王国", "王国"),
        ("Jordan, Chad and Georgia made statements.", "Chad Jordan"),
        ("after l’Examen, la and les", "علاء زيفان"),
        ("On 1 December, 14 of them.", "เดช ลา"),
        ("Las pruebas fueron desestimadas.", "Prueba Mendarte"),
        ("В докладе приведены примеры.", "Пример Вольнов"),
        ("Le Haut-Commissariat a répondu.", "Jean Haut"),
        ("It said so.", "Дина Саид"),
        ("The Guidelines of San José were quoted.", "José García"),
        ("وعلى الدولة أن تحمي الجميع", "بشران العلي"),
    ],
)
def test_what_is_only_like_a_name_raises_nothing(text: str, value: str) -> None:
    assert found(text, person(value)) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("They landed at Orrelby Airport.", "Tamsin Orrelby"),
        ("It was held in the Orrelby Room.", "Tamsin Orrelby"),
        ("Ils suivirent l’avenue Orrelby.", "Tamsin Orrelby"),
        ("Делегация в аэропорту имени Воронцова.", "Олег Воронцов"),
        ("代表团经过小明路。", "王小明"),
        ("便衣在景行路的住处外守候。", "隋景行"),
        ("He joined the Baker Law Office.", "Tom Baker"),
        ("他在门口张望了一会儿。", "张望"),
        ("Встреча прошла в Вене.", "Вена Корнеева"),
    ],
)
def test_what_something_else_explains_is_only_looked_at(text: str, value: str) -> None:
    assert {one.severity for one in found(text, person(value))} == {"warn"}


@pytest.mark.parametrize(
    "text",
    [
        "the Orrelby Law Office",
        "the Orrelby Foundation",
        "the Orrelby School",
        "At Orrelby Street, Orrelby was seen.",
        "The Tamsin Orrelby Prize",
    ],
)
def test_somebody_s_own_firm_or_school_stops(text: str) -> None:
    assert blocked(found(text, person("Tamsin Orrelby")))


def test_an_organisation_is_found_by_its_names_and_its_short_ones() -> None:
    sealed = organisation("Lantern Coast Human Rights Observatory", "LCHRO", "Observatoire de la Côte aux lanternes")
    for written in (
        "the Lantern Coast observatory",
        "LCHRO",
        "L.C.H.R.O.",
        "lchro.example",
        "#LanternCoast",
        "l’Observatoire de la Côte aux lanternes",
    ):
        assert blocked(found(f"Staff of {written} were questioned.", sealed)), written
    assert found("The human rights observatory of the coast guard.", sealed) == []
    assert found("See A/HRC/57/60.", organisation("Human Rights Centre", "HRC")) == []


def test_a_place_is_found_by_each_level_below_the_allowed_one() -> None:
    sealed = place("Quenlow, Hathermoor, Eastmarle", "Eastmarle")
    assert blocked(found("in Quenlow", sealed))
    assert blocked(found("in the district of Hathermoor", sealed))
    assert found("in the province of Eastmarle", sealed) == []
    assert blocked(found("警方在石榴坡搜查了住所。", place("石榴坡村, 云南省", "云南省")))


def test_a_phrase_that_says_nothing_of_anybody_is_found_where_it_is_sealed() -> None:
    assert found("The San José Guidelines were quoted.", person("José García")) == []
    assert blocked(found("She lives in San José.", place("San José, Ostrana", "Ostrana")))


def test_an_allowed_phrase_lets_just_itself_stand() -> None:
    text = "Minister Orrelby spoke of Tamsin."
    (left,) = found(text, TAMSIN, allowed=("Minister Orrelby",))
    assert left.text == "Tamsin"


def test_what_no_rule_calls_a_letter_is_not_taken_for_allowed() -> None:
    assert blocked(found("It was Ⓞⓡⓡⓔⓛⓑⓨ.", TAMSIN, allowed=("the Minister",)))


def test_each_of_two_people_with_one_name_is_told() -> None:
    texts = found("Letters to tamsinorrelby@post.example", TAMSIN, person("Orrelby Tamsin"))
    assert {one.particular for one in texts if one.particular} == {"Tamsin Orrelby", "Orrelby Tamsin"}
