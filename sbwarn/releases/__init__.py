"""A model as files: the record, and how it is saved, verified and loaded."""
