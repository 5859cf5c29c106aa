"""Bearer tokens: each is bound to an account; the file keeps only salted digests of them.

A token is 256 random bits, so nobody can guess one and a fast digest is enough: slow ones protect
passwords that people made up. The file is replaced whole, and read again when it has changed.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import hmac
import json
import os
import secrets
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from parley.api.settings import tokens_path
from parley.files import sync, warehouse_path

PREFIX = "parley"
SECRET_BYTES = 32
SALT_BYTES = 16
ID_BYTES = 6


class TokenFileError(Exception):
    """Why the file of tokens cannot be used, in one sentence."""


@dataclass(frozen=True)
class StoredToken:
    """What is kept of a token."""

    token_id: str
    account_id: str
    note: str
    created_at: str
    salt: str
    digest: str


#: What an unknown token id is compared with, so that it takes as long as a known one.
NOBODY = StoredToken("", "", "", "", "", "0" * 64)


def digest(salt: str, secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(f"{salt}:{secret}".encode()).hexdigest()


def new_token(account_id: str, note: str) -> tuple[str, StoredToken]:
    """A new token: the text for its owner, and what is kept."""
    token_id = secrets.token_hex(ID_BYTES)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    salt = secrets.token_hex(SALT_BYTES)
    created = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    stored = StoredToken(token_id, account_id, note, created, salt, digest(salt, secret))
    return f"{PREFIX}_{token_id}_{secret}", stored


def read_tokens(path: Path) -> list[StoredToken]:
    """The tokens of a file; a file that is not there has none."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise TokenFileError(
            f"The token file {path} cannot be read ({error.strerror}); correct PARLEY_API_TOKENS "
            "or the file's permissions."
        ) from None
    try:
        tokens = [StoredToken(**token) for token in json.loads(content)["tokens"]]
        if not all(isinstance(value, str) for token in tokens for value in asdict(token).values()):
            raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError):
        raise TokenFileError(
            f"The token file {path} is not one that parley.api.tokens wrote; move it away and add "
            "the tokens again."
        ) from None
    return tokens


def write_tokens(path: Path, tokens: Sequence[StoredToken]) -> None:
    """Replace the file whole; only its owner may read it."""
    content = json.dumps({"tokens": [asdict(token) for token in tokens]}, indent=2) + "\n"
    private = path.with_name(f".{path.name}.partial")
    private.unlink(missing_ok=True)
    descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    private.replace(path)
    sync(path.parent)


@contextmanager
def one_writer(path: Path) -> Iterator[None]:
    """Let one process at a time change the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f".{path.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def add_token(path: Path, account_id: str, note: str) -> str:
    """Add a token of an account; its text, which nobody can read again."""
    token, stored = new_token(account_id, note)
    with one_writer(path):
        write_tokens(path, [*read_tokens(path), stored])
    return token


def revoke_token(path: Path, token_id: str) -> bool:
    """Remove a token; whether it was there."""
    with one_writer(path):
        tokens = read_tokens(path)
        kept = [token for token in tokens if token.token_id != token_id]
        if len(kept) < len(tokens):
            write_tokens(path, kept)
    return len(kept) < len(tokens)


class TokenFile:
    """The file as the service knows it: read again whenever it has changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.seen: tuple[int, int, int] | None = None
        self.tokens: dict[str, StoredToken] = {}

    def state(self) -> tuple[int, int, int] | None:
        """What tells one version of the file from another."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def current(self) -> dict[str, StoredToken]:
        """The tokens by id. A file that cannot be read is an error: who is revoked stays out."""
        with self.lock:
            state = self.state()
            if state is None or state != self.seen:
                self.tokens = {token.token_id: token for token in read_tokens(self.path)}
                self.seen = state
            return self.tokens

    def owner(self, text: str) -> StoredToken | None:
        """The stored token that a text is, if it is one."""
        prefix, _, rest = text.partition("_")
        token_id, _, secret = rest.partition("_")
        stored = self.current().get(token_id, NOBODY)
        same = hmac.compare_digest(digest(stored.salt, secret), stored.digest)
        return stored if same and prefix == PREFIX and stored is not NOBODY else None


def fail(message: str) -> NoReturn:
    """End with one sentence instead of a traceback."""
    print(f"tokens: {message}", file=sys.stderr)
    raise SystemExit(1)


def show(tokens: Sequence[StoredToken]) -> None:
    """Print what is known of the tokens."""
    for token in tokens:
        print(f"{token.token_id}  {token.created_at}  {token.account_id}  {token.note}".rstrip())
    if not tokens:
        print("There are no tokens yet.", file=sys.stderr)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m parley.api.tokens",
        description="Add, revoke and list the provider API's tokens.",
        epilog="PARLEY_API_TOKENS names the file. A running service notices every change.",
    )
    parser.add_argument("--file", type=Path, help="default: api_tokens.json beside the warehouse")
    commands = parser.add_subparsers(dest="command", required=True)
    add = commands.add_parser("add", help="make a token and print it, this once")
    add.add_argument("--account", required=True, help="provider or subscriber it is bound to")
    add.add_argument("--note", default="", help="who has it, for your own list")
    revoke = commands.add_parser("revoke", help="remove a token")
    revoke.add_argument("token_id", help="the first column of list")
    commands.add_parser("list", help="print id, time, account and note of every token")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    options = parse(arguments)
    path: Path = options.file or tokens_path(warehouse_path())
    try:
        if options.command == "add":
            account = options.account.strip()
            if not account:
                fail("The account is empty; name a provider or subscriber with --account.")
            print(add_token(path, account, options.note))
            print("This is the only time it is shown.", file=sys.stderr)
        elif options.command == "revoke":
            if not revoke_token(path, options.token_id):
                fail(f"There is no token {options.token_id} in {path}; `list` shows their ids.")
            print(f"Token {options.token_id} is revoked.")
        else:
            show(read_tokens(path))
    except TokenFileError as error:
        fail(str(error))
    except OSError as error:
        fail(f"The token file {path} cannot be written: {error.strerror}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
