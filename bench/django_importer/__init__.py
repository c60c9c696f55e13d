"""A typical importer of a Django project, for comparison."""
