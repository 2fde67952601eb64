"""Whom to visit first: the watch list of a month."""
