"""Products as a view set, with the filters of a catalogue."""

from django_filters import rest_framework as filters
from rest_framework.serializers import ModelSerializer
from rest_framework.viewsets import ModelViewSet

from bench.django_importer.models import Product


class ProductSerializer(ModelSerializer):  # type: ignore[misc]  # it has no type annotations
    """One product as JSON."""

    class Meta:
        """The serialized fields."""

        model = Product
        fields = (
            *("id", "sku", "name", "description", "price", "quantity", "active", "attributes"),
            *("created_at", "updated_at"),
        )


class ProductFilters(filters.FilterSet):  # type: ignore[misc]  # it has no type annotations
    """The filters of the list."""

    sku = filters.CharFilter(field_name="sku_key", method="filter_sku")
    sku_prefix = filters.CharFilter(field_name="sku_key", method="filter_sku_prefix")
    price_min = filters.NumberFilter(field_name="price", lookup_expr="gte")
    price_max = filters.NumberFilter(field_name="price", lookup_expr="lte")
    updated_since = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        """The filters derived from the model."""

        model = Product
        fields = ("active",)

    def filter_sku(self, products, name, sku):  # type: ignore[no-untyped-def]
        """Filter by SKU, ignoring case."""
        return products.filter(**{name: sku.lower()})

    def filter_sku_prefix(self, products, name, sku):  # type: ignore[no-untyped-def]
        """Filter by the beginning of the SKU, ignoring case."""
        return products.filter(**{f"{name}__startswith": sku.lower()})


class ProductViewSet(ModelViewSet):  # type: ignore[misc]  # it has no type annotations
    """The routes of the catalogue."""

    queryset = Product.objects.order_by("sku_key")
    serializer_class = ProductSerializer
    filterset_class = ProductFilters
    search_fields = ("sku", "name", "description")
    ordering_fields = ("name", "price", "updated_at")
