"""`python -m tests.support.template_lint`: the form of the templates and the stylesheet, as `make check` holds it.

One block-level element a line, no line over 160 characters, tags that balance within their file, no inline style,
script or event handler, one message a `_()`; in the stylesheet one rule or one declaration a line, and no property
that knows left from right. A line break that must not become a space ends with `{# -#}`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes

ROOT = Path(__file__).parents[2]
MOST = 160
VOID = re.compile("area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr")
# what a browser, or our stylesheet, puts on a line of its own
BLOCKS = re.compile(
    "html|head|body|title|meta|link|header|footer|nav|main|article|section|aside|div|p|pre|blockquote|figure|figcaption"
    "|h[1-6]|ul|ol|li|dl|dt|dd|table|caption|thead|tbody|tfoot|tr|th|td|form|fieldset|legend|label"
    "|textarea|select|optgroup|option|details|summary"
)
FORBIDDEN = frozenset({"script", "style", "svg", "iframe", "object", "embed"})
SIDES = re.compile(
    r"(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)(?:-\w+)?"
    r"|border-(?:top|bottom)-(?:left|right)-radius|left|right|top|bottom|(?:min-|max-)?(?:width|height)"
)
SHORTHANDS = ("margin", "padding", "inset", "border-width", "border-style", "border-color")
GETTEXT = frozenset({"_", "gettext", "ngettext"})
JINJA = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)

Problem = tuple[int, str]


class _Tags(HTMLParser):
    """The markup of one template whose Jinja was taken out: where elements open and whether they close."""

    def __init__(self, xml: bool) -> None:
        super().__init__()
        self.xml = xml
        self.open: list[tuple[str, int]] = []
        self.problems: list[Problem] = []
        self.block_on: int = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._opened(tag, attrs)
        if self.xml or not VOID.fullmatch(tag):
            self.open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._opened(tag, attrs)
        if not self.xml and not VOID.fullmatch(tag):
            self.problems.append((self.getpos()[0], f"<{tag}/> is not HTML"))

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1][0] == tag:
            self.open.pop()
        else:
            inner = f"<{self.open[-1][0]}> of line {self.open[-1][1]} is open" if self.open else "nothing is open"
            self.problems.append((self.getpos()[0], f"</{tag}> where {inner}"))

    def _opened(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        if self.xml or BLOCKS.fullmatch(tag):
            if self.block_on == line:
                self.problems.append((line, f"<{tag}> is a second block-level element on its line"))
            self.block_on = line
        if tag in FORBIDDEN and not self.xml:
            self.problems.append((line, f"<{tag}> stands on no page"))
        for name, value in attrs:
            if name == "style" or re.fullmatch(r"on[a-z]+", name):
                self.problems.append((line, f'the attribute "{name}" is style or script in a page'))
            if value and value.strip().lower().startswith("javascript:"):
                self.problems.append((line, f'"{name}" is a script'))


def _without_jinja(text: str) -> str:
    """The markup alone: what Jinja says is gone, every line keeps its number."""
    kept = ""
    depth = 0
    for line, kind, value in JINJA.lex(text):
        kept += "\n" * (line - 1 - kept.count("\n"))
        if kind == "data" and not depth:
            kept += value
        depth += kind.endswith("_begin")
        depth -= kind.endswith("_end")
    return kept


def _markup(name: str, text: str) -> Iterator[Problem]:
    tags = _Tags(xml=name.endswith(".xml"))
    tags.feed(_without_jinja(text))
    tags.close()
    yield from tags.problems
    for tag, line in tags.open:
        yield line, f"<{tag}> is not closed in this file"


def _messages(text: str) -> Iterator[Problem]:
    """What translators could not find: messages that are put together, by operators or from neighbouring strings."""
    for call in JINJA.parse(text).find_all(nodes.Call):
        if not (isinstance(call.node, nodes.Name) and call.node.name in GETTEXT):
            continue
        for message in call.args:
            if isinstance(message, nodes.Concat | nodes.Add | nodes.Mod):
                yield call.lineno, f"a message of {call.node.name}() is put together"
    words = [token for token in JINJA.lex(text) if token[1] not in ("whitespace", "comment")]
    for (_, kind, _), (line, following, _) in pairwise(words):
        if kind == following == "string":
            yield line, "two strings stand side by side: use {% trans trimmed %} for a long text"


def _lines(text: str) -> Iterator[Problem]:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MOST:
            yield number, f"{len(line)} characters, of at most {MOST}"
        if line != line.rstrip():
            yield number, "space at the end"
        if "\t" in line:
            yield number, "a tab"


def template(name: str, text: str) -> list[Problem]:
    """What is wrong with a template: (line, words), in the order of lines."""
    try:
        return sorted([*_lines(text), *_markup(name, text), *_messages(text)])
    except TemplateSyntaxError as error:
        return [(error.lineno, str(error.message))]


def _declaration(property_: str, value: str) -> str:
    """Why a declaration is refused; empty when it is not."""
    parts = re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", "", value).split()
    if SIDES.fullmatch(property_):
        return f'"{property_}" is physical: use the logical property'
    if property_ in SHORTHANDS and len(parts) == 4 and parts[1] != parts[3]:
        return f'"{property_}" sets left and right apart: use its -inline form'
    if property_ in ("float", "clear", "text-align") and {"left", "right"} & set(parts):
        return f'"{property_}: {value}" is physical: use start and end'
    return "an address in the stylesheet" if "url(" in value else ""


def stylesheet(text: str) -> list[Problem]:
    """What is wrong with a stylesheet: (line, words), in the order of lines."""
    problems = list(_lines(text))
    bare = re.sub(r"/\*.*?\*/", lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL)
    depth = 0
    for number, line in enumerate(re.sub(r'"[^"\n]*"', '""', bare).split("\n"), 1):
        whole = re.fullmatch(r"\s*[^{}]*\{([^{}]*)\}\s*", line)
        declarations = [one for one in (whole[1] if whole else line).split(";") if re.match(r"\s*[a-z-]+:\s", one)]
        if (line.count("{") > 1) or ("}" in line and not whole and line.strip() != "}"):
            problems.append((number, "more than one rule on a line"))
        elif not whole and "{" not in line and line.count(";") > 1:
            problems.append((number, "more than one declaration on a line of a rule that has several"))
        for property_, _, value in (one.strip().partition(":") for one in declarations if "{" not in one):
            if why := _declaration(property_, value.strip()):
                problems.append((number, why))
        depth += line.count("{") - line.count("}")
        if depth < 0:
            problems.append((number, "a brace closes nothing"))
            depth = 0
    if depth:
        problems.append((bare.count("\n") + 1, "a brace is not closed"))
    return sorted(problems)


def main() -> int:
    """Prints file:line: message for all that is wrong; 1 when something is."""
    found = [
        (path, problem)
        for path in sorted((ROOT / "templates").rglob("*"))
        if path.is_file()
        for problem in template(path.name, path.read_text())
    ]
    style = ROOT / "app/web/style.css"
    found += [(style, problem) for problem in stylesheet(style.read_text())]
    for path, (line, words) in found:
        print(f"{path.relative_to(ROOT)}:{line}: {words}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
