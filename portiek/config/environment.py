"""What the environment says, typed and checked once at start."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(BaseSettings):
    """Settings of one installation. Each has a heading in docs/reference/settings.md."""

    model_config = SettingsConfigDict(env_prefix="", env_file=None, extra="ignore")

    port: int = Field(8000, ge=0, le=65535, description="Port of the web server.")
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    data_dir: Path = Field(Path(".data"), description="Folder of the embedded PostgreSQL, the files and the secret.")
    database_url: SecretStr = Field(
        SecretStr(""),
        description="PostgreSQL 15 or newer in place of the embedded one; its user migrates and makes the roles.",
    )
    secret_key: SecretStr = Field(
        SecretStr(""), description="At least 50 characters; made and kept in DATA_DIR when not given."
    )
    debug: bool = Field(False, description="Tracebacks on screen; never in production.")
    secure_cookies: bool = Field(False, description="Cookies over HTTPS only, with the __Host- prefix.")
    trusted_proxies: int = Field(0, ge=0, description="Proxies in front whose X-Forwarded-For is believed.")
    smtp_url: SecretStr = Field(SecretStr(""), description="smtp://user:password@host:port; empty: mail is kept as files.")
    mail_from: str = Field("portaal@portiek.example", description="Sender of mail when a portal sets none.")
    bounce_address: str = Field("", description="Address that mail that comes back goes to, such as bounces@portal.example; +something before the @ must arrive there too.")
    bounce_imap_url: SecretStr = Field(SecretStr(""), description="imaps://user:password@host:port/INBOX of that address; empty: reports are not read.")
    files_root: Path | None = Field(None, description="Folder that ERPs by files write to and read from, a folder in it for each portal; else the folder exchange of DATA_DIR.")
    egress_allow: str = Field("", description="Comma-separated host:port that may be called on private networks.")
    api_per_minute: int = Field(600, ge=1, description="Calls of the API that one company may make in a minute, in each web process.")
    webhook_seconds: float = Field(10, gt=0, le=30, description="Seconds that the receiver of a webhook may take for its whole answer.")
    breached_passwords: str = Field("", description="File of breached passwords that nobody may choose: SHA-1 hashes in order, as Have I Been Pwned offers them for download.")
    workers: int = Field(1, ge=1, le=64, description="Web processes of `portiek serve`.")

    def secret(self) -> str:
        """Return the installation's secret, made once in DATA_DIR with mode 0600."""
        given = self.secret_key.get_secret_value()
        if given:
            if len(given) < 50:
                raise SystemExit("SECRET_KEY is shorter than 50 characters: give a longer one, or none to have one made.")
            return given
        path = self.data_dir.absolute() / "secret"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(64))
        return path.read_text().strip()

    def derived(self, purpose: str) -> str:
        """Return a secret of its own for one purpose, derived from the installation's secret."""
        return hmac.new(self.secret().encode(), purpose.encode(), hashlib.sha256).hexdigest()

    def logins(self) -> dict[str, str]:
        """Return the passwords of the roles that web and worker log in as."""
        return {role: self.derived("role " + role) for role in ("p_app", "p_worker")}

    def dsn(self, user: str | None = None) -> str:
        """Return the database URL of the migrating user, or that of one of our own roles."""
        url = self.database_url.get_secret_value()
        if not url:
            raise SystemExit("No DATABASE_URL and no embedded PostgreSQL running: start `portiek demo` or `portiek serve`.")
        if user is None:
            return url
        parts = urlsplit(url)
        place = parts.netloc.rpartition("@")[2]
        return parts._replace(netloc=f"{quote(user)}:{self.derived('role ' + user)}@{place}").geturl()


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the environment, read once."""
    return Environment()  # type: ignore[call-arg]
