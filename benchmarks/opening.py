"""`python -m benchmarks.opening`: how long the desk takes to open the largest submission that the form admits.

Every text as long as it may be, every person that may be added, in several scripts. Prints seconds of processor time for taking it into
the case file and for making it visible on the page.
"""

from __future__ import annotations

import time

from app.cases.taking_in import take_in
from app.desk.pages import visible
from app.documents.case_file import CaseFile
from app.documents.submission import PersonConcerned, Submission
from app.intake.questions import MOST_LETTERS, MOST_PERSONS

TEXTS = (
    "at_risk",
    "what_happened",
    "when_text",
    "cooperation_text",
    "why_linked",
    "perpetrator_text",
    "who_else_knows",
    "how_to_reach",
)
WORDS = {
    "Latin": "She was questioned in the town, on 3 May 2026, by an officer, and told to come again. ",
    "Arabic": "استجوبها ضابط في المدينة يوم 3 مايو 2026 وطلب منها العودة. ",
    "digits": "0123 456 78 90 12 34 ",
    "addresses": "a.b-c@x ",
}


def largest(words: str) -> Submission:
    """The largest submission that the form admits, of repeated words."""
    each = MOST_LETTERS // (len(TEXTS) + MOST_PERSONS)  # the form takes so many letters together
    text = (words * each)[:each]
    persons = [PersonConcerned(name=f"Person {number}", about=text) for number in range(MOST_PERSONS)]
    return Submission.model_validate({"language": "en", "persons": persons} | dict.fromkeys(TEXTS, text))


def main() -> None:
    for name, words in WORDS.items():
        told = largest(words)
        began = time.thread_time()
        take_in(CaseFile(), {"one": told})
        taken = time.thread_time()
        shown = sum(len(visible(getattr(told, text))) for text in TEXTS)
        shown += sum(len(visible(person.about)) for person in told.persons)
        print(f"{name:10} {taken - began:.3f} s taken in, {time.thread_time() - taken:.3f} s shown, {shown:,} letters")


if __name__ == "__main__":
    main()
