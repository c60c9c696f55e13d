"""How fast the catalogue answers: in the database, over HTTP, and beside Django REST Framework."""
