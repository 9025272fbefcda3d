"""The command `copydesk`."""

import sys

from . import _native


def main() -> int:
    """Runs the command with the arguments of this process; its exit code."""
    return _native.main(["copydesk", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
