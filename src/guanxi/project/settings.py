"""Settings. State lives in ``GUANXI_HOME``, the database in ``DATABASE_URL``; nothing else is needed."""

import os
import secrets
from ipaddress import ip_network
from pathlib import Path

from guanxi.project.sqlite import journal_mode, use_bundled_sqlite

use_bundled_sqlite()

import dj_database_url  # noqa: E402
from csp.constants import NONE, SELF, UNSAFE_INLINE  # noqa: E402

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("GUANXI_HOME", "var")).resolve()
HOME.mkdir(parents=True, exist_ok=True)
UPLOADS = HOME / "uploads"


def _secret_key() -> str:
    """The key from the environment, else one made once and kept in GUANXI_HOME, readable by its owner only."""
    given = os.environ.get("GUANXI_SECRET_KEY")
    if given:
        return given
    kept = HOME / "secret_key"
    try:
        handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return kept.read_text()
    with os.fdopen(handle, "w") as file:
        file.write(key := secrets.token_urlsafe(50))
    return key


SECRET_KEY = _secret_key()
DEBUG = os.environ.get("GUANXI_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("GUANXI_HOSTS", "127.0.0.1,localhost,testserver").split(",")
APPEND_SLASH = False
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("GUANXI_ORIGINS", "").split(",") if origin]
BEHIND_HTTPS = os.environ.get("GUANXI_HTTPS") == "1"
# Only what these write into X-Forwarded-For is believed.
TRUSTED_PROXIES = [
    ip_network(proxy.strip()) for proxy in os.environ.get("GUANXI_PROXIES", "").split(",") if proxy.strip()
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "template_partials",
    "django_vite",
    "axes",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "ninja",
    "guanxi.ui",
    "guanxi.organization",
    "guanxi.catalogue",
    "guanxi.customers",
    "guanxi.cadence",
    "guanxi.deals",
    "guanxi.key_accounts",
    "guanxi.pipeline",
    "guanxi.care",
    "guanxi.markets",
    "guanxi.prospecting",
    "guanxi.performance",
    "guanxi.insights",
    "guanxi.imports",
    "guanxi.merging",
    "guanxi.workspace",
    "guanxi.project",
]

MIDDLEWARE = [
    "guanxi.organization.middleware.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Refuses host names that are not ours (AUTH-04): Django compares them only where somebody asks for the host.
    "django.middleware.common.CommonMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "guanxi.organization.middleware.RequestFactsMiddleware",
    "guanxi.organization.middleware.FirstStepsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "guanxi.project.urls"
WSGI_APPLICATION = "guanxi.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "guanxi.workspace.navigation.navigation",
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "guanxi.ui.templatetags.ui",
                "guanxi.organization.templatetags.facts",
                "guanxi.organization.templatetags.playbook",
                "django.templatetags.i18n",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / 'guanxi.sqlite3'}", conn_max_age=60
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # synchronous=FULL: an acknowledged write survives a power cut. IMMEDIATE: a write transaction takes
    # the lock at once; a later upgrade would fail without waiting for the timeout.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            f"PRAGMA journal_mode={journal_mode()}; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456;"
        ),
    }
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / "test.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organization.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "guanxi.organization.authentication.Backend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

# A lock names the user and the address, so nobody can lock a colleague out from another desk.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "organization/locked_out.html"
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False
# So many names failing from one address within the cool-off: it tries one password on everybody.
SPRAYED_NAMES = 20

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
SECURE_SSL_REDIRECT = BEHIND_HTTPS
SECURE_HSTS_SECONDS = 31536000 if BEHIND_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "style-src-attr": [UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
# WhiteNoise warns about a missing one, though everything is served from where it was built.
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS: list[Path] = []
DJANGO_VITE = {"default": {"manifest_path": PACKAGE / "ui/static/built/.vite/manifest.json"}}
DJANGO_VITE["default"]["static_url_prefix"] = "built"  # type: ignore[assignment]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# Vite puts a digest of the content into these names.
WHITENOISE_IMMUTABLE_FILE_TEST = r"/built/assets/.+-[\w-]{8}\.\w+(\.gz)?$"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

NINJA_PAGINATION_MAX_LIMIT = 200
NINJA_NUM_PROXIES = 0

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"guanxi": {"level": "INFO"}},
}
