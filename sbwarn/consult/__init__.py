"""`score_business` for a consultant: what came in, the score, what may help, and the sheet to put on the table."""
