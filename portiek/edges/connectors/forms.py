"""The set-up form, made from the vendor's own schema, and the small forms of the monitor."""

from __future__ import annotations

import types
from typing import Any, Literal, Union, get_args, get_origin

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from portiek.edges.connectors import labels, vendors


class Reason(forms.Form):
    """Why somebody does what he does."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, help_text=gettext_lazy("Colleagues read this later."))


class Connect(forms.Form):
    """What every connection has; the vendor's options are added."""

    label = forms.CharField(label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("As staff and customers read it: prices and stock of ..."))
    enabled = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def __init__(self, vendor: str, data: Any = None, *, current: BaseModel | None = None, label: str = "", enabled: bool = True) -> None:
        super().__init__(data, initial={"label": label or labels.vendor(vendor)[0], "enabled": enabled})
        self.vendor, self.current = vendor, current
        for name, info in vendors.schema(vendor).model_fields.items():
            value = getattr(current, name) if current is not None else info.get_default(call_default_factory=True) if not info.is_required() else None
            self.fields[f"o_{name}"] = _field(vendor, name, info, value, is_kept=current is not None)

    def clean(self) -> dict[str, Any]:
        """Check the options as the vendor does, and put what is wrong beside its field."""
        cleaned = dict(super().clean() or self.cleaned_data)
        values: dict[str, Any] = {}
        for name, info in vendors.schema(self.vendor).model_fields.items():
            key = f"o_{name}"
            if key in self.errors:
                return cleaned
            values[name] = self._value(name, info, cleaned.get(key))
        try:
            cleaned["options"] = vendors.schema(self.vendor).model_validate({name: value for name, value in values.items() if value is not _ABSENT})
        except ValidationError as problem:
            for item in problem.errors(include_input=False, include_url=False):
                place = f"o_{item['loc'][0]}" if item["loc"] else None
                self.add_error(place if place in self.fields else None, _("This does not fit: %(why)s") % {"why": item["msg"]})
        return cleaned

    def _value(self, name: str, info: FieldInfo, given: Any) -> Any:
        if _is_secret(info):
            # Written, never read: an empty field keeps what is there.
            if given:
                return given
            return getattr(self.current, name).get_secret_value() if self.current is not None and getattr(self.current, name) is not None else _ABSENT
        if given in ("", None) and not info.is_required():
            # Nothing filled in: the vendor's own default.
            return _ABSENT
        origin = get_origin(info.annotation)
        if origin is tuple:
            return tuple(part.strip() for part in str(given or "").split(",") if part.strip())
        if origin is dict:
            return {part.partition("=")[0]: part.partition("=")[2] for part in _stripped(given)}
        return given


_ABSENT: Any = object()


def _stripped(text: Any) -> list[str]:
    return ["=".join(piece.strip() for piece in line.split("=", 1)) for line in str(text or "").splitlines() if line.strip()]


def _is_secret(info: FieldInfo) -> bool:
    return info.annotation is SecretStr or SecretStr in get_args(info.annotation)


class _Secret(forms.CharField):
    """A text that is written and never read, not even when the form comes back."""

    def bound_data(self, data: Any, initial: Any) -> Any:
        return ""


def _field(vendor: str, name: str, info: FieldInfo, value: Any, *, is_kept: bool) -> forms.Field:
    """Return the form's field of one option."""
    label, hint = labels.OPTIONS.get(f"{vendor}.{name}", (name.replace("_", " ").capitalize(), info.description or ""))
    common: dict[str, Any] = {"label": label, "help_text": hint, "required": info.is_required()}
    annotation, origin = info.annotation, get_origin(info.annotation)
    if _is_secret(info):
        kept = _("Is kept; fill in only to change it.") if is_kept else hint
        more = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        # A key has lines, which a field for passwords would lose. Neither is ever shown again.
        widget: forms.Widget = forms.Textarea(attrs={"rows": more["lines"], "autocomplete": "off", "spellcheck": "false"}) if "lines" in more else forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})
        return _Secret(label=label, help_text=kept, required=info.is_required() and not is_kept, max_length=10_000 if "lines" in more else 2000, strip=False, widget=widget)
    if annotation is bool:
        return forms.BooleanField(label=label, help_text=hint, required=False, initial=value)
    if origin is Literal:
        return forms.ChoiceField(
            **{**common, "required": True}, initial=value, choices=[(item, labels.CHOICES.get(f"{vendor}.{name}.{item}", item)) for item in get_args(annotation)]
        )
    if origin is tuple:
        return forms.CharField(**common, initial=", ".join(value or ()), max_length=2000)
    if origin is dict:
        return forms.CharField(**common, initial="\n".join(f"{key} = {item}" for key, item in (value or {}).items()), max_length=4000, widget=forms.Textarea)
    if origin in (Union, types.UnionType):
        annotation = next(item for item in get_args(annotation) if item is not type(None))
    if annotation is int:
        return forms.IntegerField(**common, initial=value)
    if annotation is float:
        return forms.FloatField(**common, initial=value, localize=True)
    return forms.CharField(**common, initial=value, max_length=2000)
