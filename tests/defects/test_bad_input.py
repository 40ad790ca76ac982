"""Nothing that can be sent is answered with an error of ours: on both engines, at every address, in every field."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from urllib.parse import quote, urlencode, urlsplit

import httpx
import pytest

from tests.defects.serving import bare, say, stores, visitor
from tests.journeys.person import HtmlForm, Person
from tests.support.server import Server

NUMBERS = (
    "-1",
    "-2",
    "0",
    "-9223372036854775809",
    "2147483647",
    "2147483648",
    "4294967296",
    "9007199254740991",
    "9007199254740992",
    "9223372036854775807",
    "9223372036854775808",
    "1" + "0" * 400,
    "1e3",
    "0x10",
    "٣",
    "NaN",
    "",
)
TEXTS = (
    "\0",
    "a\0b",
    "\ufffe",
    "'\";--",
    "%",
    "%s%(x)s{0}",
    "\\",
    "\u202e\u2066",
    "x" * 5000,
    "٠" * 36,
    "../..",
    " ",
    "𝕏" * 300,
)
# Bytes that are no text, as they would stand in an address.
RAW = ("%00", "%FF%FE", "%ED%A0%80", "%C0%80", "%", "%zz", "%2F..%2F..%2Fetc", "%0D%0AX:%20y")
DATES = (
    "0000",
    "9999",
    "99999",
    "2026-02-30",
    "2026-13",
    "0001-01-01",
    "9999-12-31",
    "٢٠٢٦",
    "-1",
    "2026-1-1",
    "2026-٠٢-01",
)
CURSORS = (
    *(f"{day}.{'z' * 12}" for day in ("9999-12-31", "0000-00-00", "2026-02-30", "0001-01-01", "99999-01-01")),
    f"2026-01-01.{'0' * 400}",
    "2026-01-01.",
    "2026-01-01.\0" + "a" * 11,
    ".",
    "2026-01-01",
    "2026-01-01.ZZZZZZZZZZZZ",
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("bad-input")
    cluster = request.getfixturevalue("cluster") if request.param == "postgresql" else None
    with stores(request.param, folder, cluster) as urls, bare(folder, urls) as running:
        yield running


def described(client: httpx.Client) -> list[tuple[str, str, bool]]:
    """(path, parameter of its query, whether that is a number) of all that the registry describes to programs."""
    return [
        (path.replace("{", "").replace("}", ""), one["name"], one["schema"].get("type") == "integer")
        for path, methods in client.get("/openapi.json").json()["paths"].items()
        for one in [*methods.get("get", {}).get("parameters", []), {"name": "", "schema": {}}]
        if one.get("in", "query") == "query"
    ]


def linked(person: Person) -> set[str]:
    """Every path of ours that the pages a reader sees first lead to."""
    found: set[str] = set()
    for path in ("/en/", "/en/entries", "/en/states", "/en/submit", "/en/receipt", "/en/sign-in", "/en/data"):
        person.get(path)
        found |= {urlsplit(target).path for target, _ in person.page.links if target.startswith("/")}
        found |= {urlsplit(form.action).path for form in person.page.forms if form.action.startswith("/")}
    return found


def failures(client: httpx.Client, addresses: Iterator[str] | list[str]) -> list[str]:
    """The addresses that are answered with an error of ours."""
    return [
        f"{status} {address[:120]}"
        for address in dict.fromkeys(addresses)
        if (status := client.get(address).status_code) >= 500
    ]


@pytest.mark.row("D23")
def test_no_query_is_answered_with_an_error_of_ours(server: Server) -> None:
    """`/log?after=9007199254740992` and a NUL in any search were 500 on PostgreSQL."""
    with visitor(server) as client:
        addresses, met = [], set()
        for path, name, number in described(client):
            values = (*TEXTS[:6], NUMBERS[9], *DATES[:4], *CURSORS) if name not in met else (TEXTS[1], NUMBERS[9])
            addresses += [f"{path}?{urlencode({name: value})}" for value in (NUMBERS if number else values)]
            addresses += [f"{path}?{name}={value}" for value in RAW[: 2 if name in met else None]]
            met.add(name)
        assert len(addresses) > 300
        person = Person(server.url)
        for path in ("/en/", "/en/entries"):
            person.get(path)
            for form in person.page.forms:
                if form.method == "get":
                    addresses += [
                        f"{form.action or path}?{urlencode({name: value})}"
                        for name, value in product(form.names, (*TEXTS[:2], DATES[2]))
                    ]
        assert failures(client, addresses) == []


@pytest.mark.row("D23")
def test_no_path_is_answered_with_an_error_of_ours(server: Server) -> None:
    """A NUL in the path of an entry, of a State, of a case was a 500 on PostgreSQL."""
    evil = [quote(one, safe="") for one in (*NUMBERS, *TEXTS, *CURSORS[:3]) if one] + list(RAW)
    with visitor(server) as client:
        shapes = {path for path, _, _ in described(client)} | {"/en/entries/x", "/en/states/x"}
        shapes |= linked(Person(server.url))
        # one of each shape: entries and States differ in their last part only
        shapes = {path.rpartition("/")[0] or "/" for path in shapes}
        addresses = [
            f"{shape.rstrip('/')}/{one}{end}" for shape in shapes for one in evil for end in ("", ".json", "/x")
        ]
        addresses += [f"/en/{part}/{one}" for part in ("desk/cases", "office/items", "desk", "account") for one in evil]
        assert failures(client, addresses) == []


def typed(form: HtmlForm, value: str) -> dict[str, str]:
    """A value in every field that a form has."""
    return {name: value for name, _ in form.fields if name} | dict.fromkeys(form.names, value)


@pytest.mark.row("D23")
@pytest.mark.parametrize("path", ["/en/submit", "/en/receipt", "/en/sign-in"])
def test_no_form_is_answered_with_an_error_of_ours(server: Server, path: str) -> None:
    """What is in a field is bounded and cleaned before any store sees it."""
    person, found = Person(server.url), []
    person.get(path)
    form = max((one for one in person.page.forms if one.method == "post"), key=lambda one: len(one.names))
    hidden = {name: value for name, value in form.fields if value}
    some = (TEXTS[0], TEXTS[1], TEXTS[8], NUMBERS[8], NUMBERS[11], DATES[3], DATES[4], "-1", "١٢")
    for value in some if path != "/en/sign-in" else some[:4]:
        for kept in ({}, hidden):
            sent = {name: [text] for name, text in (typed(form, value) | kept).items()}
            encoding = None if path == "/en/sign-in" else [("files", ("", b"", ""))]
            answer = person._send("POST", f"{server.url}{form.action}", data=sent, files=encoding)
            if answer.status_code >= 500:
                found.append((answer.status_code, value[:20], bool(kept)))
    assert found == []


@pytest.mark.row("D23")
def test_no_header_is_answered_with_an_error_of_ours(server: Server) -> None:
    """Cookies, validators, tokens and languages come from strangers as well."""
    found = []
    for header, value in product(
        (
            b"Cookie: __Host-desk=",
            b"Authorization: Bearer ",
            b"If-None-Match: ",
            b"Accept-Language: ",
            b"Origin: ",
            b"Content-Type: ",
        ),
        (b"\xff\xfe", b"x" * 5000, b"\xd9\xa3", b'"""', b";;;=,=,", b"*", b"http://[", b'a/b; boundary=""'),
    ):
        for head in (b"GET /en/desk", b"GET /office/feed.json", b"GET /feed.json", b"POST /en/sign-in"):
            request = (
                head
                + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n"
                + header
                + value
                + b"\r\n\r\n"
            )
            status = say(server, request)[9:12]
            if status >= b"500":
                found.append((status, head, header, value[:20]))
    assert found == []
