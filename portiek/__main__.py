"""Run `python -m portiek` as the command `portiek`."""

from portiek.config.cli import main

raise SystemExit(main())
