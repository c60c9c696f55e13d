"""The catalogue as a Django model, on the table that the product's migrations create."""

from django.db import models


class Product(models.Model):  # type: ignore[misc]  # Django has no type annotations
    """One product."""

    id = models.BigAutoField(primary_key=True)
    sku = models.TextField()
    sku_key = models.TextField(unique=True)
    name = models.TextField()
    description = models.TextField(default="")
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True, default=0)
    quantity = models.IntegerField(null=True, default=0)
    active = models.BooleanField(default=True)
    attributes = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        """The table is managed by the product's migrations."""

        app_label = "django_importer"
        db_table = "products"
        managed = False
