"""Somebody with a browser that knows only HTML: follows links, fills in forms, keeps cookies even on loopback."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

VOID = {"input", "br", "hr", "img", "meta", "link"}


@dataclass
class HtmlForm:
    """A form of a page: where it goes, and what it would send if nothing were changed."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    ways: dict[tuple[str, str, str], str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    legend: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[HtmlForm] = []
        self.links: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.text: list[str] = []
        self._form: HtmlForm | None = None
        self._area: str | None = None
        self._select: str | None = None
        self._button: list[str] | None = None
        self._way = ""
        self._link: list[str] | None = None
        self._chosen = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        here = {name for name, _ in attrs}
        if "id" in here:
            self.ids.append(given["id"])
        if tag == "form":
            self._form = HtmlForm(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "a":
            self._link = [given.get("href", ""), ""]
        name = given.get("name", "")
        if self._form is None or not (name or tag == "button"):
            return
        if name and tag in ("input", "textarea", "select", "button"):
            self._form.names.add(name)
        if tag == "input":
            kind = given.get("type", "text")
            if kind in ("submit", "button", "image", "file"):
                return
            if kind in ("checkbox", "radio") and "checked" not in here:
                return
            self._form.fields.append((name, given.get("value", "on" if kind in ("checkbox", "radio") else "")))
        elif tag == "textarea":
            self._area = ""
            self._form.fields.append((name, ""))
        elif tag == "select":
            self._select, self._chosen = name, False
        elif tag == "button":
            self._button = [name, given.get("value", ""), ""]
            self._way = given.get("formaction", "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area += data
        if self._button is not None:
            self._button[2] += data
        if self._link is not None:
            self._link[1] += data
        self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._area is not None and self._form is not None:
            name = self._form.fields[-1][0]
            self._form.fields[-1] = (name, self._area.removeprefix("\n"))
            self._area = None
        elif tag == "button" and self._button is not None and self._form is not None:
            pressed = (self._button[0], self._button[1], self._button[2].strip())
            self._form.buttons.append(pressed)
            self._form.ways[pressed] = self._way
            self._button = None
        elif tag == "select":
            self._select = None
        elif tag == "a" and self._link is not None:
            self.links.append((self._link[0], self._link[1].strip()))
            self._link = None


class _Options(_Reader):
    """Adds the chosen option of each select."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        if tag == "option" and self._select is not None and self._form is not None:
            given = {name: value or "" for name, value in attrs}
            selected = "selected" in {name for name, _ in attrs}
            if not self._chosen:
                self._form.fields.append((self._select, given.get("value", "")))
                self._chosen = True
            elif selected:
                self._form.fields[-1] = (self._select, given.get("value", ""))


class Person:
    """Keeps a page open; `response` is what the server said last."""

    def __init__(self, base: str, headers: dict[str, str] | None = None, local_address: str | None = None) -> None:
        self.base = base
        self.cookies: dict[str, str] = {}
        self.client = httpx.Client(
            headers={"accept": "text/html,*/*;q=0.5", **(headers or {})},
            transport=httpx.HTTPTransport(local_address=local_address),
            timeout=60,
        )
        self.response = httpx.Response(204)
        self.page = _Options()
        self.at = base
        self.secrets: Any = None  # of somebody who signed in

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.page.text).split())

    @property
    def dead_ends(self) -> list[str]:
        """Links within the page that lead nowhere, and ids that stand more than once."""
        inner = [target[1:] for target, _ in self.page.links if target.startswith("#")]
        twice = [one for one in set(self.page.ids) if self.page.ids.count(one) > 1]
        return [one for one in inner if one not in self.page.ids] + twice

    def get(self, path: str) -> httpx.Response:
        return self._send("GET", urljoin(self.at, path))

    def follow(self, words: str) -> httpx.Response:
        """Follows the link whose text contains the words."""
        for target, text in self.page.links:
            if words in text:
                return self.get(target)
        raise AssertionError(f"no link {words!r} in {[text for _, text in self.page.links]}")

    def form_with(self, *names: str) -> HtmlForm:
        """The first form of the page that has all these fields."""
        for form in self.page.forms:
            if set(names) <= form.names:
                return form
        raise AssertionError(f"no form with {names} in {[sorted(form.names) for form in self.page.forms]}")

    def button_to(self, action: str) -> tuple[HtmlForm, tuple[str, str, str]] | None:
        """The first button of the page that leads to an address that ends so, with its form."""
        for form in self.page.forms:
            for button in form.buttons:
                if (form.ways[button] or form.action).endswith(action):
                    return form, button
        return None

    def press(self, action: str, values: dict[str, Any] | None = None) -> httpx.Response:
        """Sends a form by the button that leads to an address that ends so."""
        found = self.button_to(action)
        assert found, f"no button to {action!r}"
        return self.send(found[0], values, button=found[1])

    def send(
        self,
        form: HtmlForm,
        values: dict[str, Any] | None = None,
        *,
        button: str | tuple[str, str, str] | None = None,
        files: Any = None,
    ) -> httpx.Response:
        """Sends a form with changed values (a list sends several; None leaves the field out) by one of its buttons."""
        changed = values or {}
        unknown = {name for name in changed if name not in form.names}
        assert not unknown, f"the form has no field {unknown}: {sorted(form.names)}"
        pairs = [(name, value) for name, value in form.fields if name not in changed]
        for name, value in changed.items():
            if value is not None:
                pairs += [(name, one) for one in (value if isinstance(value, list) else [value])]
        pressed = next((one for one in form.buttons if button is not None and (button == one or button in one)), None)
        if pressed is not None and pressed[0]:
            pairs.append(pressed[:2])
        way = form.ways.get(pressed, "") if pressed else ""
        target = urljoin(self.at, way or form.action)
        if form.method == "get":
            return self._send("GET", target, params=pairs)
        data: dict[str, list[str]] = {}
        for name, value in pairs:
            data.setdefault(name, []).append(value)
        answer = self._send("POST", target, data=data, files=files)
        return self._confirmed() if answer.status_code == 403 and self.secrets else answer

    def _confirmed(self) -> httpx.Response:
        """Gives passphrase and a new code when the page asks for them before it does anything."""
        for form in self.page.forms:
            if {"password", "code"} <= form.names and not form.names & {"login", "new_password"}:
                return self.send(form, {"password": self.secrets.passphrase, "code": self.secrets.code()})
        return self.response

    def _send(self, method: str, url: str, **rest: Any) -> httpx.Response:
        headers = {}
        if self.cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            headers["sec-fetch-site"] = "same-origin"
            headers["origin"] = "{0.scheme}://{0.netloc}".format(urlsplit(self.base))
        response = self.client.request(method, url, headers=headers, **rest)
        for line in response.headers.get_list("set-cookie"):
            name, _, value = line.split(";")[0].partition("=")
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        self.at = url
        self.response = response
        if response.is_redirect:
            return self._send("GET", urljoin(url, response.headers["location"]))
        self.page = _Options()
        if "text/html" in response.headers.get("content-type", ""):
            self.page.feed(response.text)
        return response
