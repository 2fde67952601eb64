"""What the house would have said, had it been retrained each quarter, and what came of it."""
