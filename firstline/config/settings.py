"""Settings of the whole, all of them read through env.py and explained in docs/settings.md."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from firstline.config import env, secret

PACKAGE = Path(__file__).resolve().parent.parent

DATA = env.data_folder()
SECRET_KEY = secret.key(DATA)
DEBUG = env.flag("FIRSTLINE_DEBUG")
ALLOWED_HOSTS = env.names("FIRSTLINE_HOSTS", "127.0.0.1,localhost,[::1]")
PUBLIC_URL = env.text("FIRSTLINE_URL", "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "firstline.core.people",
    "firstline.core.journal",
    "firstline.core.outbox",
    "firstline.core.services",
    "firstline.core.intake",
    "firstline.core.mail",
    "firstline.core.tickets",
    "firstline.core.ownership",
    "firstline.core.sla",
    "firstline.core.duty",
    "firstline.core.knowledge",
    "firstline.core.satisfaction",
    "firstline.core.incidents",
    "firstline.core.instructions",
    "firstline.core.insight",
    "firstline.config.apps.Config",
    "firstline.web.apps.Web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Answers /api/ itself: what follows is for pages.
    "firstline.api.middleware.ApiMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "firstline.web.middleware.LanguageMiddleware",
    "firstline.web.middleware.SizeMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "firstline.web.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "firstline.web.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "firstline.config.urls"
WSGI_APPLICATION = "firstline.config.wsgi.application"

_LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates", PACKAGE / "channels" / "templates"],
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", [("firstline.web.folding.Loader", _LOADERS)])],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "firstline.web.context.frame",
            ],
        },
    }
]

FORM_RENDERER = "firstline.web.rendering.Renderer"

DATABASES = {"default": env.database(DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Shared by all processes: the limits on sign-in and on guests' forms count in it.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
}

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "firstline.web.accounts.Adapter"
ACCOUNT_FORMS = {"login": "firstline.web.signing_in.SignInForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
LOGIN_REDIRECT_URL = "/"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ru", _("Russian")), ("uk", _("Ukrainian"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STATIC_ROOT = Path(env.text("FIRSTLINE_STATIC", str(DATA / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("FIRSTLINE_BEHIND_PROXY") else None

# One request body: the largest attachment a form may carry, and room for its other fields.
ATTACHMENT_LIMIT = env.number("FIRSTLINE_ATTACHMENT_MB", 25) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400

# A sender's requests beyond these wait for a person's eye: most likely two programs answer each other.
MAIL_REQUESTS_PER_HOUR = env.number("FIRSTLINE_MAIL_REQUESTS_PER_HOUR", 60)
# And letters beyond these to one address wait for the next hour; automatic answers are left out.
LETTERS_PER_HOUR = env.number("FIRSTLINE_LETTERS_PER_HOUR", 60)

# Letters of staff wait so long before they leave, so that they can be taken back.
UNDO_SECONDS = env.number("FIRSTLINE_UNDO_SECONDS", 10)

SMTP = env.smtp()
# The largest mail that is taken, and how often a mailbox is looked into that does not tell of new mail by itself.
MAIL_LIMIT = env.number("FIRSTLINE_MAIL_MB", 25) * 1024 * 1024
MAIL_POLL_SECONDS = env.number("FIRSTLINE_MAIL_POLL_SECONDS", 60)
LISTEN = env.listening()
# A mailbox may have a server of its own: the same words, read the same way.
SMTP_SERVER_OF = env.smtp_server
DKIM = env.dkim()
MAIL_KEYS = env.folder("FIRSTLINE_MAIL_KEYS")
MAIL_FROM = env.text("FIRSTLINE_MAIL_FROM", "Service desk <desk@localhost>")

TASKS = {"default": {"BACKEND": "firstline.worker.backend.OutboxBackend", "QUEUES": []}}
# How long a worker that fell silent keeps its work from the others.
LEASE_FOR = timedelta(seconds=env.number("FIRSTLINE_LEASE_SECONDS", 30))
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING_CONFIG = "firstline.config.logs.configure"
LOGGING = {"level": env.text("FIRSTLINE_LOG", "info")}
