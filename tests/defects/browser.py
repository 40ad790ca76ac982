"""A small browser for server-rendered pages: no script, cookies by hand (a Secure cookie also over loopback)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
Key = str | tuple[str, ...]


@dataclass
class Element:
    """An element of a page, with its children in order; a text is a child too."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)
    parent: Element | None = field(default=None, repr=False)

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, *tags: str) -> list[Element]:
        return [one for one in self.walk() if one.tag in tags]

    @property
    def raw(self) -> str:
        return "".join(child if isinstance(child, str) else child.raw for child in self.children)

    @property
    def text(self) -> str:
        parts = [child if isinstance(child, str) else child.text for child in self.children]
        return " ".join(" ".join(parts).split())

    def around(self, *tags: str) -> Element | None:
        """The nearest element of these that this one stands in."""
        here = self.parent
        while here is not None and here.tag not in tags:
            here = here.parent
        return here


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("page")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = Element(tag, {name: value or "" for name, value in attrs}, parent=self.here)
        self.here.children.append(one)
        if tag not in VOID:
            self.here = one

    def handle_endtag(self, tag: str) -> None:
        above: Element | None = self.here
        while above is not None and above.tag != tag:
            above = above.parent
        if above is not None and above.parent is not None:
            self.here = above.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


@dataclass
class Control:
    """One field of a form as it stands: a box of a group of choices is a control of its own."""

    name: str
    kind: str
    value: str
    label: str
    on: bool = True
    options: list[tuple[str, str]] = field(default_factory=list)
    element: Element = field(default_factory=lambda: Element("input"), repr=False)

    @property
    def boxed(self) -> bool:
        return self.kind in ("checkbox", "radio")


class Form:
    """A form as the page gave it. Fields are found by name, end of name, regular expression, or words of their label."""

    def __init__(self, element: Element, at: str) -> None:
        self.element = element
        self.method = element.attrs.get("method", "get").lower()
        self.action = urljoin(at, element.attrs.get("action", ""))
        labels = {one.attrs["for"]: one.text for one in element.all("label") if "for" in one.attrs}
        self.controls = [
            control
            for one in element.all("input", "textarea", "select")
            if one.attrs.get("name") and (control := _control(one, labels)) is not None
        ]
        self.buttons = [one for one in element.all("button") if one.attrs.get("type", "submit") == "submit"]

    def find(self, key: Key, within: str = "") -> list[Control]:
        """The controls of one name; several for a group of choices. `within`: words or a value of the part they stand in."""
        standing = self._within(within)
        for wanted in (key,) if isinstance(key, str) else key:
            for match in (_is_named, _ends_in, _is_labelled, _has_words):
                found = [one for one in standing if match(one, wanted)]
                if found:
                    return [one for one in found if one.name == found[0].name]
        raise AssertionError(f"no field {key!r} within {within!r}: {[(one.name, one.label) for one in self.controls]}")

    def _within(self, words: str) -> list[Control]:
        """The controls of the smallest part that says the words, or holds them as a value."""
        if not words:
            return self.controls
        parts = [one for one in self.element.all("fieldset", "details") if _says(one, words)]
        parts = [one for one in parts if one.all("input", "select", "textarea")]
        parts = parts or [one for one in self.element.all("section") if _says(one, words)]
        if not parts:
            return []
        least = min(parts, key=lambda one: len(one.all("input", "select", "textarea")) or 1000)
        inside = {id(one) for one in least.walk()}
        return [one for one in self.controls if id(one.element) in inside]

    def has(self, key: Key, within: str = "") -> bool:
        try:
            self.find(key, within)
        except AssertionError:
            return False
        return True

    def value(self, key: Key, within: str = "") -> str:
        """What stands in a field; the chosen ones of a group of choices, separated by commas."""
        return ", ".join(one.value for one in self.find(key, within) if one.on)

    def values(self, pattern: str) -> str:
        """What stands in all fields whose names match a pattern, separated by commas; empty fields are left out."""
        named = [one for one in self.controls if re.fullmatch(pattern, one.name)]
        assert named, f"no field like {pattern}: {[one.name for one in self.controls]}"
        return ", ".join(one.value for one in named if one.on and one.value)

    def fill(self, key: Key, value: str | Sequence[str], within: str = "") -> Form:
        """Types into a field, or ticks exactly these of its choices (by code or words)."""
        found = self.find(key, within)
        wanted = [value] if isinstance(value, str) else list(value)
        if found[0].boxed:
            chosen = [one for one in found if one.value in wanted or one.label in wanted]
            assert len(chosen) == len([one for one in wanted if one]), (
                wanted,
                [(one.value, one.label) for one in found],
            )
            for one in found:
                one.on = one in chosen
            return self
        (text,) = wanted
        if found[0].options:
            codes = [code for code, words in found[0].options if text in (code, words)]
            assert codes, f"{found[0].name} does not offer {text!r}: {found[0].options}"
            text = codes[0]
        found[0].value, found[0].on = text, True
        return self

    def lead_to(self, action: str) -> bool:
        """Whether a button leads to an address that ends so, as the form does or of its own; keeps only these buttons."""
        leading = [one for one in self.buttons if urlsplit(self._target(one)).path.endswith(action)]
        self.buttons = leading
        return bool(leading)

    def _target(self, button: Element) -> str:
        return button.attrs.get("formaction") or self.action

    def button(self, words: str) -> Element | None:
        """The button of a value or of words; the first one that is not for another language when none are given."""
        for one in self.buttons:
            if (not words and one.attrs.get("value") != "language") or (
                words and (words == one.attrs.get("value") or words.lower() in one.text.lower())
            ):
                return one
        return None

    def pairs(self, button: Element | None) -> list[tuple[str, str]]:
        sent = [(one.name, one.value) for one in self.controls if one.on and one.kind != "file"]
        if button is not None and button.attrs.get("name"):
            sent.append((button.attrs["name"], button.attrs.get("value", "")))
        return sent


def _control(element: Element, labels: dict[str, str]) -> Control | None:
    attrs, kind = element.attrs, element.tag
    label = labels.get(attrs.get("id", ""), "")
    if not label and (around := element.around("label")) is not None:
        label = around.text
    if element.tag == "input":
        kind = attrs.get("type", "text")
        if kind in ("submit", "button", "image", "reset"):
            return None
        boxed = kind in ("checkbox", "radio")
        value = attrs.get("value", "on" if boxed else "")
        return Control(attrs["name"], kind, value, label, not boxed or "checked" in attrs, element=element)
    if element.tag == "textarea":
        return Control(attrs["name"], kind, element.raw.removeprefix("\n"), label, element=element)
    options = [(one.attrs.get("value", one.text), one.text) for one in element.all("option")]
    chosen = [one.attrs.get("value", one.text) for one in element.all("option") if "selected" in one.attrs]
    value = chosen[0] if chosen else options[0][0] if options else ""
    return Control(attrs["name"], kind, value, label, options=options, element=element)


def _is_named(one: Control, wanted: str) -> bool:
    return one.name == wanted


def _ends_in(one: Control, wanted: str) -> bool:
    return (
        re.search(rf"(?:^|[-._]){wanted}$", one.name) is not None
        if re.fullmatch(r"[\w\-.\[\]\\d+*?|()]+", wanted)
        else False
    )


def _is_labelled(one: Control, wanted: str) -> bool:
    return wanted in (one.label, _legend(one))


def _has_words(one: Control, wanted: str) -> bool:
    return wanted.lower() in (one.label.lower() if not one.boxed else _legend(one).lower())


def _legend(one: Control) -> str:
    around = one.element.around("fieldset")
    heads = around.all("legend") if around is not None and one.boxed else []
    return heads[0].text if heads else ""


def _says(part: Element, words: str) -> bool:
    return words in part.text or words in [one.attrs.get("value", "") for one in part.all("input")]


class Browser:
    """Keeps one page open; `response` is what the server said last, `text` what the page says."""

    def __init__(self, base: str) -> None:
        self.base, self.at = base, base
        self.cookies: dict[str, str] = {}
        self.client = httpx.Client(headers={"accept": "text/html,*/*;q=0.5"}, timeout=60, trust_env=False)
        self.response = httpx.Response(204)
        self._page: Element | None = None

    @property
    def page(self) -> Element:
        """The page as a tree; read only when somebody looks at it."""
        if self._page is None:
            builder = _Builder()
            if "text/html" in self.response.headers.get("content-type", ""):
                builder.feed(self.response.text)
            self._page = builder.root
        return self._page

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return self.page.text

    @property
    def links(self) -> list[tuple[str, str]]:
        return [(one.attrs.get("href", ""), one.text) for one in self.page.all("a")]

    @property
    def forms(self) -> list[Form]:
        return [Form(one, self.at) for one in self.page.all("form")]

    def get(self, path: str) -> httpx.Response:
        return self._send("GET", urljoin(self.at, path))

    def follow(self, words: str) -> httpx.Response:
        for target, text in self.links:
            if words in text:
                return self.get(target)
        raise AssertionError(f"no link {words!r} in {self.links}")

    def form(self, *, action: str = "", button: str = "", fields: Sequence[Key] = ()) -> Form:
        """The first form whose action ends so, that has such a button (by words or value) and these fields."""
        form = self.form_or_none(action=action, button=button, fields=fields)
        shown = [(one.action, [button.text for button in one.buttons]) for one in self.forms]
        assert form is not None, (
            f"no form {action!r} {button!r} {fields!r} at {self.at} ({self.status}): {shown} {self.text[:500]}"
        )
        return form

    def form_or_none(self, *, action: str = "", button: str = "", fields: Sequence[Key] = ()) -> Form | None:
        for form in self.forms:
            if form.lead_to(action) and form.button(button) is not None and all(form.has(one) for one in fields):
                return form
        return None

    def send(self, form: Form, button: str = "", *, files: Any = None) -> httpx.Response:
        """Presses a button of a form (the first when none is named)."""
        pressed = form.button(button)
        assert pressed is not None or not button, [one.text for one in form.buttons]
        pairs = form.pairs(pressed)
        target = form.action
        if pressed is not None and pressed.attrs.get("formaction"):
            target = urljoin(self.at, pressed.attrs["formaction"])
        if form.method == "get":
            return self._send("GET", target, params=pairs)
        data: dict[str, list[str]] = {}
        for name, value in pairs:
            data.setdefault(name, []).append(value)
        if form.element.attrs.get("enctype") == "multipart/form-data" and not files:
            files = [(_file_field(form), ("", b"", "application/octet-stream"))]
        return self._send("POST", target, data=data, files=files)

    def _send(self, method: str, url: str, **rest: Any) -> httpx.Response:
        headers = {}
        if self.cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            headers |= {
                "sec-fetch-site": "same-origin",
                "origin": "{0.scheme}://{0.netloc}".format(urlsplit(self.base)),
            }
        for _ in range(10):
            response = self.client.request(method, url, headers=headers, **rest)
            self._keep_cookies(response)
            headers = (
                {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
            )
            self.at, self.response = url, response
            if not response.is_redirect:
                break
            method, url, rest = "GET", urljoin(url, response.headers["location"]), {}
        self._page = None
        return response

    def _keep_cookies(self, response: httpx.Response) -> None:
        for line in response.headers.get_list("set-cookie"):
            name, _, value = line.split(";")[0].partition("=")
            if value.strip('"'):
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)


def _file_field(form: Form) -> str:
    return next((one.name for one in form.controls if one.kind == "file"), "files")
