"""A small SAML identity provider: it signs what a test asks for, right or wrong."""

from __future__ import annotations

import base64
import uuid
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree

P, A, D = "urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:2.0:assertion", "http://www.w3.org/2000/09/xmldsig#"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


class Key:
    """A key with its own certificate."""

    def __init__(self, days: int = 365) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.bakker.example")]), datetime.now(UTC)
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key()).serial_number(x509.random_serial_number())
        self.certificate = made.not_valid_before(now - timedelta(days=400)).not_valid_after(now + timedelta(days=days)).sign(self.key, hashes.SHA256())

    @property
    def x509(self) -> str:
        return base64.b64encode(self.certificate.public_bytes(serialization.Encoding.DER)).decode()

    @property
    def pem(self) -> bytes:
        return self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


class Idp:
    """One identity provider with its key."""

    entity, sso = "https://idp.bakker.example/metadata", "https://idp.bakker.example/sso"

    def __init__(self) -> None:
        self.key = Key()

    def metadata(self, *keys: Key) -> str:
        shown = "".join(f'<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="{D}"><ds:X509Data><ds:X509Certificate>{key.x509}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>' for key in keys or (self.key,))
        return (f'<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{self.entity}"><md:IDPSSODescriptor protocolSupportEnumeration="{P}">{shown}'
                f'<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{self.sso}"/></md:IDPSSODescriptor></md:EntityDescriptor>')

    def asked(self, url: str) -> dict[str, str]:
        """Read where a browser is sent: the request and its RelayState."""
        assert url.startswith(self.sso)
        given = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        request = etree.fromstring(zlib.decompress(base64.b64decode(given["SAMLRequest"]), -15))
        return {"id": request.get("ID"), "acs": request.get("AssertionConsumerServiceURL"), "entity": request.findtext(f"{{{A}}}Issuer"), "state": given["RelayState"]}

    def response(self, asked: dict[str, str], *, subject: str = "jan-1", assertion: dict[str, Any] | None = None, response: dict[str, Any] | None = None) -> etree._Element:
        """Return an unsigned response; `assertion` and `response` change parts of it."""
        now = datetime.now(UTC)

        def at(seconds: int) -> str:
            return f"{now + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"

        of: dict[str, Any] = {"issuer": self.entity, "audience": asked["entity"], "recipient": asked["acs"], "answers": asked["id"], "from": at(-60), "until": at(300), "id": f"_{uuid.uuid4().hex}", "format": PERSISTENT, **(assertion or {})}
        outer: dict[str, Any] = {"destination": asked["acs"], "answers": asked["id"], "issuer": self.entity, "status": "urn:oasis:names:tc:SAML:2.0:status:Success", **(response or {})}
        audience = f"<saml:AudienceRestriction><saml:Audience>{of['audience']}</saml:Audience></saml:AudienceRestriction>" if of["audience"] else ""
        confirmed = "".join(f' {name}="{of[key]}"' for name, key in (("NotOnOrAfter", "until"), ("Recipient", "recipient"), ("InResponseTo", "answers")) if of[key])
        text = (f'<samlp:Response xmlns:samlp="{P}" xmlns:saml="{A}" ID="_{uuid.uuid4().hex}" Version="2.0" IssueInstant="{at(0)}"'
                + "".join(f' {name}="{outer[key]}"' for name, key in (("Destination", "destination"), ("InResponseTo", "answers")) if outer[key]) +
                f'><saml:Issuer>{outer["issuer"]}</saml:Issuer><samlp:Status><samlp:StatusCode Value="{outer["status"]}"/></samlp:Status>'
                f'<saml:Assertion ID="{of["id"]}" Version="2.0" IssueInstant="{at(0)}"><saml:Issuer>{of["issuer"]}</saml:Issuer>'
                f'<saml:Subject><saml:NameID Format="{of["format"]}">{subject}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData{confirmed}/></saml:SubjectConfirmation></saml:Subject>'
                f'<saml:Conditions NotBefore="{of["from"]}" NotOnOrAfter="{of["until"] or at(300)}">{audience}</saml:Conditions>'
                f'<saml:AuthnStatement AuthnInstant="{at(0)}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>'
                '<saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>jan@bakker.example</saml:AttributeValue></saml:Attribute><saml:Attribute Name="displayName"><saml:AttributeValue>Jan de Boer</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>'
                "</saml:Assertion></samlp:Response>")
        return etree.fromstring(text)

    def signed(self, root: etree._Element, key: Key | None = None, element: str = "Assertion", method: Any = xmlsec.Transform.RSA_SHA256, digest: Any = xmlsec.Transform.SHA256) -> etree._Element:
        """Sign one element of a response, the first of its name."""
        node = root if element == "Response" else root.find(f".//{{{A}}}{element}")
        signature = xmlsec.template.create(root, xmlsec.Transform.EXCL_C14N, method, ns="ds")
        node.insert(1, signature)
        reference = xmlsec.template.add_reference(signature, digest, uri=f"#{node.get('ID')}")
        xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
        xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
        xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
        xmlsec.tree.add_ids(root, ["ID"])
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_memory((key or self.key).pem, xmlsec.KeyFormat.PEM)
        context.key.load_cert_from_memory((key or self.key).certificate.public_bytes(serialization.Encoding.PEM), xmlsec.KeyFormat.PEM)
        context.sign(signature)
        return root

    @staticmethod
    def sent(root: etree._Element) -> str:
        return base64.b64encode(etree.tostring(root)).decode()
