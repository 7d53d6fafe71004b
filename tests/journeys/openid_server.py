"""A real OpenID provider (canaille, kept in memory) on loopback: `python -m tests.journeys.openid_server PORT SECRET REDIRECT ...` with a client for each redirect address."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

PERSON = ("nadia", "nadia@peeters.example", "een lang wachtwoord van elders")


def made(port: int, secret: str, redirects: list[str]) -> Any:
    """Return the application, with one person and one trusted client for each redirect address."""
    from canaille import create_app
    from canaille.app import models
    from canaille.backends import Backend
    from joserfc.jwk import RSAKey

    app = create_app({
        "SECRET_KEY": secret, "SERVER_NAME": f"127.0.0.1:{port}", "PREFERRED_URL_SCHEME": "http", "CANAILLE": {"DATABASE": "memory", "JAVASCRIPT": False},
        "CANAILLE_OIDC": {"ACTIVE_JWKS": [RSAKey.generate_key(2048, {"kid": "canaille", "use": "sig", "alg": "RS256"}, private=True).as_dict(private=True)]},
    })  # fmt: skip
    name, email, password = PERSON
    with app.app_context():
        backend = Backend.instance
        person = models.User(user_name=name, formatted_name="Nadia Peeters", family_name="Peeters", emails=[email], password=password)
        backend.save(person)
        for number, redirect in enumerate(redirects):
            backend.save(models.Client(client_id=f"portal-{number}", client_secret=secret, client_id_issued_at=datetime.now(UTC), client_name=f"Portal {number}", client_uri=f"http://127.0.0.1:{port}", redirect_uris=[redirect],
                                       grant_types=["authorization_code"], response_types=["code"], scope=["openid", "email", "profile"], token_endpoint_auth_method="client_secret_basic"))  # fmt: skip
    return app


if __name__ == "__main__":
    from werkzeug.serving import make_server

    make_server("127.0.0.1", int(sys.argv[1]), made(int(sys.argv[1]), sys.argv[2], sys.argv[3:]), threaded=True).serve_forever()
