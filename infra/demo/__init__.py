"""A demonstration: imports a file through the public API and shows its progress."""
