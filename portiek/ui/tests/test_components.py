
"""Every component is in the gallery, renders in every state, and keeps to the content policy."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from django import forms
from jinja2 import Environment
from markupsafe import Markup

from portiek.ui import assets, catalogue, chart, preview, samples
from portiek.ui.direct import attributes

pytestmark = pytest.mark.no_database
UI = Path(__file__).parent.parent
VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
    "line",
    "rect",
    "use",
    "polyline",
    "path",
}


@pytest.fixture(scope="module", autouse=True)
def manifest(request: pytest.FixtureRequest) -> None:
    """Stand in for the built files where there has been no build."""
    if not (assets.FOLDER / "manifest.json").exists():
        patch = pytest.MonkeyPatch()
        patch.setattr(
            assets, "manifest", lambda: {name: name for name in ("app.css", "app.js", "font.woff2", "sprite.svg")}
        )
        request.addfinalizer(patch.undo)


@pytest.fixture(scope="module")
def environment() -> Environment:
    return preview.environment()


class Balanced(HTMLParser):
    """Complain of tags that do not close, inline styles and scripts, and ids that come twice."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "style" or name.startswith("on") or (name == "href" and (value or "").startswith("javascript:")):
                self.faults.append(f"<{tag} {name}>")
            if name == "id":
                self.ids.append(value or "")
        if tag == "style" or (tag == "script" and not dict(attrs).get("src")):
            self.faults.append(f"inline <{tag}>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")


def check(html: str) -> Balanced:
    parser = Balanced()
    parser.feed(html)
    parser.close()
    assert not parser.faults
    assert not parser.open
    return parser


def test_every_macro_is_documented_and_has_a_sample() -> None:
    macros = {
        name
        for file in catalogue.PARTS
        for name in re.findall(r"{% macro ([a-z]\w*)\(", (catalogue.FOLDER / file).read_text())
    }
    listed = {component.name for component in catalogue.components()}
    assert macros == listed
    assert macros == set(samples.SAMPLES)


def test_everything_is_under_one_name(environment: Environment) -> None:
    module = environment.get_template("ui/components.html").module
    for component in catalogue.components():
        assert hasattr(module, component.name)
    assert (
        environment.from_string('{% import "ui/components.html" as parts %}{{ parts.badge("x") }}').render()
        == environment.from_string('{{ ui.badge("x") }}').render()
    )


@pytest.mark.parametrize("name", sorted(samples.SAMPLES))
def test_sample_renders(name: str, environment: Environment) -> None:
    for source in samples.SAMPLES[name]:
        html = environment.from_string(source).render(samples.context())
        assert html.strip()
        check(html)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages_are_whole_and_inline_nothing(language: str) -> None:
    for name, html in preview.pages(language).items():
        parser = check(html)
        assert html.lstrip().lower().startswith("<!doctype html>")
        assert html.count("<h1") == 1, name
        if name != "gallery":
            assert len(parser.ids) == len(set(parser.ids)), name


def test_texts_are_escaped(environment: Environment) -> None:
    nasty = "<img src=x onerror=alert(1)>\"'"
    calls = ['ui.status("ok", x)', "ui.badge(x)", 'ui.link_button(x, "#")', 'ui.notice("info", x, title=x)', 'ui.todo(x, x, (x, "#"))', "ui.facts([(x, x)])", "ui.copy(x)",
             'ui.input("n", x, x, hint=x, error=x)', 'ui.select("n", x, [(x, x)])', 'ui.textarea("n", x, x)', "ui.why([(x, x)], (x, x))", 'ui.product(x, "#", x, x)', "ui.change(x, x)",
             "ui.track(1, 2, label=x)", 'ui.ageing(x, [(x, 1, x, "ok")])', "ui.bar_chart(x, [(x, 1, x)])", 'ui.button("b", data_x=x)', 'ui.stepper("n", x, label=x)', 'icon(x)']  # fmt: skip
    for call in calls:
        html = environment.from_string("{{ " + call + " }}").render(x=nasty)
        assert "<img src=x" not in html, call
        check(html)


def test_attributes_refuse_what_the_policy_forbids() -> None:
    assert (
        attributes({"data_dialog": "a<b", "disabled": True, "hidden": False, "title": None})
        == ' data-dialog="a&lt;b" disabled'
    )
    for name in ("style", "onclick"):
        with pytest.raises(ValueError, match=name):
            attributes({name: "x"})


def test_a_field_ties_label_hint_and_error_together(environment: Environment) -> None:
    html = environment.from_string(
        '{{ ui.input("ref", "Uw kenmerk", hint="Komt op de pakbon.", error="Vul iets in.") }}'
    ).render()
    assert '<label for="id_ref">' in html
    assert 'aria-describedby="id_ref-hint id_ref-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_ref-hint"' in html
    assert 'id="id_ref-error"' in html


def test_every_widget_of_django_is_drawn(environment: Environment) -> None:
    class Every(forms.Form):
        text = forms.CharField(max_length=9)
        area = forms.CharField(widget=forms.Textarea)
        mail = forms.EmailField()
        number = forms.IntegerField()
        amount = forms.DecimalField()
        day = forms.DateField()
        moment = forms.DateTimeField()
        one = forms.ChoiceField(choices=[("a", "A"), ("Groep", [("b", "B")])])
        radio = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
        many = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")])
        boxes = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)
        yes = forms.BooleanField()
        file = forms.FileField()
        secret = forms.CharField(widget=forms.PasswordInput)
        hidden = forms.CharField(widget=forms.HiddenInput)

    data = {
        "one": "b",
        "radio": "b",
        "many": ["a", "b"],
        "boxes": ["b"],
        "secret": "hunter2",
        "amount": "1,5",
        "yes": "on",
        "hidden": "h",
    }
    html = environment.from_string("{{ ui.form_fields(form) }}").render(form=Every(data))
    check(html)
    assert "hunter2" not in html
    for piece in (
        'type="email"',
        'type="number"',
        'inputmode="decimal"',
        'type="date"',
        'type="datetime-local"',
        "<optgroup",
        " multiple",
        'type="file"',
        'type="hidden"',
        'maxlength="9"',
    ):
        assert piece in html, piece
    assert html.count(" checked") == 3  # one radio, one of the boxes, yes
    assert html.count(" selected") == 3


def test_an_error_summary_leads_to_the_fields(environment: Environment) -> None:
    form = samples.context()["broken"]
    html = environment.from_string("{{ ui.error_summary(form) }}{{ ui.form_fields(form) }}").render(form=form)
    for target in re.findall(r'href="#([^"]+)"', html):
        assert f'id="{target}"' in html


def test_a_block_on_its_own_finds_the_components(environment: Environment) -> None:
    page = environment.from_string('{% extends "ui/page.html" %}{% block rows %}{{ ui.badge("x") }}{% endblock %}')
    assert "badge" in "".join(page.blocks["rows"](page.new_context({})))


def test_pages_answer_when_nothing_is_known(environment: Environment) -> None:
    for context in ({}, {"shell": None}, {"shell": SimpleNamespace(theme="dark", portal=None)}):
        html = environment.get_template("ui/error.html").render(status=500, **context)
        check(html)
        assert "Er ging bij ons iets mis" in html


def test_an_empty_list_in_the_palette_says_so(environment: Environment) -> None:
    html = environment.get_template("ui/palette.html").render(groups=[], query="<b>")
    assert "“&lt;b&gt;”" in html
    group = SimpleNamespace(
        label="Orders", entries=[SimpleNamespace(label="VD-20418", note="vandaag", icon="package", url="/o/")]
    )
    check(environment.get_template("ui/palette.html").render(groups=[group], query="vd"))


def test_charts_are_drawn_to_scale() -> None:
    assert [bar.height for bar in chart.bars([50, 100, 0], 90, 100)] == [50, 100, 0]
    assert chart.nice_top(0) == 1
    assert chart.nice_top(91) == 100
    assert chart.nice_top(21) == 25
    assert chart.bars([], 100, 100) == []
    assert sum(share.width for share in chart.shares([72, 11, 17])) == pytest.approx(98.4)
    assert [share.width for share in chart.shares([0, 0])] == [0, 0]
    assert chart.shares([100000, 1], 0)[1].width > 1  # a sliver is still seen


def test_every_sentence_has_dutch() -> None:
    with (UI / "locale" / "nl" / "LC_MESSAGES" / "django.po").open("rb") as file:
        dutch = {
            message.id[0] if isinstance(message.id, tuple) else message.id: message
            for message in read_po(file, locale="nl")
            if message.id
        }
    used = set()
    for name, _line, message, _comments, _context in extract_from_dir(
        str(UI),
        [("templates/**.html", "jinja2"), ("**.py", "python")],
        {"templates/**.html": {"extensions": "jinja2.ext.do"}},
        keywords={"_": None, "ngettext": (1, 2)},
    ):
        if not name.startswith(("tests/", "preview/")):
            used.add(message[0] if isinstance(message, tuple) else message)
    assert used
    for sentence in used:
        assert sentence in dutch, sentence
        text = dutch[sentence].string
        assert all(text) if isinstance(text, tuple) else text, sentence
        assert not dutch[sentence].fuzzy
    assert not set(dutch) - used


def test_no_raw_colour_outside_the_tokens() -> None:
    for sheet in sorted((UI / "css").glob("*.css")):
        if sheet.name != "tokens.css":
            found = re.findall(
                r"#[0-9a-fA-F]{3,8}\b(?=[\s;,)])|\b(?:rgb|hsl|oklch)a?\(",
                re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S),
            )
            assert not found, (sheet.name, found)


def test_markup_given_as_text_stays_text(environment: Environment) -> None:
    html = environment.from_string('{{ ui.facts([("a", b)]) }}').render(b=Markup("<b>x</b>"))
    assert "<dd><b>x</b></dd>" in html
