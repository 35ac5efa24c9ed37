"""`python -m reconciler`: the same program under another name."""

from reconciler.cli.boundary import main

if __name__ == "__main__":
    main()
