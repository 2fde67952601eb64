"""What we measure: one function, one column, one number a shop, from what was known on the day."""
