"""Django's settings, made from the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from portiek.config.environment import environment
from portiek.config.modules import MODULES, folder

_env = environment()
BASE = Path(__file__).resolve().parent.parent

SECRET_KEY = _env.derived("django")
SCOPE_KEY = _env.derived("scope")
SEALING_KEY = _env.derived("sealing")
DEBUG = _env.debug
ALLOWED_HOSTS = ["*"]  # the portal's own host names decide: an unknown host has no portal and gets 404
SECURE_COOKIES = _env.secure_cookies
# How links in mail begin; the host between the two is the portal's own.
LINK_SCHEME = "https" if _env.secure_cookies else "http"
LINK_PORT = "" if _env.secure_cookies or _env.port in (80, 443) else f":{_env.port}"
TRUSTED_PROXIES = _env.trusted_proxies
EGRESS_ALLOW = _env.egress_allow
API_PER_MINUTE = _env.api_per_minute
WEBHOOK_SECONDS = _env.webhook_seconds
BREACHED_PASSWORDS = _env.breached_passwords
DATA_DIR = _env.data_dir.absolute()
FILES_ROOT = _env.files_root.absolute() if _env.files_root else None

INSTALLED_APPS = ["django.contrib.messages", "procrastinate.contrib.django", *MODULES]
MIDDLEWARE = [
    "portiek.core.middleware.StaticFiles",
    "portiek.core.middleware.PortiekMiddleware",
    "portiek.edges.api.middleware.KeyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "portiek.config.urls"
ASGI_APPLICATION = "portiek.config.asgi.application"
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
IDENTIFY = "portiek.foundation.accounts.identify.identify"
SHELL = "portiek.edges.pages.shell.shell"
BAD_REQUEST = "portiek.config.errors.bad_request"
LOGIN_URL = "accounts:login"
# Where who comes from a purchasing system is sent for what is not his.
SHOP_URL = "catalog:list"

TEMPLATES = [
    {
        "NAME": "jinja2",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [folder(name) / "templates" for name in MODULES],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "portiek.config.jinja.environment"},
    },
]


def _database(user: str | None) -> dict[str, Any]:
    parts = conninfo_to_dict(_env.dsn(user))
    return {
        "NAME": parts.get("dbname", "portiek"),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "5432")),
    }


# Milliseconds that one statement, and one silent transaction, may take: a page is cut short, a job less so.
_statement, _silent = (5000, 15000) if os.environ.get("PORTIEK_PROCESS") == "web" else (60000, 60000)
_timeouts = f"-c statement_timeout={_statement} -c idle_in_transaction_session_timeout={_silent} -c lock_timeout=5000"
DATABASES: dict[str, dict[str, Any]] = {}
if _env.database_url.get_secret_value():
    DATABASES = {
        "default": {
            **_database("p_app"),
            "ENGINE": "portiek.core.db.engine",
            "OPTIONS": {
                "server_side_binding": True,
                "connect_timeout": 5,
                "options": _timeouts,
                "pool": {"min_size": 1, "max_size": 12, "timeout": 5},
            },
        },
        "owner": {**_database(None), "ENGINE": "django.db.backends.postgresql", "OPTIONS": {"connect_timeout": 5}},
    }
DATABASE_ROUTERS: list[str] = []

LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LANGUAGE_CODE = "nl"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"
LOCALE_PATHS = [BASE / "config" / "locale"]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

STATIC_URL = "/static/"
STATIC_ROOT = BASE / "ui" / "static"
WHITENOISE_USE_FINDERS = False
WHITENOISE_MAX_AGE = 31536000
WHITENOISE_IMMUTABLE_FILE_TEST = r"\.[0-9A-Z]{8}\.[a-z0-9]+$"

CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_COOKIES else "csrf"
CSRF_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portiek.config.errors.csrf_failure"
SESSION_COOKIE = "__Host-portiek" if SECURE_COOKIES else "portiek"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
# The cookie of flash messages follows these two.
SESSION_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _env.trusted_proxies else None
SECURE_CROSS_ORIGIN_OPENER_POLICY = None

DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

SMTP_URL = _env.smtp_url.get_secret_value()
DEFAULT_FROM_EMAIL = _env.mail_from
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if SMTP_URL else "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
if SMTP_URL:
    from urllib.parse import unquote, urlsplit

    _mail = urlsplit(SMTP_URL)
    EMAIL_HOST = _mail.hostname or "localhost"
    EMAIL_PORT = _mail.port or 25
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
    EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_TIMEOUT = 15
BOUNCE_ADDRESS = _env.bounce_address
BOUNCE_IMAP_URL = _env.bounce_imap_url.get_secret_value()

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"portiek": {"level": "INFO"}, "procrastinate": {"level": "WARNING"}, "django.request": {"level": "ERROR"}},
}

