"""A demonstration: one file imported through the public API, watched as it goes."""
