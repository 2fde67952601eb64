"""What a release has to show before it may be promoted, written before the run."""
