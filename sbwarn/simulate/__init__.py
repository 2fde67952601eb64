"""A made-up city that behaves like Sejong, with a truth that no real city knows; made for tests and demonstrations."""
