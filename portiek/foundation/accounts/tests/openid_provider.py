"""A small OpenID provider on loopback that tells whatever a test wants: right answers, and every wrong one."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey


class Provider:
    """One provider: its key, what it knows of the journey under way, and how its next token differs from a right one."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}, private=True)
        self.client_id, self.secret = "portiek", "een geheim/met+tekens"
        self.person: dict[str, Any] = {"sub": "jan-1", "name": "Jan de Boer", "email": "jan@bakker.example", "email_verified": True}
        self.spoil: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any]], str] = self.right
        self.answer: tuple[int, Any] | None = None
        self.issuer_told: str | None = None
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[dict[str, str]] = []
        self.delay = 0.0
        self.port = 0

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def right(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def none(self, claims: dict[str, Any]) -> str:
        return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "none"}, claims)) + "."

    def shared(self, claims: dict[str, Any]) -> str:
        """Signed with the public key as if it were a shared secret."""
        return jwt.encode({"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(self.key.as_pem(private=False)), algorithms=["HS256"])

    def by_client_secret(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(self.secret), algorithms=["HS256"])

    def by_another(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048))

    def with_its_own_key(self, claims: dict[str, Any]) -> str:
        """The key travels along in the header."""
        other = RSAKey.generate_key(2048, {"kid": "mine"})
        return jwt.encode({"alg": "RS256", "kid": "mine", "jwk": other.as_dict(private=False)}, claims, other)

    def changed_after(self, claims: dict[str, Any]) -> str:
        head, _body, mark = self.right(claims).split(".")
        body = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "olga"}).encode()).decode().rstrip("=")
        return f"{head}.{body}.{mark}"

    def authorize(self, url: str) -> dict[str, str]:
        """Play the person at the provider's log-in page: return what it sends back with the browser."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256" and asked["client_id"] == self.client_id
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        if self.answer is not None:
            return self.answer
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode() if authorization else ""
        if given != "portiek:een%20geheim%2Fmet%2Btekens":
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if asked is None or challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": self.client_id, "exp": now + 300, "iat": now, "nonce": asked["nonce"], **self.person, **self.spoil}
        return 200, {"id_token": self.sign({name: value for name, value in claims.items() if value is not None}), "token_type": "Bearer"}

    def get(self, path: str) -> tuple[int, Any]:
        if path == "/.well-known/openid-configuration":
            return 200, {"issuer": self.issuer_told or self.issuer, "authorization_endpoint": f"{self.issuer}/authorize", "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
                         "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"]}
        if path == "/keys":
            return 200, {"keys": [self.key.as_dict(private=False), {"kty": "oct", "kid": "sly", "k": "c2x5"}]}
        return 404, {}


@contextmanager
def running(settings: Any) -> Iterator[Provider]:
    """Serve a provider on loopback while a test lasts, and allow calls to it."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def _say(self, status: int, found: Any) -> None:
            time.sleep(provider.delay)
            body = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            provider.asked.append({"path": self.path})
            self._say(*provider.get(self.path))

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(text).items()}
            provider.asked.append({"path": self.path, **form})
            self._say(*provider.token(form, self.headers.get("Authorization", "")))

        def log_message(self, *_arguments: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.EGRESS_ALLOW = f"127.0.0.1:{provider.port}"
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
        settings.EGRESS_ALLOW = ""
