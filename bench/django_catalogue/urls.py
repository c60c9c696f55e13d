"""The routes that Django REST Framework's router creates for one view set."""

from django.urls import include, path
from rest_framework.routers import DefaultRouter

from bench.django_catalogue.views import ProductViewSet

router = DefaultRouter()
router.register("products", ProductViewSet)
urlpatterns = [path("", include(router.urls))]
