"""A past score computed again from what was recorded, and a bridge from one score to another."""
