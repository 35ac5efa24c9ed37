"""`django-scim2-server` as a project in one file: SQLite, a bearer token, nothing of its own."""

import os
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

TOKEN = os.environ["TOKEN"]

settings.configure(
    SECRET_KEY="for tests on loopback only",
    ALLOWED_HOSTS=["127.0.0.1"],
    USE_TZ=True,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django_scim2_server",
    ],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[f"{__name__}.bearer_middleware"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
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
)


def bearer_middleware(get_response):
    """Let in whoever bears the token; the server itself only asks who the user is."""

    def respond(request):
        known = request.headers.get("Authorization") == f"Bearer {TOKEN}"
        request.user = SimpleNamespace(
            is_authenticated=known, is_active=known, is_superuser=known, pk=0, id=0
        )
        return get_response(request)

    return respond


application = get_wsgi_application()
urlpatterns = [path("scim/v2/", include("django_scim2_server.urls"))]
