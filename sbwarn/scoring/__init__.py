"""A shop's risk in the next months, with its class, reasons and strengths."""
