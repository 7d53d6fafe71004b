"""A message for a device: written, encrypted for that device alone (RFC 8291), signed as this portal's (RFC 8292), and handed to the service of the browser's maker (RFC 8030).

The address of that service is one that a browser named, so it is called like any address from outside: through the courier, never into a private network. The service learns when and how much, not what.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext
from joserfc import jwt
from joserfc.jwk import ECKey

from portiek.core.actor import Actor
from portiek.core.egress import Courier, EgressRefused, Late, Unreachable
from portiek.core.errors import Refused
from portiek.core.sealing import Unsealable, digest, unseal
from portiek.foundation.notifications import queries, rules, shown
from portiek.foundation.notifications.kinds import DIGEST, TASK
from portiek.foundation.notifications.kinds import kind as kind_of
from portiek.foundation.notifications.models import Device, Notification, Push
from portiek.foundation.parties.models import Portal

# The order of the group of P-256: private keys are numbers below it.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# For so long a signature counts (at most a day), and the service of a device may take to answer, in seconds.
SIGNED, SECONDS = 12 * 3600, 8.0
LONGEST_ADDRESS = 1000


@dataclass(frozen=True)
class Parcel:
    """What is brought to a device: where, the encrypted message, and its headers."""

    url: str
    content: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """What became of one try: "sent", "ended" (nobody takes messages there any more), "again" or "failed"; why, and when the service wants to be asked again."""

    what: str
    error: str = ""
    retry_after: str = ""


def _key(portal_id: int) -> ec.EllipticCurvePrivateKey:
    """Return the key by which services know this portal: made of the installation's own secret, so that none is kept."""
    return ec.derive_private_key(int(digest(str(portal_id), "notifications.push"), 16) % (_ORDER - 1) + 1, ec.SECP256R1())


def public_key(portal_id: int) -> str:
    """Return the public half of a portal's key, as browsers want it."""
    return _text(_key(portal_id).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def taken(given: str) -> dict[str, str]:
    """Return the address and keys of what a browser made (the JSON of its PushSubscription). Raises Refused for anything else."""
    try:
        found = json.loads(given)
        address = {"endpoint": found["endpoint"], "p256dh": found["keys"]["p256dh"], "auth": found["keys"]["auth"]}
        if not all(isinstance(value, str) for value in address.values()) or len(address["endpoint"]) > LONGEST_ADDRESS or len(_bytes(address["auth"])) != 16:
            raise ValueError
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(address["p256dh"]))
    except (ValueError, TypeError, KeyError) as problem:
        raise Refused("notifications-device") from problem
    return address


def parcel(actor: Actor, row: Push, device: Device, now: datetime) -> Parcel | None:
    """Write what goes to a device now, in its person's language; None when nothing of it is worth saying any more. Only as the portal itself."""
    portal, person = Portal.objects.get(pk=row.portal_id), queries.user_of(actor, row.user_id)
    found = queries.push_worth(actor, row)
    try:
        address = json.loads(unseal(device.address, rules.place_of_device(bytes(device.key))))
    except Unsealable:  # of before the installation got another secret
        return None
    if person is None or (row.items and not found):
        return None
    with translation.override(person.language), timezone.override(person.time_zone or portal.time_zone):
        said = {**_words(portal, row, found), "lang": person.language, "tag": _topic(row)}
    places = queries.places_of(actor, row.user_id)
    said["title"] = f"{portal.name} · {places[row.party_id]}" if len(places) > 1 and row.party_id in places else portal.name
    content = http_ece.encrypt(json.dumps(said, ensure_ascii=False).encode(), private_key=ec.generate_private_key(ec.SECP256R1()), dh=_bytes(address["p256dh"]), auth_secret=_bytes(address["auth"]), version="aes128gcm")
    urgent = any(kind_of(item.kind).urgent for item in found)
    headers = {"Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream", "TTL": str(int((row.created_at + rules.PUSH_DAY - now).total_seconds())), "Urgency": "high" if urgent or not row.items else "normal",
               "Topic": said["tag"], "Authorization": f"vapid t={_signed(portal, address['endpoint'], now)}, k={public_key(portal.pk)}"}  # fmt: skip
    return Parcel(address["endpoint"], content, headers)


def _words(portal: Portal, row: Push, found: Sequence[Notification]) -> dict[str, Any]:
    """Return one sentence and where it leads. No more of it than a title: who stands beside the device reads along."""
    if not found:
        return {"body": translation.gettext("It works: this is how messages come in on this device."), "url": reverse("notifications:devices")}
    first = shown.headline(found[0])
    if len(found) == 1:
        return {"body": first[:200], "url": kind_of(found[0].kind).url(found[0].subject, found[0].values) or reverse("notifications:list")}
    tasks = {item.kind.startswith(TASK) for item in found}
    more = ngettext("%(first)s, and one more message.", "%(first)s, and %(num)s more messages.", len(found) - 1) % {"first": first[:160], "num": len(found) - 1}
    return {"body": more, "url": reverse("tasks:list") if tasks == {True} else reverse("notifications:list") if tasks == {False} else "/"}


def _topic(row: Push) -> str:
    """Return what a message is about as a code that says nothing: a newer one about the same takes its place, on the way and on the device. RFC 8030, section 5.4: at most 32 signs."""
    about = row.key if row.kind == DIGEST else f"{row.party_id}:{row.kind}:{row.subject}"
    return digest(f"{row.user_id}:{about}", "notifications.push_topic")[:32]


def _signed(portal: Portal, endpoint: str, now: datetime) -> str:
    """Sign who sends, to which service, until when. RFC 8292, section 2."""
    parts = urlsplit(endpoint)
    key = ECKey.import_key(_key(portal.pk).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return jwt.encode({"alg": "ES256", "typ": "JWT"}, {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int(now.timestamp()) + SIGNED, "sub": f"mailto:{portal.email}" if portal.email else f"https://{portal.host}"}, key)


def hand_over(parcel: Parcel) -> Outcome:
    """Bring a message to the service of a device. Outside any scope, since a service may take its time."""
    try:
        with Courier(parcel.url, seconds=SECONDS) as courier:
            reply = courier.post(parcel.content, dict(parcel.headers))
    except EgressRefused:
        return Outcome("failed", "address")
    except Late:
        return Outcome("again", "timeout")
    except Unreachable:
        return Outcome("again", "unreachable")
    what = rules.after_push(reply.status_code)
    return Outcome(what, "" if what == "sent" else str(reply.status_code), reply.headers.get("retry-after", ""))
