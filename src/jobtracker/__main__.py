"""`python -m jobtracker` is the `jobtracker` command."""

from jobtracker.cli.main import main

if __name__ == "__main__":
    main()
