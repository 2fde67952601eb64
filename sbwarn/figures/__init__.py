"""How good a forecast was, in figures with n and an interval: nothing here knows how the forecast was made."""
