"""``python -m uxo`` is the command ``uxo``."""

from uxo.cli.app import main

if __name__ == "__main__":
    main()
