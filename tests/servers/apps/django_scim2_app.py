"""`django-scim2` as a project: SQLite, a bearer token, adapters, filters and views as shipped."""

import os
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

PORT, TOKEN = os.environ["PORT"], os.environ["TOKEN"]

settings.configure(
    SECRET_KEY="for tests on loopback only",
    ALLOWED_HOSTS=["127.0.0.1"],
    USE_TZ=True,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django_scim",
        "accounts",
    ],
    AUTH_USER_MODEL="accounts.User",
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[
        f"{__name__}.bearer_middleware",
        "django_scim.middleware.SCIMAuthCheckMiddleware",
    ],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    # Tables from the models as they are: `accounts` has no history to migrate.
    MIGRATION_MODULES=dict.fromkeys(["auth", "contenttypes", "django_scim", "accounts"]),
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": Path(os.environ["DATA"]) / "db.sqlite3",
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA synchronous=OFF;",
            },
        }
    },
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    SCIM_SERVICE_PROVIDER={
        "NETLOC": f"127.0.0.1:{PORT}",
        "SCHEME": "http",
        "GROUP_MODEL": "accounts.models.Group",
        "WWW_AUTHENTICATE_HEADER": 'Bearer realm="scim"',
        "AUTHENTICATION_SCHEMES": [
            {"type": "oauthbearertoken", "name": "Bearer", "description": "a token for tests"}
        ],
    },
)


def bearer_middleware(get_response):
    """Let in whoever bears the token; the package itself only asks who the user is."""

    def respond(request):
        known = request.headers.get("Authorization") == f"Bearer {TOKEN}"
        request.user = SimpleNamespace(
            is_anonymous=not known,
            is_authenticated=known,
            is_active=known,
            is_superuser=known,
            pk=0,
            id=0,
        )
        return get_response(request)

    return respond


application = get_wsgi_application()
urlpatterns = [path("scim/v2/", include("django_scim.urls", namespace="scim"))]
