"""Form fields: what the field macros draw, and fields that read what people type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from portiek.ui import format


@dataclass(slots=True)
class Option:
    """One choice; with `options` a group of them."""

    value: str
    label: Any
    selected: bool = False
    hint: Any = ""
    options: list[Option] = field(default_factory=list)


@dataclass(slots=True)
class Field:
    """What the macros need to draw a field, wherever it comes from."""

    kind: str
    id: str
    name: str
    label: Any
    value: str = ""
    hint: Any = ""
    errors: Sequence[Any] = ()
    required: bool = False
    disabled: bool = False
    checked: bool = False
    multiple: bool = False
    quiet: bool = False
    mark: bool = False
    size: str = ""
    suffix: Any = None
    extra: str = ""
    options: list[Option] = field(default_factory=list)
    attrs: dict[str, Any] = field(default_factory=dict)
    # Of a pick: the words it was searched by, and whether there are more than it shows.
    words: str = ""
    more: bool = False

    @property
    def described(self) -> str:
        """Name the hint and the errors, for aria-describedby."""
        found = [f"{self.id}-hint"] if self.hint else []
        found += [f"{self.id}-error{n if n > 1 else ''}" for n in range(1, len(self.errors) + 1)]
        return " ".join(found)


KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.HiddenInput, "hidden"),
    (forms.CheckboxInput, "checkbox"),
    (forms.CheckboxSelectMultiple, "checkboxes"),  # before the radios that Django makes it from
    (forms.RadioSelect, "radios"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file"),
    (forms.DateTimeInput, "datetime-local"),
    (forms.DateInput, "date"),
    (forms.TimeInput, "time"),
)


def bound_field(
    bound: forms.BoundField,
    *,
    hint: Any = None,
    label: Any = None,
    size: str = "",
    suffix: Any = None,
    quiet: bool = False,
    attrs: Mapping[str, Any] | None = None,
) -> Field:
    """Return what is to be drawn for a field of a Django form."""
    widget = bound.field.widget
    kind = next(
        (name for type_, name in KINDS if isinstance(widget, type_)), getattr(widget, "input_type", None) or "text"
    )
    if isinstance(widget, DecimalInput) or isinstance(bound.field, forms.DecimalField):
        kind = "decimal"
    value = bound.value()
    given = {
        name: found for name, found in {**widget.attrs, **(attrs or {})}.items() if name not in ("class", "style", "id")
    }
    drawn = Field(
        kind=kind,
        id=bound.id_for_label or bound.auto_id or f"id_{bound.html_name}",
        name=bound.html_name,
        label=label or bound.label,
        hint=hint if hint is not None else bound.help_text,
        errors=list(bound.errors),
        required=bound.field.required,
        disabled=bound.field.disabled,
        quiet=quiet,
        mark=True,
        size=size,
        suffix=suffix,
        multiple=bool(getattr(widget, "allow_multiple_selected", False)),
        attrs=given,
    )
    if isinstance(bound.field, PickField):
        drawn.kind, drawn.id, drawn.words = "pick", bound.auto_id or drawn.id, _text(bound.form.data.get(f"{bound.html_name}_find")).strip()[:100]
        found, drawn.more = bound.field.shown(drawn.words, _text(value))
        drawn.options = _options(found, {_text(value)})
        return drawn
    if isinstance(bound.field, PicksField):
        drawn.kind, drawn.id, drawn.words = "pick", bound.auto_id or drawn.id, _text(bound.form.data.get(f"{bound.html_name}_find")).strip()[:100]
        values = [_text(one) for one in value or []]
        found, drawn.more = bound.field.shown(drawn.words, values)
        drawn.options = _options(found, set(values))
        return drawn
    if kind == "radios" or kind == "checkboxes":
        drawn.id = bound.auto_id or drawn.id
    if kind == "checkbox":
        drawn.checked, drawn.value = bool(value), "on"
    elif kind in ("select", "radios", "checkboxes"):
        chosen = {_text(one) for one in value} if isinstance(value, list | tuple | set) else {_text(value)}
        drawn.options = _options(getattr(widget, "choices", ()), chosen)
    elif kind != "file":
        drawn.value = format.decimal_input(value) if kind == "decimal" else _text(value)
    if isinstance(bound.field, forms.CharField) and bound.field.max_length and kind in ("text", "textarea"):
        drawn.attrs.setdefault("maxlength", bound.field.max_length)
    return drawn


def plain_field(
    kind: str,
    name: str,
    label: Any,
    value: Any = "",
    *,
    options: Iterable[Any] = (),
    hint: Any = None,
    error: Any = None,
    attrs: Mapping[str, Any] | None = None,
    **rest: Any,
) -> Field:
    """Return what is to be drawn for a field without a Django form."""
    given = dict(attrs or {})
    text = format.decimal_input(value) if kind == "decimal" else _text(value)
    return Field(
        kind=kind,
        id=given.pop("id", f"id_{name}"),
        name=name,
        label=label,
        value=text,
        hint=hint or "",
        errors=[error] if error else [],
        options=_options(options, {text}),
        extra="find" if kind == "search" else "",
        attrs=given,
        **rest,
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else str(value)


def _options(choices: Iterable[Any], chosen: set[str]) -> list[Option]:
    found = []
    for choice in choices:
        value, label, *rest = choice
        if isinstance(label, list | tuple):
            found.append(Option("", value, options=_options(label, chosen)))
        else:
            text = _text(value)
            found.append(Option(text, label, text in chosen, rest[0] if rest else ""))
    return found


class DecimalInput(forms.TextInput):
    """A text field for a number: a decimal comma where the language has one, and the number keys on a phone."""

    def format_value(self, value: Any) -> str | None:
        """Write the number with the language's comma."""
        return format.decimal_input(value) or None


class DecimalField(forms.DecimalField):
    """A number typed with comma or point, with or without grouping."""

    widget = DecimalInput

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override] # the stubs take it for an IntegerField
        """Read the number in the language of the request. Raises ValidationError."""
        if isinstance(value, str) and value.strip():
            try:
                value = format.parse_decimal(value)
            except ValueError:
                raise ValidationError(_("Fill in a number, such as 1,284.60."), code="invalid") from None
        return super().to_python(value)


# So many are shown at once; more are searched.
SHOWN = 12
Choice = tuple[str, Any, Any]


@dataclass(frozen=True)
class Choices:
    """What a pick offers, as (value, label, hint): `find(words, most)` those that hold the words, all of them without; `one(value)` one of them, or None; `row(value)` the thing itself; `some(values)` several at once, for who chooses more than one. They ask the database as the reader."""

    find: Callable[[str, int], Sequence[Choice]]
    one: Callable[[str], Choice | None]
    row: Callable[[str], Any] = int
    some: Callable[[Sequence[str]], Sequence[Choice]] = lambda values: []


class PickField(forms.ChoiceField):
    """One out of a few or out of thousands: a few stand there to choose from, more are searched on the server, also without JavaScript.

    `nobody`: the words of choosing none, where that is possible. The form that has it names its `among`, and its page asks `looked_for` before it does anything.
    """

    def __init__(self, *, nobody: Any = None, **options: Any) -> None:
        super().__init__(required=nobody is None, widget=forms.RadioSelect, **options)
        self.nobody = nobody
        self.among: Choices = Choices(lambda words, most: [], lambda value: None)

    def shown(self, words: str, value: str) -> tuple[list[Choice], bool]:
        """Return what is shown: none of them, what is chosen, and the first that hold the words; and whether there are more."""
        found = list(self.among.find(words, SHOWN + 1))
        here = {choice[0] for choice in found[:SHOWN]}
        chosen = self.among.one(value) if value and value not in here else None
        nobody: list[Choice] = [("", self.nobody, "")] if self.nobody is not None else []
        return [*nobody, *([chosen] if chosen else []), *found[:SHOWN]], len(found) > SHOWN

    def chosen(self, value: str) -> Any:
        """Return the thing that was chosen, or None."""
        return self.among.row(value) if value else None

    def valid_value(self, value: Any) -> bool:
        """Whether it is one of those on offer."""
        return self.among.one(str(value)) is not None


class PicksField(forms.MultipleChoiceField):
    """Several out of a few or out of thousands, as PickField: who is chosen stands first and stays while one searches on."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=forms.CheckboxSelectMultiple, **options)
        self.among: Choices = Choices(lambda words, most: [], lambda value: None)

    def shown(self, words: str, values: Sequence[str]) -> tuple[list[Choice], bool]:
        """Return what is shown: who is chosen, then the first that hold the words; and whether there are more."""
        chosen = list(self.among.some(values)) if values else []
        here = {choice[0] for choice in chosen}
        found = [choice for choice in self.among.find(words, SHOWN + 1 + len(here)) if choice[0] not in here]
        return [*chosen, *found[:SHOWN]], len(found) > SHOWN

    def validate(self, value: Any) -> None:
        """Ask of all of them at once whether they are on offer. Raises ValidationError."""
        if set(value) - {choice[0] for choice in self.among.some(value)}:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": ""})


def looked_for(form: forms.Form) -> bool:
    """Whether a form was sent to search in one of its picks alone: then it is shown again as it was filled in, without complaints, and nothing else happens."""
    picks = [form.add_prefix(name) for name, item in form.fields.items() if isinstance(item, PickField | PicksField)]
    # Who types words and presses Enter searches too.
    if "look" not in form.data and all(form.data.get(f"{name}_find", "") == form.data.get(f"{name}_found", "") for name in picks):
        return False
    # Not valid, and nothing wrong with it.
    form._errors, form.cleaned_data = ErrorDict(), {}  # type: ignore[attr-defined]
    return True
