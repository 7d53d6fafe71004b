"""OpenID Connect Core 1.0, the authorization code flow with PKCE (RFC 7636), and its discovery.

What the provider says is believed only when it is signed with one of its own asymmetric keys, for this portal, for this one journey.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from portiek.core.egress import Egress, EgressRefused, Unreachable
from portiek.foundation.accounts.proofs import SKEW_SECONDS, Config, Proof, Rejected

# Never `none` and never a shared secret: whoever knows the public key, or the client's secret, could else write a token himself.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
SECONDS = 5.0
MAX_BYTES = 256 * 1024
WANTED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def client() -> Egress:
    """Return the way out to a provider: somebody waits for the answer."""
    return Egress(SECONDS, MAX_BYTES, at_most=SECONDS)


def why_not_address(url: str) -> str | None:
    """Return why an address of a provider may not be used, or None: HTTPS, except where the operator allows this host."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return "address"
    allowed = f"{parts.hostname}:{port}" in {item.strip() for item in settings.EGRESS_ALLOW.split(",")}
    if not parts.hostname or parts.username or parts.password or parts.fragment or any(ord(sign) < 33 or ord(sign) > 126 for sign in url):
        return "address"
    return None if parts.scheme == "https" or (parts.scheme == "http" and allowed) else "address"


def discover(issuer: str, http: Egress) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return the addresses and the keys of an issuer (OpenID Connect Discovery 1.0 section 4). Raises Rejected."""
    if why_not_address(issuer):
        raise Rejected("elsewhere-misset", "address")
    found = _json(http, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise Rejected("elsewhere-misset", "issuer")
    endpoints = {name: str(found.get(name, "")) for name in WANTED}
    if any(why_not_address(url) for url in endpoints.values()):
        raise Rejected("elsewhere-misset", "endpoints")
    ways = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    endpoints["auth"] = "basic" if "client_secret_basic" in ways else "post"
    return endpoints, fetch_keys(endpoints["jwks_uri"], http)


def fetch_keys(url: str, http: Egress) -> list[dict[str, str]]:
    """Return the keys that a provider signs with now: asymmetric ones, for signatures. Raises Rejected."""
    found = _json(http, url).get("keys")
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    kept = [{str(name): row[name] for name in row if isinstance(row[name], str) and name not in ("d", "k", "p", "q", "dp", "dq", "qi")}
            for row in rows if row.get("kty") in ("RSA", "EC", "OKP") and row.get("use", "sig") == "sig"]
    if not kept:
        raise Rejected("elsewhere-misset", "keys")
    return kept[:50]


def _json(http: Egress, url: str) -> dict[str, Any]:
    try:
        answer = http.get(url, {"Accept": "application/json"})
        found = answer.json() if answer.status_code == 200 else None
    except EgressRefused:
        raise Rejected("elsewhere-misset", "address") from None
    except (Unreachable, OSError):
        raise Rejected("elsewhere-unreachable", "unreachable") from None
    except ValueError:
        raise Rejected("elsewhere-unreachable", "answer") from None
    if not isinstance(found, dict):
        raise Rejected("elsewhere-unreachable", "answer")
    return found


def departure(config: Config, *, redirect: str, state: str, nonce: str, verifier: str) -> str:
    """Return the address to send a browser to (OpenID Connect Core section 3.1.2.1, RFC 7636 section 4.3)."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {"response_type": "code", "client_id": config.client_id, "redirect_uri": redirect, "scope": "openid email profile", "state": state, "nonce": nonce,
             "code_challenge": challenge, "code_challenge_method": "S256"}
    url = config.endpoints["authorization_endpoint"]
    return f"{url}{'&' if '?' in url else '?'}{urlencode(asked)}"


def redeem(config: Config, *, code: str, verifier: str, redirect: str, http: Egress) -> str:
    """Exchange a code for the ID token. Raises Rejected."""
    form, headers = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}, {"Accept": "application/json"}
    if config.secret and config.endpoints.get("auth") == "basic":
        pair = f"{quote(config.client_id, safe='')}:{quote(config.secret, safe='')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        form |= {"client_id": config.client_id} | ({"client_secret": config.secret} if config.secret else {})
    try:
        answer = http.post_form(config.endpoints["token_endpoint"], form, headers)
        found = answer.json()
    except EgressRefused:
        raise Rejected("elsewhere-misset", "address") from None
    except (Unreachable, OSError):
        raise Rejected("elsewhere-unreachable", "unreachable") from None
    except ValueError:
        raise Rejected("elsewhere-unreachable", "answer") from None
    said = found.get("error") if isinstance(found, dict) else None
    if answer.status_code == 401 or said in ("invalid_client", "unauthorized_client"):
        raise Rejected("elsewhere-misset", "client")
    if said == "invalid_grant":
        raise Rejected("elsewhere-over", "code")
    token = found.get("id_token") if isinstance(found, dict) else None
    if answer.status_code != 200 or not isinstance(token, str) or len(token) > MAX_BYTES:
        raise Rejected("elsewhere-unreachable", "answer")
    return token


def try_secret(config: Config, *, redirect: str, http: Egress) -> None:
    """Ask for a token with a code that is none: a provider that knows the client refuses the code. Raises Rejected."""
    try:
        redeem(config, code="portiek-check", verifier="x" * 43, redirect=redirect, http=http)
    except Rejected as rejected:
        if rejected.cause not in ("code", "answer"):
            raise


def verified(token: str, config: Config, *, nonce: str, now: datetime) -> Proof:
    """Return who an ID token speaks of (OpenID Connect Core section 3.1.3.7). Raises Rejected; its cause `key` says that the keys may be old."""
    claims = _signed(token, config.keys)
    if problem := wrong_with(claims, issuer=config.issuer, client_id=config.client_id, nonce=nonce, now=now):
        raise Rejected("elsewhere-proof", problem)
    subject = claims.get(config.subject_claim)
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
        raise Rejected("elsewhere-proof", "subject")
    email = claims.get("email")
    return Proof(subject=subject, until=datetime.fromtimestamp(claims["exp"], UTC), once=(f"nonce:{nonce}",), name=_text(claims.get("name"), 120),
                 email=_text(email, 254).lower(), email_verified=claims.get("email_verified") is True and isinstance(email, str) and "@" in email)


def _text(given: Any, length: int) -> str:
    return given.strip()[:length] if isinstance(given, str) and given.isprintable() else ""


def _signed(token: str, keys: list[dict[str, str]]) -> dict[str, Any]:
    """Return the claims of a token that one of these keys signed. Raises Rejected."""
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, UnicodeError, TypeError):
        raise Rejected("elsewhere-proof", "signature") from None
    if header.get("alg") not in ALGORITHMS:
        raise Rejected("elsewhere-proof", "algorithm")
    named = [key for key in keys if key.get("kid") == header.get("kid")] if header.get("kid") else keys
    if not named:
        raise Rejected("elsewhere-proof", "key")
    for key in named:
        try:
            return dict(jwt.decode(token, KeySet.import_key_set({"keys": [{**key}]}).keys[0], algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError, TypeError):
            continue
    raise Rejected("elsewhere-proof", "signature")


def wrong_with(claims: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: datetime) -> str | None:
    """Return what of the claims does not fit, or None: whose token it is, for whom, when, and for which journey."""
    audience = claims.get("aud")
    meant = [audience] if isinstance(audience, str) else audience if isinstance(audience, list) else []
    at = now.timestamp()
    if claims.get("iss") != issuer:
        return "issuer"
    if client_id not in meant or (len(meant) > 1 and claims.get("azp") != client_id) or claims.get("azp", client_id) != client_id:
        return "audience"
    times = [claims.get("exp"), claims.get("iat"), claims.get("nbf", at)]
    if any(isinstance(time, bool) or not isinstance(time, int | float) or not 0 < time < 10**11 for time in times):
        return "time"
    expires, issued, begins = times
    if expires <= at - SKEW_SECONDS or issued > at + SKEW_SECONDS or begins > at + SKEW_SECONDS:
        return "time"
    return None if nonce and claims.get("nonce") == nonce else "nonce"
