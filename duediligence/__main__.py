"""Run the command line as `python -m duediligence`."""

from duediligence.cli import main

if __name__ == "__main__":
    main()
