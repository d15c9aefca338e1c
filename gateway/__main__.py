"""The command line, as `gateway` and as `python -m gateway`."""

from gateway.cli import main

if __name__ == "__main__":
    main()
