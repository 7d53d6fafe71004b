"""Codes of an authenticator app (RFC 6238) and recovery codes: made, drawn and compared. Knows no user and no database."""

from __future__ import annotations

import hmac
import secrets
import time
from datetime import datetime

import pyotp
import segno
from django.utils.crypto import salted_hmac
from markupsafe import Markup

from portiek.core.sealing import Unsealable, seal, unseal

SECONDS = 30
# Clocks of telephones differ: the step before and the one after count too.
DRIFT = 1
RECOVERY_CODES = 10
# How long the page of a set-up stands.
SETUP_SECONDS = 1800
# Without what looks alike on paper.
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_secret() -> str:
    """Return a fresh secret of 160 bits in base32."""
    return pyotp.random_base32()


def place(user_id: int) -> str:
    """Return where a user's secret belongs, so that one moved to another user does not open."""
    return f"accounts_authenticator.secret:{user_id}"


def sealed(user_id: int, secret: str) -> str:
    """Return a new secret as the page of its set-up carries it: for this user, for half an hour."""
    return seal(f"{int(time.time())}:{secret}", f"new {place(user_id)}")


def opened(user_id: int, carried: str) -> str | None:
    """Return the secret that a page of set-up carried; None when it is another user's or too old."""
    try:
        at, _colon, secret = unseal(carried, f"new {place(user_id)}").partition(":")
    except Unsealable:
        return None
    return secret if time.time() - int(at) < SETUP_SECONDS else None


def address(secret: str, *, portal: str, email: str) -> str:
    """Return the otpauth address that an app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=portal)


def picture(text: str) -> Markup:
    """Return a QR code as SVG, dark on white in any theme."""
    return Markup(segno.make(text, error="m").svg_inline(omitsize=True, border=3, dark="#000", light="#fff"))  # noqa: S704  made of squares alone


def step_of(secret: str, figures: str, *, now: datetime, after: int) -> int | None:
    """Return the step of time that these figures are of, when it is near now and later than the last one used; else None."""
    codes, current, found = pyotp.TOTP(secret), int(now.timestamp()) // SECONDS, None
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(codes.generate_otp(step).encode(), figures.encode("utf-8", "replace")) and step > after:
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Return ten codes of 59 bits, in groups that are easy to copy from paper."""
    return ["-".join("".join(secrets.choice(SIGNS) for _sign in range(4)) for _group in range(3)) for _code in range(RECOVERY_CODES)]


def recovery_hash(user_id: int, typed: str) -> bytes:
    """Return what is kept of a recovery code: useless without the installation's key. Spaces, hyphens and capitals do no harm."""
    plain = "".join(sign for sign in typed.casefold() if sign.isalnum())
    return salted_hmac("portiek.accounts.recovery", f"{user_id}:{plain}", algorithm="sha256").digest()
