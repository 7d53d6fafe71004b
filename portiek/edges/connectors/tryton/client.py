"""Tryton's JSON-RPC: types, session, errors."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import httpx

from portiek.edges.connectors.contract import ConnectorError, HttpAnswer, HttpClient
from portiek.edges.connectors.tryton.options import TrytonOptions

Row = dict[str, Any]

_MOMENT = ("year", "month", "day", "hour", "minute", "second", "microsecond")


class TrytonRefused(Exception):
    """The ERP understood and said no (UserError, or no rights): a retry is no use."""

    def __init__(self, kind: str, text: str, description: str = "") -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.description = description


class TrytonWarned(TrytonRefused):
    """The ERP asks a person first; `kind` is the name of the warning."""


class TrytonConflict(TrytonRefused):
    """The record was changed by somebody else; nothing was written."""


class TrytonFault(Exception):
    """A call the ERP cannot make sense of (a Python error, 403, 404, 422, 500): a fault of ours."""


class TrytonUnavailable(Exception):
    """No usable answer; `sent`: the ERP may have done what was asked."""

    def __init__(self, text: str, *, sent: bool, after: float) -> None:
        super().__init__(text)
        self.sent = sent
        self.after = after


class TrytonDenied(Exception):
    """The login is wrong, or was withdrawn."""


def encode(value: Any) -> Any:
    """Turn Python values into what Tryton's JSON knows, at any depth. Raises TypeError on others."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case dt.datetime():
            return {"__class__": "datetime"} | {name: getattr(value, name) for name in _MOMENT}
        case dt.date():
            return {"__class__": "date"} | {name: getattr(value, name) for name in _MOMENT[:3]}
        case Decimal():
            return {"__class__": "Decimal", "decimal": str(value)}
        case bytes():
            return {"__class__": "bytes", "base64": base64.b64encode(value).decode()}
        case Mapping():
            return {str(key): encode(item) for key, item in value.items()}
        case Sequence():
            return [encode(item) for item in value]
    raise TypeError(f"no JSON for {type(value).__name__}")


def _decode(dct: Row) -> Any:
    match dct.get("__class__"):
        case "datetime":
            return dt.datetime(*(dct[name] for name in _MOMENT))
        case "date":
            return dt.date(dct["year"], dct["month"], dct["day"])
        case "timedelta":
            return dt.timedelta(seconds=dct["seconds"])
        case "Decimal":
            return Decimal(dct["decimal"])
        case "bytes":
            return base64.b64decode(dct["base64"])
    return dct


class TrytonClient:
    """One user's session with one database.

    Raises TrytonRefused, TrytonWarned, TrytonConflict, TrytonFault, TrytonUnavailable and TrytonDenied.
    """

    def __init__(self, options: TrytonOptions, http: HttpClient) -> None:
        self.options = options
        self.http = http
        self.context: Row = {}
        self.last_headers: Mapping[str, str] = {}
        self._authorization = ""

    def login(self) -> None:
        """Start a session and read the user's context."""
        user, password = self.options.user, self.options.password.get_secret_value()
        self._authorization = ""
        answer = self._ask("common.db.login", [user, {"password": password}, self.options.language])
        if not answer:
            raise TrytonDenied("no session")
        token = f"{user}:{answer[0]}:{answer[1]}"
        self._authorization = "Session " + base64.b64encode(token.encode()).decode()
        self.context = dict(self._ask("model.res.user.get_preferences", [True, {}]))
        self.context["language"] = self.options.language
        if self.options.company is not None:
            self.context["company"] = self.options.company

    @property
    def company(self) -> int:
        """The company of the options, or the user's own."""
        if not self.context:
            self.login()
        return int(self.context["company"])

    def call(self, method: str, *params: Any, context: Row | None = None, with_context: bool = True) -> Any:
        """Call a method with the user's context last; an expired session is renewed once."""
        if not self._authorization:
            self.login()
        try:
            return self._ask(method, self._params(params, context, with_context))
        except TrytonDenied:
            self.login()
            return self._ask(method, self._params(params, context, with_context))

    def model(self, name: str, *params: Any, **context: Any) -> Any:
        """Call `MODEL.METHOD` of a model."""
        return self.call("model." + name, *params, context=context)

    def rows(
        self,
        model: str,
        domain: Any,
        fields: Sequence[str],
        order: Sequence[tuple[str, str]] | None = None,
        limit: int | None = None,
        **context: Any,
    ) -> list[Row]:
        """Search and read, in order, with dotted fields."""
        rows: list[Row] = self.model(f"{model}.search_read", domain, 0, limit, order, list(fields), **context)
        return rows

    def read(self, model: str, ids: Sequence[int], fields: Sequence[str], **context: Any) -> dict[int, Row]:
        """Read records by id, archived ones too; those that are gone are left out."""
        if not ids:
            return {}
        domain: list[Any] = [("id", "in", list(ids))]
        if "active" in fields:
            domain.append(("active", "in", [True, False]))
        return {row["id"]: row for row in self.rows(model, domain, fields, **context)}

    def version(self) -> str:
        """Return the series of the server, such as "8.2"; needs no login."""
        return str(self._ask("common.server.version", [], database=False))

    def _params(self, params: tuple[Any, ...], context: Row | None, with_context: bool) -> list[Any]:
        return [*params, {**self.context, **(context or {})}] if with_context else list(params)

    def _ask(self, method: str, params: list[Any], *, database: bool = True) -> Any:
        url = f"{self.options.url}/{self.options.database}/rpc/" if database else f"{self.options.url}/rpc/"
        # without Accept-Encoding the server sends long answers as plain text under "Content-Encoding: gzip"
        headers = {"Accept-Encoding": "gzip", "Accept": "application/json"}
        if self._authorization:
            headers["Authorization"] = self._authorization
        # a fourth key, such as "jsonrpc", would give errors as bare HTTP statuses
        body = {"id": 0, "method": method, "params": encode(params)}
        try:
            answer = self.http.post(url, json=body, headers=headers, timeout=self.options.timeout)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, ConnectionRefusedError) as error:
            raise TrytonUnavailable(f"no connection: {type(error).__name__}", sent=False, after=30.0) from error
        except (httpx.RequestError, OSError) as error:
            raise TrytonUnavailable(f"no answer: {type(error).__name__}", sent=True, after=30.0) from error
        except (httpx.InvalidURL, ValueError) as error:
            raise TrytonFault(f"the way out is closed: {error}") from error
        self.last_headers = answer.headers
        return self._result(method, answer)

    def _result(self, method: str, answer: HttpAnswer) -> Any:
        match answer.status_code:
            case 200:
                pass
            case 401:
                raise TrytonDenied("the ERP refuses the login or the session")
            case 429:
                raise TrytonUnavailable("too many wrong passwords", sent=False, after=300.0)
            case 503:
                raise TrytonUnavailable("the ERP's database is busy", sent=False, after=5.0)
            case 502 | 504:
                raise TrytonUnavailable(f"HTTP {answer.status_code}", sent=True, after=60.0)
            case status:
                raise TrytonFault(f"HTTP {status} on {method}: {answer.content[:300].decode(errors='replace')}")
        try:
            data = json.loads(answer.content, object_hook=_decode)
        except ValueError as error:
            raise TrytonUnavailable(f"half an answer on {method}", sent=True, after=30.0) from error
        if not isinstance(data, dict) or ("result" not in data and "error" not in data):
            raise TrytonFault(f"not an answer of Tryton on {method}")
        if not data.get("error"):
            return data.get("result")
        kind, arguments = data["error"][0], data["error"][1]
        match kind:
            case "UserError" | "LoginException":
                raise TrytonRefused(kind, str(arguments[0]), str(arguments[1] or "") if len(arguments) > 1 else "")
            case "UserWarning":
                raise TrytonWarned(
                    str(arguments[0]), str(arguments[1]), str(arguments[2] or "") if len(arguments) > 2 else ""
                )
            case "ConcurrencyException":
                raise TrytonConflict(kind, str(arguments))
        raise TrytonFault(f"{kind} on {method}")


def as_connector_error(error: Exception) -> ConnectorError:
    """Translate the wire's errors into the contract's, for reads."""
    match error:
        case TrytonUnavailable():
            return ConnectorError(str(error), code="unavailable", after=error.after)
        case TrytonDenied():
            return ConnectorError(str(error), code="denied")
        case TrytonRefused():
            return ConnectorError(error.text, code="refused")
    return ConnectorError(str(error), code="fault")
