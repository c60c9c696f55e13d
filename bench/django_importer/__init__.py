"""The kind of importer this product replaces, written as such importers are, to measure against."""
