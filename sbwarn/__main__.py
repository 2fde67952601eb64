"""`python -m sbwarn` is `sbwarn`."""

from sbwarn.cli import main

if __name__ == "__main__":
    main()
