"""What stands where: premises, and how many of them no shop uses."""
