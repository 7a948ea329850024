from __future__ import annotations

import sys

from recut.cli import main

sys.exit(main())
