"""Django settings: the benchmark's server, the importer's model, JSON without logins."""

from bench.django_importer.settings import DATABASES as _DATABASES

DATABASES = {"default": {**_DATABASES["default"], "CONN_MAX_AGE": 60}}
INSTALLED_APPS = ["bench.django_importer", "django_filters", "rest_framework"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "bench.django_catalogue.urls"
ALLOWED_HOSTS = ["127.0.0.1"]
SECRET_KEY = "none is signed with"  # noqa: S105  # not a secret
USE_TZ = True
DEBUG = False
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": [
        "django_filters.rest_framework.DjangoFilterBackend",
        "rest_framework.filters.SearchFilter",
        "rest_framework.filters.OrderingFilter",
    ],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 25,
}
