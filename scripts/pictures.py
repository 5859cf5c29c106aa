"""Take the pictures of README: the dashboards and the metric catalogue, as Chromium shows them.

It photographs what `make run` made of the demo, so run that first, with the default settings. Each
picture is kept below a size that a page loads at once.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Error, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LARGEST = 200_000  # bytes of a picture
COLOURS = (256, 128, 64, 32)
PATIENCE_MS = 90_000
#: Streamlit's mark of a page that is drawn to its end.
DRAWN = '[data-testid="stApp"][data-test-script-state="notRunning"]'


@dataclass(frozen=True)
class Picture:
    """A picture: where it is taken, and what has to be seen before."""

    name: str
    address: str  # below the dashboards, or a file of the documentation
    wait_for: str
    height: int


PICTURES = (
    Picture(
        "business_dashboard",
        "/business?account=36412323&from=2026-05-01&to=2026-05-29&panel=brand",
        'role=heading[name="Campaign funnel"]',
        1130,
    ),
    Picture(
        "metric_catalogue", "metrics.html?q=CCPOH", 'role=heading[name="Where it is defined"]', 820
    ),
)


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def dashboards(port: int) -> Iterator[str]:
    """The dashboards, served as `make dashboards` serves them."""
    process = subprocess.Popen(
        [sys.executable, "-m", "parley.dashboards"],
        env=os.environ | {"PARLEY_DASHBOARDS_PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def smaller(png: bytes) -> bytes:
    """The picture with as many colours as its size allows."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in COLOURS:
        packed = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
        if packed.tell() <= LARGEST:
            break
    return packed.getvalue()


def take(page: Any, picture: Picture, served: str, documentation: Path) -> bytes:
    """Open a page, wait until it is drawn, and photograph it."""
    is_file = not picture.address.startswith("/")
    address = f"{documentation.absolute().as_uri()}/" if is_file else served
    page.set_viewport_size({"width": 1400, "height": picture.height})
    page.goto(address + picture.address)
    page.locator(picture.wait_for).locator("visible=true").first.wait_for()
    if not is_file:
        page.locator(DRAWN).wait_for()
        page.wait_for_timeout(2_000)  # charts are drawn after the page
    return bytes(page.screenshot())


def wait_until_served(page: Any, served: str) -> None:
    """Ask until somebody answers."""
    for _ in range(100):
        try:
            page.goto(served)
        except Error:
            page.wait_for_timeout(500)
        else:
            return
    sys.exit("pictures: the dashboards do not answer; `make dashboards` says why.")


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("docs/assets"), metavar="DIR")
    parser.add_argument("--documentation", type=Path, default=Path("target"), metavar="DIR")
    options = parser.parse_args()
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit(f"pictures: install a browser; none of {', '.join(BROWSERS)} is on the path.")
    if not (options.documentation / "metrics.html").exists():
        sys.exit(f"pictures: {options.documentation} has no metric catalogue; `make run` first.")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with dashboards(free_port()) as served, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=arguments)
        page = chromium.new_page()
        page.set_default_timeout(PATIENCE_MS)
        wait_until_served(page, served)
        for picture in PICTURES:
            try:
                packed = smaller(take(page, picture, served, options.documentation))
            except Error as error:
                sys.exit(f"pictures: {picture.name} is not shown: {str(error).splitlines()[0]}")
            path = options.output / f"{picture.name}.png"
            path.write_bytes(packed)
            print(f"{path}: {len(packed):,} bytes")
        chromium.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
