"""Invented allegations for a demonstration. Every person, organisation, place and State here is made up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from app.documents.submission import Consent, PersonConcerned, Submission

Fate = Literal[
    "received",
    "in_review",
    "awaiting_submitter",
    "proposed",
    "scheduled",
    "published",
    "corrected",
    "withdrawn",
]


@dataclass(frozen=True)
class DemoCase:
    """What was submitted, how far it went, and (from a proposal on) what the public reads."""

    fate: Fate
    submission: Submission
    entry: dict[str, Any] = field(default_factory=dict)
    correction: dict[str, Any] = field(default_factory=dict)
    message: str = ""
    tell_office: str = ""


def _consent(*uses: str) -> Consent:
    return Consent(
        uses=["keep_on_file", *uses],
        understood_risks="yes",
        understood_on="2026-09-30",
        agreed_on="2026-10-02",
        given_by="person",
        how="In a call over a safe line, with an interpreter they chose.",
    )


def _person(name: str, role: str, *uses: str, also: str = "", about: str = "") -> PersonConcerned:
    return PersonConcerned(name=name, also=also, role=role, about=about, consent=_consent(*uses))


def _entry(title: str, summary: str, **rest: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "title": {"en": title},
        "summary": {"en": summary},
        "kind": "reprisal",
        "act_grade": "likely",
        "link_grade": "inferred",
        "sources": 2,
        "consent": "publish_without_name",
        "left_out": ["name", "exact_date"],
        "last_reviewed": "2026-11-02",
    }
    return fields | rest


CASES = (
    DemoCase(
        fate="corrected",
        submission=Submission(
            language="en",
            at_risk_now="yes",
            at_risk="The family is being followed.",
            what_happened=(
                "On 14 March 2026 two officers came to the office of the River Valley Legal Circle and took Tamsin"
                " Orrelby to the district station at Quellmar. She was asked for six hours what she had told the"
                " experts in Geneva in February. Her telephone +990 55 019 4471 was kept."
            ),
            acts=["summons_interrogation", "raid_search_seizure"],
            when="2026-03-14",
            where="Quellmar, at the office and at the district station",
            state_alleged="XA",
            state_where="XA",
            un_bodies=["upr"],
            cooperation=["alternative_report", "took_part_in_meeting"],
            cooperation_text="She spoke at the pre-session in Geneva on 11 February 2026.",
            cooperation_when="2026-02-11",
            why_linked="They put a printed list of the speakers in front of her.",
            perpetrator="state",
            perpetrator_text="Two officers of the district police; one was called Sergeant Holm.",
            who_else_knows="Nobody outside the office.",
            persons=[
                _person(
                    "Tamsin Orrelby",
                    "lawyer",
                    "tell_president_office",
                    "publish_without_name",
                    also="Tamsin O., T. Orrelby",
                    about="Lawyer of the River Valley Legal Circle",
                ),
            ],
            how_to_reach="With the receipt, I look every second day.",
        ),
        entry=_entry(
            "Lawyer questioned for hours after speaking at a pre-session in Geneva",
            "In March 2026 police officers took a lawyer from the office of her organisation to a police station and"
            " questioned her for several hours about what she had said at a pre-session of the universal periodic"
            " review. A list of the speakers was shown to her. Her telephone was kept.",
            state_alleged="XA",
            state_where="XA",
            acts=[
                {"type": "summons_interrogation", "date": "2026-03", "perpetrator": "police"},
                {"type": "raid_search_seizure", "date": "2026-03", "perpetrator": "police"},
            ],
            engagements=[{"body": "upr", "form": "took_part_in_meeting", "date": "2026-02"}],
            persons=[{"label": "A lawyer of a legal aid organisation", "roles": ["lawyer"]}],
            link_grade="stated",
        ),
        correction={
            "summary": {
                "en": "In March 2026 police officers took a lawyer from the office of her organisation to a police"
                " station and questioned her for several hours about what she had said at a pre-session of the"
                " universal periodic review. A list of the speakers was shown to her. Her telephone was kept for"
                " three weeks and then given back."
            },
            "change_note": "The telephone was given back",
        },
        tell_office=(
            "A lawyer was questioned for hours about her statement at a pre-session. She agrees that the President"
            " raises it with the State without her name."
        ),
        message="Thank you. Is she still being followed, and may we tell the President's Office?",
    ),
    DemoCase(
        fate="published",
        submission=Submission(
            language="en",
            at_risk_now="no",
            what_happened=(
                "The State television showed a film on 2 May 2026 that calls the Union of Fenland Growers foreign"
                " agents, with pictures of Idris Calloway at the Forum on Minority Issues."
            ),
            acts=["smear_campaign", "labelling"],
            when="2026-05-02",
            state_alleged="XB",
            state_where="XB",
            un_bodies=["forum_minority_issues"],
            cooperation=["oral_statement"],
            cooperation_when="2025-11",
            why_linked="The film uses the recording of his statement.",
            perpetrator="state",
            persons=[_person("Idris Calloway", "defender", "publish_without_name", also="Calloway")],
        ),
        entry=_entry(
            "State television calls a growers' union foreign agents after a statement at the United Nations",
            "In May 2026 State television broadcast a film that calls a union of small farmers foreign agents. It"
            " shows a representative of the union making a statement at the Forum on Minority Issues.",
            state_alleged="XB",
            state_where="XB",
            acts=[
                {"type": "smear_campaign", "date": "2026-05", "perpetrator": "state_media"},
                {"type": "labelling", "date": "2026-05", "perpetrator": "state_media"},
            ],
            engagements=[{"body": "forum_minority_issues", "form": "oral_statement", "date": "2025-11"}],
            persons=[{"label": "A representative of a farmers' union", "roles": ["defender"]}],
            act_grade="confirmed",
            sources=3,
        ),
    ),
    DemoCase(
        fate="published",
        submission=Submission(
            language="en",
            at_risk_now="unclear",
            what_happened=(
                "At the airport Marisol Tennant was told that she may not leave the country. It was 19 June 2026 and she was on"
                " her way to the Human Rights Council. Her passport was taken."
            ),
            acts=["travel_ban", "passport_confiscation"],
            when="2026-06-19",
            where="The airport of Vellamo",
            state_alleged="XC",
            state_where="XC",
            un_bodies=["human_rights_council"],
            cooperation=["sought_but_prevented"],
            cooperation_when="2026-06",
            why_linked="The officer said: not this year, you will not go to Geneva.",
            perpetrator="state",
            persons=[_person("Marisol Tennant", "defender", "publish_without_name", "tell_president_office")],
        ),
        entry=_entry(
            "Defender stopped at the airport on the way to the Human Rights Council",
            "In June 2026 a defender was refused departure when travelling to a session of the Human Rights Council."
            " Her passport was confiscated. An officer referred to the session.",
            state_alleged="XC",
            state_where="XC",
            acts=[
                {"type": "travel_ban", "date": "2026-06", "perpetrator": "executive"},
                {"type": "passport_confiscation", "date": "2026-06", "perpetrator": "executive"},
            ],
            engagements=[{"body": "human_rights_council", "form": "sought_but_prevented", "date": "2026-06"}],
            persons=[{"label": "A human rights defender", "roles": ["defender"]}],
            link_grade="stated",
        ),
    ),
    DemoCase(
        fate="published",
        submission=Submission(
            language="en",
            at_risk_now="no",
            what_happened=(
                "Since the visit of the Special Rapporteur in 2025 the registration of the Highmoor Women's Installation was not"
                " renewed. Its director Oona Brightwell got the letter on 8 January 2026."
            ),
            acts=["deregistration_dissolution"],
            when="2026-01-08",
            state_alleged="XA",
            state_where="XA",
            un_bodies=["special_procedures"],
            cooperation=["met_un_staff_or_expert"],
            cooperation_when="2025",
            why_linked="The letter came two weeks after the report was published.",
            perpetrator="state",
            persons=[_person("Oona Brightwell", "civil_society_representative", "publish_without_name")],
        ),
        entry=_entry(
            "Women's organisation loses its registration after a visit of a Special Rapporteur",
            "In January 2026 the authorities did not renew the registration of a women's organisation that had met a"
            " Special Rapporteur during a country visit in 2025. The decision gives no ground.",
            state_alleged="XA",
            state_where="XA",
            acts=[{"type": "deregistration_dissolution", "date": "2026-01", "perpetrator": "executive"}],
            engagements=[{"body": "special_procedures", "form": "met_un_staff_or_expert", "date": "2025"}],
            persons=[
                {
                    "label": "A women's organisation",
                    "unit": "group_or_organisation",
                    "roles": ["civil_society_representative"],
                }
            ],
            act_grade="confirmed",
        ),
    ),
    DemoCase(
        fate="published",
        submission=Submission(
            language="en",
            at_risk_now="yes",
            what_happened=(
                "My brother Dorian Ashgrove lives abroad and gave evidence to the commission of inquiry. On 3 August 2026"
                " men came to our mother in Sollen and said he should keep quiet or we would all pay."
            ),
            acts=["threat_to_relatives_or_colleagues"],
            when="2026-08-03",
            where="Sollen",
            state_alleged="XD",
            state_where="XE",
            un_bodies=["commission_of_inquiry"],
            cooperation=["testified"],
            cooperation_when="2026",
            why_linked="They named the commission.",
            perpetrator="unclear",
            persons=[
                _person("Dorian Ashgrove", "witness", "publish_without_name"),
                _person("Edda Ashgrove", "relative", "publish_without_name", about="His mother"),
            ],
        ),
        entry=_entry(
            "Relatives threatened across a border after testimony to a commission of inquiry",
            "In 2026 unknown men threatened relatives of a witness who had given evidence to a commission of inquiry."
            " They asked that the witness keep silent. The relatives live in another State than the one concerned.",
            kind="both",
            state_alleged="XD",
            state_where="XE",
            acts=[{"type": "threat_to_relatives_or_colleagues", "date": "2026", "perpetrator": "unknown"}],
            engagements=[{"body": "commission_of_inquiry", "form": "testified", "date": "2026"}],
            persons=[
                {"label": "A witness", "roles": ["witness"]},
                {"label": "Relatives of the witness", "unit": "family", "roles": ["relative"]},
            ],
            link_grade="stated",
            left_out=["name", "place", "exact_date"],
        ),
    ),
    DemoCase(
        fate="withdrawn",
        submission=Submission(
            language="en",
            what_happened="After the treaty body session Corin Velde was summoned on 5 October 2026 and fined.",
            acts=["summons_interrogation", "fine"],
            when="2026-10-05",
            state_alleged="XB",
            state_where="XB",
            un_bodies=["ccpr"],
            cooperation=["alternative_report"],
            cooperation_when="2026-07",
            why_linked="The summons names the report.",
            perpetrator="state",
            persons=[_person("Corin Velde", "journalist", "publish_without_name")],
        ),
        entry=_entry(
            "Journalist summoned and fined after an alternative report",
            "In October 2026 a journalist who had contributed to an alternative report was summoned and fined.",
            state_alleged="XB",
            state_where="XB",
            acts=[{"type": "fine", "date": "2026-10", "perpetrator": "judiciary_prosecution"}],
            engagements=[{"body": "ccpr", "form": "alternative_report", "date": "2026-07"}],
            persons=[{"label": "A journalist", "roles": ["journalist"]}],
        ),
    ),
    DemoCase(
        fate="proposed",
        submission=Submission(
            language="en",
            at_risk_now="no",
            what_happened="Security staff filmed Petra Lindqvale inside the building during a side event on 22 September 2026.",
            acts=["filming_or_recording"],
            when="2026-09-22",
            state_alleged="XF",
            state_where="not_disclosed",
            un_bodies=["human_rights_council"],
            cooperation=["side_event"],
            cooperation_when="2026-09-22",
            why_linked="He filmed only the panel.",
            perpetrator="state",
            persons=[_person("Petra Lindqvale", "indigenous_or_minority_representative", "publish_without_name")],
        ),
        entry=_entry(
            "Participant filmed by a member of a delegation during a side event",
            "In September 2026 a member of a delegation filmed a speaker at a side event of the Human Rights Council.",
            kind="intimidation",
            state_alleged="XF",
            state_where="unclear",
            acts=[{"type": "filming_or_recording", "date": "2026-09", "perpetrator": "diplomatic_mission"}],
            engagements=[{"body": "human_rights_council", "form": "side_event", "date": "2026-09"}],
            persons=[{"label": "A minority representative", "roles": ["indigenous_or_minority_representative"]}],
        ),
    ),
    DemoCase(
        fate="awaiting_submitter",
        submission=Submission(
            language="en",
            at_risk_now="yes",
            what_happened="The account of our organisation was blocked and nobody tells us why. Jonas Ferrow signs for it.",
            acts=["asset_freeze_account_block"],
            when="unclear",
            state_alleged="XC",
            state_where="XC",
            un_bodies=["ohchr"],
            cooperation=["submitted_information"],
            cooperation_when="unclear",
            why_linked="It came the week after we sent our list of detained people.",
            perpetrator="unclear",
            persons=[_person("Jonas Ferrow", "civil_society_representative")],
        ),
        message="Can you tell us roughly in which month the account was blocked?",
    ),
    DemoCase(
        fate="received",
        submission=Submission(
            language="en",
            at_risk_now="yes",
            at_risk="They said they would come back tonight.",
            what_happened="Two men waited for Selwyn Marrow at his door and told him to stop writing to the United Nations.",
            acts=["direct_threat"],
            when="2026-11",
            state_alleged="XA",
            state_where="XA",
            un_bodies=["special_procedures"],
            cooperation=["submitted_information"],
            cooperation_when="not_disclosed",
            perpetrator="unclear",
            persons=[_person("Selwyn Marrow", "trade_unionist")],
        ),
    ),
)
