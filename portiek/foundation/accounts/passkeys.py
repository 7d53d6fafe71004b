"""What the browser is asked for a passkey, and whether its answer holds (W3C Web Authentication, sections 7.1 and 7.2). Knows no database."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import webauthn
from django.utils.crypto import salted_hmac
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import AuthenticatorSelectionCriteria, PublicKeyCredentialDescriptor, ResidentKeyRequirement, UserVerificationRequirement

from portiek.core.addresses import whole

# As long as the page of a log-in may stand open.
CHALLENGE_SECONDS = 1800
MOST = 20_000


class NoPasskey(ValueError):
    """The answer is not one to what was asked here, or not of this key."""


@dataclass(frozen=True)
class Asked:
    """Who asks for what: a portal by its own host, for a purpose (enter, add, setup, prove), of a user (0: whoever it is)."""

    portal_id: int
    host: str
    purpose: str
    user_id: int = 0

    @property
    def origin(self) -> str:
        """Where the browser must be: the portal's own address, whatever the request says."""
        return whole(self.host, "")

    def challenge(self) -> bytes:
        """Return a fresh challenge, which says itself for what and until when: none is kept until it is answered."""
        head = secrets.token_bytes(16) + int(time.time() + CHALLENGE_SECONDS).to_bytes(6, "big")
        return head + self._mark(head)

    def _mark(self, head: bytes) -> bytes:
        return salted_hmac("portiek.accounts.passkey", f"{self.portal_id}:{self.purpose}:{self.user_id}:{head.hex()}", algorithm="sha256").digest()

    def challenge_in(self, answer: str) -> bytes:
        """Return the challenge that an answer is to. Raises NoPasskey when it is not one of this or is too old."""
        try:
            told = json.loads(base64url_to_bytes(json.loads(answer)["response"]["clientDataJSON"]))
            found = base64url_to_bytes(told["challenge"])
        except (ValueError, KeyError, TypeError, RecursionError) as problem:
            raise NoPasskey("not an answer") from problem
        head, mark = found[:22], found[22:]
        if len(found) != 54 or not hmac.compare_digest(mark, self._mark(head)) or time.time() > int.from_bytes(head[16:], "big"):
            raise NoPasskey("another challenge")
        return found


def handle_of(portal_id: int, user_id: int) -> bytes:
    """Return the name under which a device keeps a user: always the same and of no use to anybody else."""
    return salted_hmac("portiek.accounts.handle", f"{portal_id}:{user_id}", algorithm="sha256").digest()


def spent(challenge: bytes) -> bytes:
    """Return what is kept of an answered challenge."""
    return hashlib.sha256(challenge).digest()


def to_add(asked: Asked, *, portal: str, email: str, name: str, known: Sequence[bytes]) -> str:
    """Return the options of a new passkey as JSON; `known` are the user's own already."""
    return webauthn.options_to_json(webauthn.generate_registration_options(
        rp_id=asked.host, rp_name=portal, user_name=email, user_display_name=name, user_id=handle_of(asked.portal_id, asked.user_id), challenge=asked.challenge(),
        authenticator_selection=AuthenticatorSelectionCriteria(resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=item) for item in known]))


def to_show(asked: Asked) -> str:
    """Return the options for showing a passkey as JSON: whichever of this portal the device holds."""
    return webauthn.options_to_json(webauthn.generate_authentication_options(rp_id=asked.host, challenge=asked.challenge(), user_verification=UserVerificationRequirement.REQUIRED))


@dataclass(frozen=True)
class Added:
    """A new passkey: how it is found, its public key and its counter."""

    credential: bytes
    public_key: bytes
    sign_count: int


def added(asked: Asked, answer: str) -> tuple[Added, bytes]:
    """Check the answer to `to_add`; return the passkey and the challenge. Raises NoPasskey."""
    challenge = asked.challenge_in(answer)
    made = _checked(webauthn.verify_registration_response, credential=answer, expected_challenge=challenge, expected_rp_id=asked.host, expected_origin=asked.origin, require_user_verification=True)
    return Added(made.credential_id, made.credential_public_key, made.sign_count), challenge


def credential_in(answer: str) -> bytes:
    """Return which passkey an answer is of. Raises NoPasskey."""
    try:
        return base64url_to_bytes(json.loads(answer)["rawId"])
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise NoPasskey("not an answer") from problem


def shown(asked: Asked, answer: str, *, handle: bytes, public_key: bytes, sign_count: int) -> tuple[int, bytes]:
    """Check the answer to `to_show` against one passkey; return its counter and the challenge. Raises NoPasskey, also when the counter did not go up."""
    challenge = asked.challenge_in(answer)
    found = _checked(webauthn.verify_authentication_response, credential=answer, expected_challenge=challenge, expected_rp_id=asked.host, expected_origin=asked.origin,
                     credential_public_key=public_key, credential_current_sign_count=sign_count, require_user_verification=True)
    told = json.loads(answer)["response"].get("userHandle")
    if told and not hmac.compare_digest(base64url_to_bytes(told), handle):
        raise NoPasskey("another user")
    return found.new_sign_count, challenge


def _checked(check: Any, **given: Any) -> Any:
    """Let the library judge; whatever it stumbles over in an answer is no passkey."""
    if len(given["credential"]) > MOST:
        raise NoPasskey("too long")
    try:
        return check(**given)
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
        raise NoPasskey(str(problem)) from problem
