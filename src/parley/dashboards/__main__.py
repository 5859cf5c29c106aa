"""`make dashboards`: serve the pages over the published marts to a browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def command(address: str, port: int) -> list[str]:
    options = {
        "server.address": address, "server.port": str(port), "server.headless": "true",
        "server.showEmailPrompt": "false", "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false", "client.toolbarMode": "viewer",
        "client.showErrorDetails": "none", "client.showErrorLinks": "false",
        "theme.primaryColor": "#2468a8",
    }
    app = Path(__file__).with_name("app.py")
    return [sys.executable, "-m", "streamlit", "run", str(app), *(f"--{n}={v}" for n, v in options.items())]


def main() -> int:
    parts = command(os.environ.get("PARLEY_DASHBOARDS_ADDRESS", "127.0.0.1"), int(os.environ.get("PARLEY_DASHBOARDS_PORT", "8501")))
    os.execv(parts[0], parts)


if __name__ == "__main__":
    sys.exit(main())
