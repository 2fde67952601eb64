"""What comes in: schemas, readers, checks, data sets, and the panel of months × shops as known on a day."""
