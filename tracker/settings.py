"""Settings, read from the environment here and nowhere else.

Two modes. `local` (the default) is what `quickstart` runs: a generated key, an embedded database under
`var/`, addresses of this machine only, no HTTPS. `production` has no such defaults: it needs
`SECRET_KEY`, `ALLOWED_HOSTS` and `DATABASE_URL`, and serves HTTPS only.
"""

import tomllib
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from tracker.rates import stated_rates
from tracker.secret_key import kept_secret_key

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("TRACKER_VAR", str(BASE_DIR / "var"))).resolve()
SEEDS_DIR = BASE_DIR / "seeds"

# The project runs from its checkout and is not installed: read the version from the file that states it.
VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text("utf-8"))["project"]["version"]

# Outside the database: a person who can change the database must not be able to sign checkpoints.
CHECKPOINTS_DIR = Path(env.str("CHECKPOINTS_DIR", str(VAR_DIR / "checkpoints"))).resolve()

MODE = env.str("TRACKER_MODE", "local")
if MODE not in {"local", "production"}:
    raise ImproperlyConfigured(f"TRACKER_MODE is “{MODE}”; it is either “local” or “production”.")
LOCAL = MODE == "local"
DEBUG = False

if LOCAL:
    SECRET_KEY = env.str("SECRET_KEY", "") or kept_secret_key(VAR_DIR)
    ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
else:
    SECRET_KEY = env.str("SECRET_KEY")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")

EMBEDDED = {"ENGINE": "django.db.backends.sqlite3", "NAME": VAR_DIR / "tracker.sqlite3"}
DATABASES = {"default": env.dj_db_url("DATABASE_URL") if env.str("DATABASE_URL", "") else EMBEDDED}
if str(DATABASES["default"]["ENGINE"]).endswith("sqlite3"):
    # Writers queue for the lock at BEGIN instead of failing half-way, readers go on beside them, and
    # FULL keeps the last commit when the power goes.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    # Each statement is planned once a connection, for all values: planning takes longer than most run.
    # 1 and not 0: migrations send several commands in one statement, which cannot be prepared.
    options: Any = DATABASES["default"].get("OPTIONS") or {}
    # A page read at random costs little more than one in sequence, on solid-state disks and in memory: with
    # the server's default of 4, generic plans scan whole tables for the rows of a few keys.
    planned = "-c plan_cache_mode=force_generic_plan -c jit=off -c random_page_cost=1.1"
    options["options"] = f"{options.get('options', '')} {planned}".strip()
    options |= {"server_side_binding": True, "prepare_threshold": 1}
    DATABASES["default"]["OPTIONS"] = options
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}

INSTALLED_APPS = [
    # Before the admin, so that its templates are found first.
    "recommendations.apps.RecommendationsConfig",
    "recommendations.apps.TrackerAdminConfig",
    "tracker.apps.TrackerConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "csp",
    "axes",
]
MIDDLEWARE = [
    "tracker.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tracker.middleware.ContentSecurity",
    "tracker.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "tracker.middleware.Accounts",
    "tracker.middleware.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tracker.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTH_USER_MODEL = "recommendations.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "pages:sign_in"
LOGIN_REDIRECT_URL = "pages:overview"
LOGOUT_REDIRECT_URL = "pages:signed_out"
# How long a link to set a password is good for: a day is enough to pass it on.
PASSWORD_RESET_TIMEOUT = 24 * 3600
AXES_HANDLER = "tracker.lockout.TwoLimits"
AXES_CLIENT_IP_CALLABLE = "tracker.lockout.caller_address"
AXES_LOCKOUT_CALLABLE = "tracker.lockout.refuse"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# Shown after the word “contact”: whom to ask about accounts and problems.
SERVICE_CONTACT = env.str("SERVICE_CONTACT", "the administrator who gave you your account")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "evidence": {
        "BACKEND": "recommendations.storage.DurableFileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "evidence"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if LOCAL:
    # Only style sheets: the scripts of the API's reference take longer than all else that quickstart does.
    WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [
        "js",
        "map",
        "svg",
        "png",
        "gif",
        "ico",
        "txt",
        "md",
        "eot",
        "otf",
        "ttf",
        "woff",
        "woff2",
    ]

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
SECURE_HSTS_SECONDS = 0 if LOCAL else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

THROTTLE_RATES = stated_rates(env.str("RATE_LIMITS", ""))
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "recommendations.api.authentication.BearerToken",
        "recommendations.api.authentication.TokenAsPassword",
        "recommendations.api.authentication.BrowserSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["recommendations.api.authentication.SignedIn"],
    "DEFAULT_THROTTLE_CLASSES": ["recommendations.api.throttling.Rates"],
    "DEFAULT_RENDERER_CLASSES": ["recommendations.api.renderers.Json"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "recommendations.api.formats.Negotiation",
    "DEFAULT_PARSER_CLASSES": ["recommendations.api.parsers.StrictJson"],
    "DEFAULT_SCHEMA_CLASS": "recommendations.api.schema.TrackerSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "COERCE_DECIMAL_TO_STRING": False,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# In each process: an export holds a thread for as long as its caller reads.
EXPORTS_AT_ONCE = 4
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "recommendations.api.errors.ProblemHandler",
    "EXCEPTION_FORMATTER_CLASS": "recommendations.api.errors.ProblemFormatter",
}
KNOX_TOKEN_MODEL = "recommendations.AccessToken"  # noqa: S105  A model.
# Knox's own table is swapped for ours; its migrations would still make it.
MIGRATION_MODULES = {"knox": None}
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer", "TOKEN_PREFIX": "rt_", "TOKEN_TTL": None}
SPECTACULAR_SETTINGS = {
    "TITLE": "Recommendation tracker",
    "VERSION": VERSION,
    "DESCRIPTION": "Follows up inspection recommendations: what was claimed, what shows it, what changed, "
    "and what an independent inspector found.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    # Links within links fail accessibility.
    "SWAGGER_UI_SETTINGS": {"deepLinking": False},
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "PrecisionEnum": "recommendations.models.base.Precision",
        "RecommendationStatusEnum": "recommendations.workflow.RECOMMENDATION.choices",
        "ActionStatusEnum": "recommendations.workflow.ACTION.choices",
        "OrganisationLevelEnum": "recommendations.models.Level",
        "EvidenceLevelEnum": "recommendations.models.EvidenceLevel",
        "LinkKindEnum": "recommendations.models.LinkKind",
        "UnsupportedClaimReasonEnum": "recommendations.queries.statuses.UnsupportedClaimReason",
        "AnswerEnum": "recommendations.models.Answer",
    },
}

SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "tracker.request_log.RequestIdInLog"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {request_id} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["request_id"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}
