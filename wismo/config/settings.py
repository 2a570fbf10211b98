"""The only place that reads the environment. Every name is listed in `.env.example`.

A value may also come from a file: WISMO_SECRET_KEY_FILE=/run/secrets/key.
"""

import contextlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


def env(name: str, default: str = "") -> str:
    """The environment's value, or the content of the file `<name>_FILE` names."""
    path = os.environ.get(f"{name}_FILE")
    return Path(path).read_text(encoding="utf-8").strip() if path else os.environ.get(name, default)


def flag(name: str, default: str = "0") -> bool:
    """A yes or no."""
    return env(name, default).lower() in {"1", "true", "yes", "on"}


def days(told: str) -> int:
    """How long something is kept; 0 for ever."""
    if not told.isdecimal():
        raise ValueError(f"{told!r} is not a number of days: write 90, for example, or 0 for ever")
    return int(told)


HOME = Path(env("WISMO_HOME", "var")).resolve()  # the embedded database, the demo's mailbox, the key file
PACKAGE = Path(__file__).resolve().parent.parent


def secret_key() -> str:
    """The given key, or one made once and kept in HOME readable by this user alone."""
    given = env("WISMO_SECRET_KEY")
    if given:
        return given
    kept = HOME / "secret.key"
    if not kept.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        draft = HOME / f"secret.key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(os.urandom(48).hex(), encoding="ascii")
        with contextlib.suppress(FileExistsError):  # another process was first: its key counts
            os.link(draft, kept)
        draft.unlink()
    return kept.read_text(encoding="ascii")


def database(url: str) -> dict[str, Any]:
    """Django's entry for `sqlite:///path` or `postgresql://user:password@host:port/name`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path[1:] if parts.path.startswith("//") else str(HOME / parts.path.lstrip("/")),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                # FULL: a commit that was answered with 2xx survives a power cut.
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
                "PRAGMA cache_size=-64000;PRAGMA wal_autocheckpoint=8000;",
            },
        }
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError(f"DATABASE_URL: {parts.scheme!r} is not sqlite or postgresql")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


DEBUG = flag("WISMO_DEBUG")
SECRET_KEY = secret_key()
BASE_URL_GIVEN = bool(env("WISMO_BASE_URL"))
BASE_URL = env("WISMO_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = [h for h in env("WISMO_ALLOWED_HOSTS").split(",") if h] or [
    urlsplit(BASE_URL).hostname or "localhost",
    "localhost",
    "127.0.0.1",
]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
DATABASES = {"default": database(env("DATABASE_URL", "sqlite:///wismo.sqlite3"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "anymail",
    "csp",
    "wismo.plumbing",
    "wismo.shops",
    "wismo.orders",
    "wismo.tracking",
    "wismo.promise",
    "wismo.notify",
    "wismo.design",
    "wismo.trackpage",
    "wismo.console",
    "wismo.api",
]
AUTH_USER_MODEL = "shops.User"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wismo.plumbing.away.DatabaseAway",
]
ROOT_URLCONF = "wismo.config.urls"
WSGI_APPLICATION = "wismo.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/console/login/"
LOGIN_REDIRECT_URL = "/console/"

LANGUAGE_CODE = "en"
LANGUAGES = [  # in lower case: that is how Django tells the active one
    ("en", "English"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("hi", "हिन्दी"),
    ("ar", "العربية"),
    ("tr", "Türkçe"),
    ("id", "Indonesia"),
    ("zh-hans", "简体中文"),
    ("zh-hant", "繁體中文"),
    ("th", "ไทย"),
    ("vi", "Tiếng Việt"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("pt-br", "Português (Brasil)"),
    ("it", "Italiano"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    },
}
HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
BEHIND_PROXY = flag("WISMO_BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# "no-referrer" would make browsers post our own forms as coming from nowhere, which CSRF protection refuses.
# Pages with a token in their address send "no-referrer" themselves.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Any Django mail back end: SMTP here, or one of django-anymail's (see docs/run-it-for-real.md).
EMAIL_BACKEND = env("WISMO_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env("WISMO_SMTP_HOST", "127.0.0.1")
EMAIL_PORT = int(env("WISMO_SMTP_PORT", "2525"))
EMAIL_HOST_USER = env("WISMO_SMTP_USER")
EMAIL_HOST_PASSWORD = env("WISMO_SMTP_PASSWORD")
EMAIL_USE_TLS = flag("WISMO_SMTP_STARTTLS")
EMAIL_USE_SSL = flag("WISMO_SMTP_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("WISMO_FROM_EMAIL", "orders@localhost")
ANYMAIL = {
    key.removeprefix("ANYMAIL_"): env(key.removesuffix("_FILE"))
    for key in os.environ
    if key.startswith("ANYMAIL_")
}

REACTIONS = "wismo.wiring.REACTIONS"
READERS = "wismo.wiring.READERS"
MAILBOX = Path(env("WISMO_MAILBOX")) if env("WISMO_MAILBOX") else None  # the demo's catch-all
BODY_LIMIT = 1024 * 1024  # bytes of a webhook
KEEP_RAW_DAYS = days(env("WISMO_KEEP_RAW_DAYS", "90"))  # payloads, from when they came in
KEEP_EVENTS_DAYS = days(env("WISMO_KEEP_EVENTS_DAYS", "400"))  # a year to try rules on, and a month
HTTP_PROXY = env("WISMO_HTTP_PROXY")  # the way out, if there is only one
PRIVATE_PEERS = flag("WISMO_PRIVATE_PEERS")  # whether addresses inside this network may be asked

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "wismo.plumbing.logs.Discreet",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "django": {"level": "NOTSET"},  # Django's own handlers would write addresses as they are
        "django.server": {"level": "NOTSET", "propagate": True},
        "django.request": {"level": "ERROR"},  # what a client did wrong is its own business
        "httpx": {"level": "WARNING"},  # it would write whole addresses, with the keys in them
        "httpcore": {"level": "WARNING"},
    },
    "root": {"handlers": ["stderr"], "level": env("WISMO_LOG_LEVEL", "WARNING")},
}
