"""``python -m starcase.cli``: the command line, for when the ``starcase`` script is not on the path."""

from __future__ import annotations

from starcase.cli.main import main

if __name__ == "__main__":
    main()
