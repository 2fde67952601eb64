"""What became of an alert: alert, action and outcome, kept in a database."""
