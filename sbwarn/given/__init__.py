"""What somebody hands over for one shop, as people have it, into facts, months and notes of what was understood."""
