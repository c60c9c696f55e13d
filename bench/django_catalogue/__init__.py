"""The catalogue's API as it is usually written with Django REST Framework, to measure against."""
