"""A device with passkeys, made of a private key: what a browser would send, and what a forger would."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def told(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def options_of(page: Any, action: str) -> dict[str, Any]:
    """Return the options that a page asks a passkey with, in the form that goes to an address."""
    found = re.search(rf'action="{re.escape(action)}" data-island="accounts/passkey" data-options="([^"]+)"', page.content.decode())
    assert found, page.content.decode()
    made: dict[str, Any] = json.loads(html.unescape(found.group(1)))
    return made


@dataclass
class Device:
    """One passkey; `origin` is where its browser is."""

    origin: str = "http://localhost:8000"
    count: int = 0
    flags: int = PRESENT | VERIFIED
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    identity: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: str = ""

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _data(self, host: str, flags: int, more: bytes = b"") -> bytes:
        self.count += 1
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big") + more

    def make(self, options: dict[str, Any], **changed: Any) -> str:
        """Answer the options of a new passkey."""
        self.handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        data = self._data(changed.get("host", options["rp"]["id"]), self.flags | ATTESTED, bytes(16) + len(self.identity).to_bytes(2, "big") + self.identity + public)
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", changed.get("challenge", options["challenge"]))
        return json.dumps({"id": told(self.identity), "rawId": told(self.identity), "type": "public-key", "clientExtensionResults": {},
                           "response": {"clientDataJSON": told(client), "attestationObject": told(made)}})  # fmt: skip

    def show(self, options: dict[str, Any], **changed: Any) -> str:
        """Answer the options of a log-in or a proof."""
        client = self._client("webauthn.get", changed.get("challenge", options["challenge"]))
        data = self._data(changed.get("host", options["rpId"]), self.flags)
        signature = changed.get("key", self.key).sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return json.dumps({"id": told(self.identity), "rawId": told(self.identity), "type": "public-key", "clientExtensionResults": {},
                           "response": {"clientDataJSON": told(client), "authenticatorData": told(data), "signature": told(signature), "userHandle": changed.get("handle", self.handle)}})  # fmt: skip
