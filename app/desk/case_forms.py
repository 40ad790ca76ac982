"""From the forms of the desk to the case file. What is not in a form stays as it was; unknown codes are refused."""

from __future__ import annotations

from app.cases.taking_in import follow_persons
from app.documents.case_file import CaseFile, ParticularRecord, PersonRecord
from app.documents.public import checked_date
from app.documents.submission import Consent
from app.sealing import random_id
from app.vocabulary import (
    ACT_GRADES,
    CONSENT_GIVERS,
    CONSENT_USES,
    LINK_GRADES,
    PARTICULARS,
    ROLES,
    TREATMENTS,
    UNITS,
    CodeList,
)
from app.web.forms import Form, FormView, Gettext

# Languages in which names are written: how a name is taken apart and read aloud depends on it.
NAME_LANGUAGES = (
    "am",
    "ar",
    "bn",
    "de",
    "en",
    "es",
    "fa",
    "fr",
    "he",
    "hi",
    "id",
    "it",
    "ja",
    "km",
    "ko",
    "ku",
    "my",
    "nl",
    "pt",
    "ru",
    "sw",
    "th",
    "tr",
    "uk",
    "ur",
    "vi",
    "zh",
)
NEW = "new"
MOST = 200


def _code(form: Form, name: str, codes: CodeList, default: str) -> str:
    value = form.get(name)
    return value if value in codes else default


def _day(form: Form, view: FormView, name: str, _: Gettext) -> str:
    value = form.get(name)
    try:
        return checked_date(value) if value else ""
    except ValueError:
        view.complain(name, _("A date is written YYYY, YYYY-MM or YYYY-MM-DD."))
        return ""


def read_people(form: Form, file: CaseFile, view: FormView, gettext: Gettext) -> None:
    """Persons with their consents, and how far the allegation is verified."""
    people = []
    for key in [*(person.key for person in file.persons), NEW]:
        at = f"person-{key}-"
        if key == NEW and not (form.get(at + "name") or form.get(at + "also")):
            continue
        consent = Consent(
            uses=[use for use in form.all(at + "uses") if use in CONSENT_USES],
            understood_risks=form.get(at + "understood")
            if form.get(at + "understood") in ("yes", "no", "unclear", "not_disclosed")
            else "",
            understood_on=_day(form, view, at + "understood_on", gettext),
            agreed_on=_day(form, view, at + "agreed_on", gettext),
            given_by=_code(form, at + "given_by", CONSENT_GIVERS, ""),
            how=form.get(at + "how"),
        )
        person = PersonRecord(
            key=random_id()[:8] if key == NEW else key,
            name=form.get(at + "name"),
            also=form.get(at + "also"),
            role=_code(form, at + "role", ROLES, ""),
            unit=_code(form, at + "unit", UNITS, "individual"),
            about=form.get(at + "about"),
            consent=consent,
            given=form.get(at + "given"),
            family=form.get(at + "family"),
            language=form.get(at + "language") if form.get(at + "language") in NAME_LANGUAGES else "",
        )
        person.off_list = form.get(at + "remove") == "yes"
        people.append(person)
    file.persons = people[:MOST]
    follow_persons(file)
    file.act_grade = _code(form, "act_grade", ACT_GRADES, file.act_grade)
    file.link_grade = _code(form, "link_grade", LINK_GRADES, file.link_grade)
    sources = form.get("sources") or str(file.sources)
    if sources.isascii() and sources.isdigit() and len(sources) < 4:
        file.sources = int(sources)
    else:
        view.complain("sources", gettext("Give the number of sources in figures."))


def read_particulars(form: Form, file: CaseFile) -> None:
    """What is decided about each particular, one new one at a time, and the phrases that may stand."""
    kept = []
    for one in file.particulars:
        at = f"particular-{one.key}-"
        if form.get(at + "remove") == "yes" and not one.person:
            continue
        one.treatment = _code(form, at + "treatment", TREATMENTS, one.treatment)
        one.allowed_form = form.get(at + "allowed") if at + "allowed" in form.values else one.allowed_form
        kept.append(one)
    if value := form.get("particular-new-value"):
        kept.append(
            ParticularRecord(
                key=random_id()[:8],
                kind=_code(form, "particular-new-kind", PARTICULARS, "other"),
                value=value,
                also=form.get("particular-new-also"),
                treatment=_code(form, "particular-new-treatment", TREATMENTS, "omit"),
                allowed_form=form.get("particular-new-allowed"),
            )
        )
    file.particulars = kept[:MOST]
    if "allowed" in form.values:
        file.allowed = [line.strip() for line in form.get("allowed").splitlines() if line.strip()][:MOST]


def read_overrides(form: Form, file: CaseFile) -> None:
    """Reasons given for findings that a person decided to let stand; an emptied reason takes the decision back."""
    for name in form.names():
        if name.startswith("override-") and len(name) == len("override-") + 16:
            key = name.removeprefix("override-")
            if form.get(name):
                file.overrides[key] = form.get(name)
            else:
                file.overrides.pop(key, None)
