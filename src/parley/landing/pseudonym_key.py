"""The key of pseudonyms: a file of its own, its owner's alone, made when it is first needed.

The warehouse keeps the key's fingerprint, never the key. Pseudonyms of two keys do not meet, so a key that is
lost or another one is an error before anything is read.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from parley.files import keep_owner, os_reason, read_file, sync
from parley.landing.files import LandingError

SETTING = "PARLEY_PSEUDONYM_KEY"
SHORTEST, LONGEST = 32, 1024
_OWNER_ALONE = 0o077


def default_path(warehouse: Path) -> Path:
    """Where the key is unless the setting says otherwise: warehouses of one folder share it."""
    return warehouse.parent / "parley.pseudonym_key"


def fingerprint(key: bytes) -> str:
    """What tells one key from another and gives none away."""
    return hashlib.sha256(b"fingerprint of a pseudonym key " + key).hexdigest()[:32]


def read_key(path: Path) -> bytes | None:
    """The key; None where there is no such file. Raises LandingError where it cannot be used."""
    try:
        mode = path.stat().st_mode
        key = read_file(path, LONGEST + 2).strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LandingError(
            f"The key of the pseudonyms {path} cannot be read ({os_reason(error)}). Give the user that runs "
            f"dbt permission to read it, or set {SETTING} to the file it is in."
        ) from error
    if mode & _OWNER_ALONE:
        raise LandingError(
            f"The key of the pseudonyms {path} can be read by others than its owner. "
            "Take their permissions away (chmod 600)."
        )
    # the warehouse, say, or accounts.csv: whoever may read those could read everybody, and they change
    if len(key) > LONGEST or b"\n" in key:
        raise LandingError(
            f"The key of the pseudonyms {path} is some other file and no key. Set {SETTING} to the file it "
            "is in, or to one that is not there yet, which a build makes."
        )
    if len(key) < SHORTEST:
        raise LandingError(
            f"The key of the pseudonyms {path} has {len(key)} characters and needs at least {SHORTEST}. Put "
            "the key back that was there; where there was none yet, remove the file, and a build makes one."
        )
    return key


def make_key(path: Path) -> bytes:
    """Make a key where there is none; the one that is there then, whoever made it."""
    private = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
        keep_owner(path, private)
        sync(private)
        with suppress(FileExistsError):
            os.link(private, path)
        sync(path.parent)
    except OSError as error:
        raise LandingError(
            f"The key of the pseudonyms cannot be made as {path} ({os_reason(error)}). Set {SETTING} to a "
            "file in a folder you may write to."
        ) from error
    finally:
        with suppress(OSError):
            private.unlink(missing_ok=True)
    key = read_key(path)
    assert key is not None
    return key


def settled_key(path: Path, held: Sequence[str]) -> bytes:
    """The key to read with; `held` are the fingerprints of what the warehouse holds."""
    key = read_key(path)
    if key is None and held:
        raise LandingError(
            f"The key of the pseudonyms {path} is gone, and the warehouse holds pseudonyms made with it. Put "
            f"it back, or set {SETTING} to the file it is in; where it is lost, build with --full-refresh, "
            "which makes a new one and needs the landed files."
        )
    if key is not None and any(one != fingerprint(key) for one in held):
        raise LandingError(
            f"The key of the pseudonyms {path} is another one than what the warehouse holds was made with. Put "
            f"that key back, or set {SETTING} to the file it is in; where another key is meant, build all with "
            "--full-refresh, which needs the landed files."
        )
    return make_key(path) if key is None else key
