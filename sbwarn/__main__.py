"""`python -m sbwarn`: the same as the command `sbwarn`."""

from sbwarn.cli import main

if __name__ == "__main__":
    main()
