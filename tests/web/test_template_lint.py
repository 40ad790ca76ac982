"""The linter of templates and stylesheet refuses what it says it refuses, at its line, and our own files pass."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.template_lint import ROOT, stylesheet, template

LONG = "x" * 161
BAD_TEMPLATES = {
    "a line too long": (f"<p>a</p>\n<p>{LONG}</p>\n", 2, "characters, of at most 160"),
    "two elements on a line": ("<ul>\n  <li>a</li><li>b</li>\n</ul>\n", 2, "second block-level"),
    "one inside another on a line": ("<p>a</p>\n<tr><td>a</td></tr>\n", 2, "second block-level"),
    "two, with Jinja between": (
        "<p>a</p>\n<p>{{ a }}</p>{% if b %}<p>b</p>{% endif %}\n",
        2,
        "second block-level",
    ),
    "lines that Jinja strips": (
        "{% if a %}\n\n  {%- endif -%}\n\n<p>a</p><p>b</p>\n",
        5,
        "second block-level",
    ),
    "an element left open": ("<div>\n<p>a</p>\n", 1, "<div> is not closed"),
    "an element closed twice": ("<p>a</p>\n</p>\n", 2, "nothing is open"),
    "elements that cross": ("<p><b>a</p>\n", 1, "</p> where <b> of line 1 is open"),
    "an empty form of a full element": ("<p>a</p>\n<div/>\n", 2, "is not HTML"),
    "style of an element": ('<p style="color: red">a</p>\n', 1, '"style"'),
    "style behind an expression": ('<p class="{{ a("x") }}"\n  style="{{ b }}">a</p>\n', 1, '"style"'),
    "an event handler": ('<p>a</p>\n<button onclick="x()">a</button>\n', 2, '"onclick"'),
    "a script": ("<p>a</p>\n<script>x()</script>\n", 2, "<script> stands on no page"),
    "a script as an address": ('<a href=" JavaScript:x()">a</a>\n', 1, "is a script"),
    "a stylesheet in the page": ("<style>p { color: red; }</style>\n", 1, "<style> stands on no page"),
    "a drawing": ("<p>a</p>\n<svg></svg>\n", 2, "<svg> stands on no page"),
    "a message joined": ('<p>a</p>\n<p>{{ _("You are " ~ name) }}</p>\n', 2, "put together"),
    "a message added": ('<p>{{ _("You are " + name) }}</p>\n', 1, "put together"),
    "a message filled before": ('<p>{{ _("You are %s" % name) }}</p>\n', 1, "put together"),
    "a plural joined": ('<p>{{ ngettext("One " ~ a, "Two", n) }}</p>\n', 1, "put together"),
    "strings side by side": ('<p>{{ _("One. "\n  "Two.") }}</p>\n', 2, "side by side"),
    "space at the end": ("<p>a</p> \n", 1, "space at the end"),
    "a tab": ("\t<p>a</p>\n", 1, "a tab"),
    "Jinja that does not parse": ("<p>a</p>\n{% if %}\n", 2, "Expected an expression"),
}
BAD_STYLES = {
    "a line too long": (f"/* {LONG} */\n", 1, "characters, of at most 160"),
    "two rules on a line": ("p { margin: 0; }\na { margin: 0; } b { margin: 0; }\n", 2, "more than one rule"),
    "a rule in a rule on a line": ("@media print { p { margin: 0; } }\n", 1, "more than one rule"),
    "declarations on a line": ("p {\n  margin: 0; padding: 0;\n}\n", 2, "more than one declaration"),
    "a margin of one side": ("p {\n  margin-left: 1em;\n}\n", 2, '"margin-left" is physical'),
    "a border's colour": ("p { border-right-color: red; }\n", 1, "is physical"),
    "a corner": ("p { border-top-left-radius: 0; }\n", 1, "is physical"),
    "a place": ("p { color: red; left: 0; }\n", 1, '"left" is physical'),
    "a width": ("@media print {\n  p { max-width: 9em; }\n}\n", 2, '"max-width" is physical'),
    "uneven sides": ("p { padding: 0 1em 0 calc(1em + (2px)); }\n", 1, "left and right apart"),
    "text to the left": ("p { text-align: left; }\n", 1, "use start and end"),
    "a float": ("p { float: right; }\n", 1, "use start and end"),
    "an address": ("p { background: url(x.png); }\n", 1, "an address"),
    "a brace left open": ("@media print {\n  p { margin: 0; }\n", 3, "is not closed"),
    "a brace too many": ("p {\n  margin: 0;\n}\n}\n", 4, "closes nothing"),
}
GOOD_TEMPLATE = """
{% macro field(name, label) %}
<label for="{{ name }}">{{ label }}</label>
{% endmacro %}
<p class="{% if a < b %}one{% endif %}"{% if c %} lang="{{ d("x") }}"{% endif %}>
  {% trans trimmed %}
  A long text
  on two lines.
  {% endtrans %}
  <strong>{{ _("Hello, %(name)s", name=first ~ last) }}</strong> <input name="a"><br>
</p>
"""
GOOD_STYLE = """
/* a { left: 0; } */
p::before { content: "left: 0; }"; margin: 0 1em; text-align: start; }
@media (max-width: 36rem) {
  a:hover {
    padding: 1em 2em 0 2em;
    inset-inline-start: 0;
  }
}
"""


@pytest.mark.parametrize("name", BAD_TEMPLATES)
def test_a_template_is_refused_at_its_line(name: str) -> None:
    text, line, words = BAD_TEMPLATES[name]
    found = template("page.html", text)
    assert [one for one, said in found if words in said] == [line], found


@pytest.mark.parametrize("name", BAD_STYLES)
def test_a_stylesheet_is_refused_at_its_line(name: str) -> None:
    text, line, words = BAD_STYLES[name]
    found = stylesheet(text)
    assert [one for one, said in found if words in said] == [line], found


def test_every_element_of_a_feed_has_a_line_of_its_own() -> None:
    assert template("feed.xml", "<feed>\n  <link/>\n  <at:x>{{ a }}</at:x>\n</feed>\n") == []
    assert [line for line, _ in template("feed.xml", "<feed>\n  <author><name>a</name></author>\n</feed>\n")] == [2]
    assert [line for line, _ in template("feed.xml", "<feed>\n  <link>\n</feed>\n")] == [1, 2, 3]


def test_what_is_written_well_passes() -> None:
    assert template("page.html", GOOD_TEMPLATE) == []
    assert stylesheet(GOOD_STYLE) == []


def test_our_templates_and_our_stylesheet_pass() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.template_lint"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
