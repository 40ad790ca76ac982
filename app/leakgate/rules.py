"""Every rule of the gate: how grave it is, and what a moderator is told. `%(particular)s` and `%(allowed)s` are filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["block", "warn"]


@dataclass(frozen=True, slots=True)
class Rule:
    severity: Severity
    message: str


def N_(message: str) -> str:  # noqa: N802 - the customary mark for gettext extraction
    return message


# Behind the reason, when a particular has an allowed form.
INSTEAD = N_("Write “%(allowed)s” instead.")

RULES: dict[str, Rule] = {
    # a sealed name
    "name": Rule("block", N_("This is, or is part of, “%(particular)s”, which must stay sealed.")),
    "name-inflected": Rule("block", N_("This is a form of “%(particular)s”, which must stay sealed.")),
    "name-misspelt": Rule("block", N_("This is nearly “%(particular)s”, which must stay sealed.")),
    "name-lookalike": Rule("block", N_("In look-alike letters this says “%(particular)s”, which must stay sealed.")),
    "name-other-script": Rule(
        "block", N_("Read aloud, this is, or is part of, “%(particular)s”, which must stay sealed.")
    ),
    "name-joined": Rule(
        "block", N_("Without spaces and signs this is, or is part of, “%(particular)s”, which must stay sealed.")
    ),
    "acronym": Rule("block", N_("This is the short name of “%(particular)s”, which must stay sealed.")),
    "acronym-derived": Rule("warn", N_("These letters could be short for “%(particular)s”.")),
    "name-ordinary": Rule(
        "warn", N_("This is also an ordinary or short word, and part of “%(particular)s”. Check which it is here.")
    ),
    "name-partial": Rule("warn", N_("This word is part of “%(particular)s”. Check that it does not point there.")),
    "named-after": Rule(
        "warn",
        N_(
            "Something called like “%(particular)s” stands here. Check that it does not point there, or say what it is without its name."
        ),
    ),
    "name-initials": Rule("warn", N_("These are the initials of “%(particular)s”.")),
    "name-reversed": Rule("warn", N_("Read backwards this says “%(particular)s”.")),
    # sealed numbers and days
    "number": Rule("block", N_("These are the digits of “%(particular)s”, which must stay sealed.")),
    "number-partial": Rule("warn", N_("These are the last digits of “%(particular)s”.")),
    "number-reversed": Rule("warn", N_("Read backwards this says “%(particular)s”.")),
    "literal": Rule("block", N_("This is “%(particular)s”, which must stay sealed.")),
    "date-finer": Rule("block", N_("This tells the date more finely than allowed (allowed: %(allowed)s).")),
    "date-in-month": Rule(
        "warn", N_("This day lies in a month on file (allowed: %(allowed)s). Check that it is only a public day.")
    ),
    # sealed documents
    "document": Rule("block", N_("This leads to the document “%(particular)s”, which must stay sealed.")),
    "document-part": Rule(
        "warn", N_("Another part of “%(particular)s” is sealed. Check that this does not lead there.")
    ),
    "document-unlisted": Rule(
        "warn", N_("This leads to a document that the case does not list. List it as published, or leave it out.")
    ),
    # several texts side by side
    "halves": Rule("block", N_("Together with the text “%(other)s” this gives away “%(particular)s”.")),
    "together": Rule("warn", N_("This word and one in another text together say “%(particular)s”.")),
    # what identifies by itself
    "email": Rule("block", N_("This is an e-mail address. Leave it out.")),
    "url": Rule("block", N_("This is a web address, which can lead to a person. Leave it out.")),
    "handle": Rule("block", N_("This is an account name. Leave it out.")),
    "coordinates": Rule("block", N_("These are the coordinates of a place. Name the province instead.")),
    "iban": Rule("block", N_("This is a bank account number.")),
    "ip-address": Rule("block", N_("This is a network address.")),
    "phone": Rule("block", N_("This is a telephone number. Leave it out.")),
    "identity-number": Rule("block", N_("This looks like the number of a passport, an identity card or an account.")),
    "plate": Rule("block", N_("This is the number of a vehicle.")),
    "case-number": Rule("warn", N_("A case number leads to a name. Leave it out.")),
    "time-of-day": Rule("warn", N_("A time of day identifies an event. Say the month only.")),
    "relative": Rule("warn", N_("A relative named by relation can be found. Say “a relative”.")),
    "unique-office": Rule(
        "warn",
        N_(
            "An office that one person holds is as good as a name. Say “a member of an organisation”; allow the words if they mean a public office-holder."
        ),
    ),
    "nationality-office": Rule("warn", N_("A nationality and an office together are a name. Leave one of them out.")),
    "sentence": Rule("warn", N_("An exact sentence identifies a trial. Say “a prison sentence”.")),
    "fine": Rule("warn", N_("An exact fine identifies a case. Say “a fine”.")),
    "facility": Rule("warn", N_("A named prison, hospital or station narrows down who it is. Say the kind of place.")),
    "flight": Rule("warn", N_("A flight identifies its passengers. Leave it out.")),
    "agents": Rule("warn", N_("The number and kind of agents identifies the event. Say “officers”.")),
    "medical": Rule("warn", N_("A medical condition identifies a person. Say “ill”, or leave it out.")),
    "age": Rule("warn", N_("An age, or children counted, narrows down who it is. Say “an adult”, or leave it out.")),
    "birth": Rule("warn", N_("A date or year of birth identifies a person. Leave it out.")),
    "address": Rule("warn", N_("A room, a flat or a street number leads to a person. Name the province instead.")),
    "nickname": Rule("warn", N_("A nickname or a pen name is as good as a name. Leave it out.")),
    "date-and-town": Rule(
        "warn", N_("A day and a town together identify an event. Say the month only, or the region only.")
    ),
    # how a text is written
    "turned": Rule(
        "block", N_("A hidden sign turns this around, so that readers see other words than the gate. Remove the sign.")
    ),
    # the gate itself
    "too-long": Rule("block", N_("This is longer than the gate reads. Shorten it.")),
    "too-many": Rule("block", N_("There are more particulars than the gate compares. Divide the case.")),
}
