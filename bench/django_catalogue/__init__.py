"""A typical catalogue API in Django REST Framework, for comparison."""
