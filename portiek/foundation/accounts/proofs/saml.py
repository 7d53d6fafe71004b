"""SAML 2.0, the web browser profile: a request by redirect, a response by POST, one signed assertion in it for this one journey.

python3-saml holds the response against the schema, the signature and the times; what it lets pass when it is absent is asked for here.
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import urlencode, urlsplit

from cryptography import x509
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Names
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser as MetadataParser
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from portiek.foundation.accounts.proofs import SKEW_SECONDS, Config, Proof, Rejected
from portiek.foundation.accounts.proofs.openid import why_not_address

MAX_BYTES = 200_000
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
EMAIL = ("email", "mail", "emailaddress", "urn:oid:0.9.2342.19200300.100.1.3", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress")
NAME = ("displayname", "name", "urn:oid:2.16.840.1.113730.3.1.241", "http://schemas.microsoft.com/identity/claims/displayname", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name")
_V = OneLogin_Saml2_ValidationError
CAUSES = {
    _V.WRONG_ISSUER: "issuer", _V.WRONG_AUDIENCE: "audience", _V.WRONG_DESTINATION: "recipient", _V.EMPTY_DESTINATION: "recipient", _V.WRONG_SUBJECTCONFIRMATION: "recipient", _V.WRONG_INRESPONSETO: "nonce",
    _V.ASSERTION_EXPIRED: "time", _V.ASSERTION_TOO_EARLY: "time", _V.SESSION_EXPIRED: "time", _V.NO_SIGNATURE_FOUND: "unsigned", _V.NO_SIGNED_ASSERTION: "unsigned", _V.DEPRECATED_SIGNATURE_METHOD: "algorithm",
    _V.DEPRECATED_DIGEST_METHOD: "algorithm", _V.STATUS_CODE_IS_NOT_SUCCESS: "refused", _V.WRONG_NUMBER_OF_ASSERTIONS: "assertions",
}  # fmt: skip


@dataclass(frozen=True)
class Described:
    """What the metadata of an identity provider say."""

    issuer: str
    endpoints: dict[str, str]
    keys: list[dict[str, str]]


def described(text: str) -> Described:
    """Read pasted metadata (saml-metadata-2.0-os). Raises Rejected; a document type is refused before anything is parsed."""
    if len(text) > MAX_BYTES or "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper():
        raise Rejected("elsewhere-misset", "metadata")
    try:
        found = MetadataParser.parse(text.strip().encode()).get("idp", {})
    except Exception:  # the parser raises whatever its XML library does
        raise Rejected("elsewhere-misset", "metadata") from None
    service, multi = found.get("singleSignOnService") or {}, (found.get("x509certMulti") or {}).get("signing")
    url, issuer = str(service.get("url", "")), str(found.get("entityId", ""))
    if not 0 < len(issuer) <= 500 or not issuer.isprintable():
        raise Rejected("elsewhere-misset", "metadata")
    if why_not_address(url):
        raise Rejected("elsewhere-misset", "endpoints")
    return Described(issuer, {"sso": url}, [certificate(item) for item in (multi or [found.get("x509cert", "")])][:5])


def certificate(text: str) -> dict[str, str]:
    """Return a certificate as it is kept, with its last day. Raises Rejected."""
    kept = "".join(text.replace("-----BEGIN CERTIFICATE-----", "").replace("-----END CERTIFICATE-----", "").split())
    try:
        read = x509.load_der_x509_certificate(base64.b64decode(kept, validate=True))
    except ValueError:
        raise Rejected("elsewhere-misset", "certificate") from None
    return {"x509": kept, "until": read.not_valid_after_utc.isoformat(), "name": read.subject.rfc4514_string()[:120]}


def ends(keys: list[dict[str, str]]) -> datetime | None:
    """Return until when the last of some certificates is valid, or None without any."""
    return max((datetime.fromisoformat(key["until"]) for key in keys if "until" in key), default=None)


def certificates(keys: list[dict[str, str]], now: datetime) -> list[tuple[str, datetime, str]]:
    """Return (name, last moment, how it stands: ok, wait when it ends within a month, stop when it has ended) of each certificate."""
    found = [(key.get("name", ""), datetime.fromisoformat(key["until"])) for key in keys if "until" in key]
    return [(name, until, "stop" if until < now else "wait" if until < now + timedelta(days=30) else "ok") for name, until in found]


def departure(config: Config, *, entity: str, returns: str, state: str, request_id: str, now: datetime) -> str:
    """Return the address to send a browser to: an AuthnRequest by redirect (saml-bindings-2.0-os section 3.4)."""
    url = config.endpoints["sso"]
    asked = (f'<samlp:AuthnRequest xmlns:samlp="{Names.NS_SAMLP}" xmlns:saml="{Names.NS_SAML}" ID="{request_id}" Version="2.0" IssueInstant="{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" '
             f'Destination="{escape(url)}" AssertionConsumerServiceURL="{escape(returns)}" ProtocolBinding="{Names.BINDING_HTTP_POST}"><saml:Issuer>{escape(entity)}</saml:Issuer></samlp:AuthnRequest>')
    deflated = zlib.compress(asked.encode())[2:-4]
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'SAMLRequest': base64.b64encode(deflated).decode(), 'RelayState': state})}"


def metadata(*, entity: str, returns: str) -> str:
    """Return our own metadata, for the identity provider (saml-metadata-2.0-os section 2.4.4)."""
    return (f'<?xml version="1.0"?>\n<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{escape(entity)}">'
            f'<md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="{Names.NS_SAMLP}">'
            f'<md:AssertionConsumerService Binding="{Names.BINDING_HTTP_POST}" Location="{escape(returns)}" index="1" isDefault="true"/></md:SPSSODescriptor></md:EntityDescriptor>\n')


def _settings(config: Config, entity: str, returns: str) -> OneLogin_Saml2_Settings:
    return OneLogin_Saml2_Settings({
        "strict": True, "debug": False,
        "sp": {"entityId": entity, "assertionConsumerService": {"url": returns, "binding": Names.BINDING_HTTP_POST}},
        "idp": {"entityId": config.issuer, "singleSignOnService": {"url": config.endpoints["sso"], "binding": Names.BINDING_HTTP_REDIRECT}, "x509certMulti": {"signing": [key["x509"] for key in config.keys]}},
        "security": {"wantAssertionsSigned": True, "wantAttributeStatement": False, "rejectDeprecatedAlgorithm": True, "requestedAuthnContext": False, "allowSingleLabelDomains": True, "wantNameId": True},
    })  # fmt: skip


def verified(response: str, config: Config, *, entity: str, returns: str, request_id: str, now: datetime) -> Proof:
    """Return who a response speaks of (saml-profiles-2.0-os section 4.1.4.3). Raises Rejected."""
    parts = urlsplit(returns)
    place = {"https": "on" if parts.scheme == "https" else "off", "http_host": parts.netloc, "script_name": parts.path}
    if not response or len(response) > MAX_BYTES:
        raise Rejected("elsewhere-proof", "answer")
    try:
        # A document type could fetch or multiply what is in it: refused before it is parsed.
        if b"<!doctype" in base64.b64decode(response).lower():
            raise Rejected("elsewhere-proof", "answer")
        read = OneLogin_Saml2_Response(_settings(config, entity, returns), response)
        read.is_valid(place, request_id=request_id, raise_exceptions=True)
        return _proof(read, entity=entity, returns=returns, request_id=request_id, now=now)
    except Rejected:
        raise
    except OneLogin_Saml2_ValidationError as problem:
        cause = CAUSES.get(problem.code, "signature" if problem.code == _V.INVALID_SIGNATURE else "answer")
        raise Rejected("elsewhere-refused" if cause == "refused" else "elsewhere-proof", cause) from None
    except OneLogin_Saml2_Error:
        raise Rejected("elsewhere-misset", "certificate") from None
    except Exception:  # whatever the XML libraries make of rubbish
        raise Rejected("elsewhere-proof", "answer") from None


def _proof(read: Any, *, entity: str, returns: str, request_id: str, now: datetime) -> Proof:
    """Ask for what may not be absent, of the assertion whose signature was found right."""
    if read.get_in_response_to() != request_id:
        raise Rejected("elsewhere-proof", "nonce")
    if read.document.get("Destination") not in (None, returns):
        raise Rejected("elsewhere-proof", "recipient")
    if entity not in read.get_audiences():
        raise Rejected("elsewhere-proof", "audience")
    until = now - timedelta(seconds=SKEW_SECONDS)
    for data in read._query_assertion("/saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"):
        ended = data.get("NotOnOrAfter")
        if data.get("Recipient") == returns and data.get("InResponseTo") == request_id and ended:
            until = max(until, datetime.fromisoformat(ended.replace("Z", "+00:00")).astimezone(UTC))
    if until <= now - timedelta(seconds=SKEW_SECONDS):
        raise Rejected("elsewhere-proof", "recipient")
    named = read.get_nameid_data()
    subject = (named.get("Value") or "").strip()
    if named.get("Format") == TRANSIENT:
        raise Rejected("elsewhere-misset", "transient")
    if not 0 < len(subject) <= 255 or not subject.isprintable():
        raise Rejected("elsewhere-proof", "subject")
    told = {key.lower(): str(values[0]) for key, values in read.get_attributes().items() if values}
    email = next((told[key] for key in EMAIL if key in told), "").strip().lower()
    name = next((told[key] for key in NAME if key in told), "").strip()
    # SAML has no word for whether an address was verified, so it never makes a member of a stranger.
    return Proof(subject=subject, until=until, once=(f"assertion:{read.get_assertion_id()}", f"request:{request_id}"), email=email[:254] if email.isprintable() else "", name=name[:120] if name.isprintable() else "")
