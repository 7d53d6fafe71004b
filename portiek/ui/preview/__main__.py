"""Write the preview: `python -m portiek.ui.preview OUT`."""

import sys
from pathlib import Path

from portiek.ui import preview

if len(sys.argv) != 2:
    sys.exit("python -m portiek.ui.preview OUT")
preview.configure()
preview.write(Path(sys.argv[1]))
