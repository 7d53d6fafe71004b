"""What an administrator fills in to connect an ERP by files."""

from __future__ import annotations

import re
from datetime import time
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

_HOST_KEY = re.compile(r"([a-z0-9\-]{1,40} )?SHA256:[A-Za-z0-9+/]{43}")
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,59}")


class FilesOptions(BaseModel):
    """The options of one connection by files. `folder` is below the portal's own folder of FILES_ROOT; nothing else of our own server can be named. The next seven are for SFTP alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    place: Literal["folder", "sftp"] = Field(default="folder", description="Where the files lie: in a folder of the portal's server, or on an SFTP server")
    folder: str = Field(default="erp", max_length=200, description="Below the portal's own folder on the server; files come in its part in and orders go to its part out")
    host: str = Field(default="", max_length=253, description="Name of the SFTP server; one on a private network must be allowed by the operator (EGRESS_ALLOW)")
    port: int = Field(default=22, ge=1, le=65535, description="Its port")
    user: str = Field(default="", max_length=100, description="User name")
    password: SecretStr | None = Field(default=None, description="Password, where one logs in with that")
    private_key: SecretStr | None = Field(default=None, description="Private key without a passphrase (OpenSSH or PEM), where one logs in with that", json_schema_extra={"lines": 8})
    path: str = Field(default="", max_length=300, description="Folder on the SFTP server, below where one logs in or from its root; the parts in, done, out and sent are in it")
    host_key: str = Field(default="", max_length=100, description="Kind and fingerprint of the server's key; the portal logs in once that is confirmed")
    pickup: Literal["quiet", "ready"] = Field(default="quiet", description="When a file is whole: nothing wrote to it for a while, or a file of the same name with .ready lies beside it")
    quiet: int = Field(default=30, ge=0, le=3600, description="Seconds that nothing may have been written to a file")
    every_minutes: int = Field(default=5, ge=0, le=1440, description="How often the folder is looked into; 0: at the times below alone")
    at_times: tuple[str, ...] = Field(default=(), description="Times of day, such as 06:30; in the portal's time zone")
    expect_by: str = Field(default="", description="Staff hear of it when no file has come today by this time, such as 08:00; empty: never")
    orders: Literal["jsonl", "csv"] = Field(default="jsonl", description="How an order is written, one file each")
    answers: bool = Field(default=True, description="Whether the ERP answers each order, by a file of answers or of orders")

    @field_validator("folder")
    @classmethod
    def _folder(cls, value: str) -> str:
        if not all(_PART.fullmatch(part) for part in value.split("/")):
            raise ValueError("a name, or names with / between; letters, digits, dots and dashes")
        return value

    @field_validator("host")
    @classmethod
    def _host(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9.\-:]*", value):
            raise ValueError("a name such as files.erp.example, without sftp:// before it")
        return value.lower()

    @field_validator("user", "path")
    @classmethod
    def _plain(cls, value: str) -> str:
        if not value.isprintable() or ".." in value.split("/"):
            raise ValueError("signs on one line, and no ..")
        return value

    @field_validator("host_key")
    @classmethod
    def _key(cls, value: str) -> str:
        if value and not _HOST_KEY.fullmatch(value):
            raise ValueError("a fingerprint such as ssh-ed25519 SHA256: and 43 signs")
        return value

    @field_validator("private_key")
    @classmethod
    def _private(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and value.get_secret_value():
            from portiek.core.sftp import is_private_key  # half a second to load, for who needs it

            if not is_private_key(value.get_secret_value()):
                raise ValueError("a private key as OpenSSH or PEM, without a passphrase")
        return value

    @model_validator(mode="after")
    def _complete(self) -> FilesOptions:
        if self.place == "sftp" and not (self.host and self.user and (self.password or self.private_key)):
            raise ValueError("SFTP needs a server, a user name, and a password or a key")
        return self

    @property
    def where(self) -> tuple[str, str]:
        """The option that says where the files lie, and what no other connection of the portal may share."""
        return ("path", f"{self.host}:{self.port}/{self.path.strip('/')}") if self.place == "sftp" else ("folder", self.folder)

    @field_validator("at_times")
    @classmethod
    def _times(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_time(item) for item in value)

    @field_validator("expect_by")
    @classmethod
    def _by(cls, value: str) -> str:
        return _time(value) if value else ""


def _time(text: str) -> str:
    try:
        return time.fromisoformat(text).strftime("%H:%M")
    except ValueError:
        raise ValueError("a time such as 06:30") from None
