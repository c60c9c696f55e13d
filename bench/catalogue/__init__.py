"""Measure the catalogue in the database, over HTTP and next to Django REST Framework."""
