"""The shape of what people type about logging in with an account of elsewhere."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.foundation.accounts.causes import cause_in_words
from portiek.foundation.accounts.models import Provider
from portiek.foundation.accounts.proofs import Rejected, saml
from portiek.foundation.accounts.proofs.openid import why_not_address
from portiek.ui.fields import Choices, PickField

DOMAIN = re.compile(r"(?=.{3,120}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


class ProviderForm(forms.Form):
    """What every way to log in with an account of elsewhere has. `roles`: those that new colleagues may get; none for a provider of the portal itself."""

    label = forms.CharField(label=_("Name on the button"), max_length=60, help_text=_("As people call it: Bakker, Microsoft, Google."))
    audience = forms.ChoiceField(label=_("For whom"), choices=Provider.Audience, widget=forms.RadioSelect)
    domains = forms.CharField(label=_("Offer it after these addresses"), max_length=1000, required=False,
                              help_text=_("Parts after the @, with commas between. Only decides who sees the button, never who comes in."))
    makes_members = forms.BooleanField(label=_("Who is not known here yet becomes a colleague at the first log-in"), required=False,
                                       help_text=_("Only with an e-mail address that your provider has verified, and that has no account here."))
    role = PickField(label=_("Role of new colleagues"), nobody=_("No role"))

    def __init__(self, *arguments: Any, roles: Choices, of_portal: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["role"].among = roles  # type: ignore[attr-defined]
        for name in ("makes_members", "role") if of_portal else ("audience",):
            del self.fields[name]

    def clean_domains(self) -> list[str]:
        """Return the domains in small letters. Raises ValidationError."""
        found = [part.strip().lower().lstrip("@") for part in re.split(r"[,\s]+", self.cleaned_data["domains"]) if part.strip()]
        if any(not DOMAIN.fullmatch(part) for part in found):
            raise forms.ValidationError(_("Write domains such as company.nl, with commas between."))
        return list(dict.fromkeys(found))[:20]

    def settings(self) -> dict[str, Any]:
        """Return what was filled in, as the actions take it."""
        found = dict(self.cleaned_data)
        if "role" in found:
            found["role"] = self.fields["role"].chosen(found["role"])  # type: ignore[attr-defined]
        return found


class GroupRole(forms.Form):
    """Which role who is in a group of the provider gets."""

    role = PickField(label=_("Role"), nobody=_("No role"))

    def __init__(self, *arguments: Any, roles: Choices, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["role"].among = roles  # type: ignore[attr-defined]

    def chosen(self) -> Any:
        """Return the role, or None."""
        return self.fields["role"].chosen(self.cleaned_data["role"])  # type: ignore[attr-defined]


class OpenIdProvider(ProviderForm):
    """An OpenID Connect provider."""

    issuer = forms.CharField(label=_("Issuer"), max_length=500, help_text=_("The address of your provider as it calls itself; its settings are found by it."), widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}))
    client_id = forms.CharField(label=_("Client ID"), max_length=200)
    secret = forms.CharField(label=_("Client secret"), max_length=500, strip=False, required=False, widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
                             help_text=_("Kept encrypted and never shown again."))
    subject_claim = forms.ChoiceField(label=_("People are known by"), choices=[("sub", _("sub: what OpenID Connect prescribes")), ("oid", _("oid: the object ID of Entra ID, when it also keeps accounts by SCIM"))])

    field_order: ClassVar = ["label", "issuer", "client_id", "secret", "audience", "domains", "makes_members", "role", "subject_claim"]  # type: ignore[misc]

    def __init__(self, *arguments: Any, kept: Provider | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if kept:
            del self.fields["issuer"]
            self.fields["secret"].help_text = _("Is kept; fill in only to change it.")

    def clean_issuer(self) -> str:
        """Return the address. Raises ValidationError."""
        issuer = str(self.cleaned_data["issuer"]).removesuffix("/.well-known/openid-configuration")
        if why_not_address(issuer) or "?" in issuer:
            raise forms.ValidationError(_("This is an address that begins with https://"))
        return issuer


class SamlProvider(ProviderForm):
    """A SAML identity provider. `row`: the one that is changed, which keeps its entity id."""

    metadata = forms.CharField(label=_("Metadata of your provider"), max_length=saml.MAX_BYTES, widget=forms.Textarea(attrs={"spellcheck": "false"}), help_text=_("The XML that your provider offers; paste it whole."))
    keeps = forms.BooleanField(label=_("Keep trusting the certificates that are here"), required=False, initial=True, help_text=_("While your provider changes from one to the other. Take it away when one has leaked."))

    field_order: ClassVar = ["label", "metadata", "keeps", "audience", "domains"]  # type: ignore[misc]

    def __init__(self, *arguments: Any, kept: Provider | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.kept = kept
        for name in ("makes_members", "role", *(() if kept else ("keeps",))):
            self.fields.pop(name, None)
        if kept:
            self.fields["metadata"].required = False
            self.fields["metadata"].help_text = _("Are kept; paste them again only when something changed, such as the certificate.")

    def clean_metadata(self) -> saml.Described | None:
        """Return what the metadata say. Raises ValidationError."""
        text = self.cleaned_data["metadata"]
        if not text:
            return None
        try:
            found = saml.described(text)
        except Rejected as rejected:
            raise forms.ValidationError(cause_in_words(rejected.cause)) from None
        if self.kept and found.issuer != self.kept.issuer:
            raise forms.ValidationError(_("These are of another provider. Set that one up beside this one."))
        return found

    def settings(self) -> dict[str, Any]:
        """Return what was filled in, as the actions take it."""
        settings = super().settings()
        found, keeps = settings.pop("metadata"), settings.pop("keeps", False)
        if found is not None:
            old = [key for key in self.kept.keys if key["x509"] not in {new["x509"] for new in found.keys}] if self.kept and keeps else []
            settings |= {"issuer": found.issuer, "endpoints": found.endpoints, "keys": [*found.keys, *old][:5]}
        return settings
