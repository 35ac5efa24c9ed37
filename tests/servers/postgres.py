"""A PostgreSQL of our own for the tests: fresh, on a free port, gone when they end."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests.servers.process import SECONDS_TO_START, free_port

USER = "reconciler"


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs; Debian keeps them off PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    found = [*map(str, debian[-1:]), shutil.which("initdb")]
    return next((Path(name).parent for name in found if name), None)


@contextmanager
def running_postgres(folder: Path) -> Iterator[str]:
    """Serve an empty cluster until the block ends; give the URL of its first database.

    PostgreSQL refuses to run as root; then it runs as *nobody*, in a folder that it can enter.
    """
    bin_folder = programs()
    assert bin_folder is not None
    data = Path(tempfile.mkdtemp(prefix="postgres-"))
    password = f"p@ss/{secrets.token_hex(8)}"
    account = _account(data)
    (data / "password").write_text(password)
    port = free_port()
    try:
        _run([bin_folder / "initdb", *_cluster(data)], data, account)
        log = folder / "postgres.log"
        with log.open("wb") as words:
            process = subprocess.Popen(
                [bin_folder / "postgres", *_serve(data, port)],
                cwd=data,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                start_new_session=True,
                user=account,
            )
        try:
            _wait(process, log)
            secret = quote(password, safe="")
            yield f"postgresql://{USER}:{secret}@127.0.0.1:{port}/postgres"
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGQUIT)  # at once, without a checkpoint
            process.wait()
    finally:
        shutil.rmtree(data)


def empty_database(server: str) -> str:
    """Make a database on the server at *server*, and return its URL."""
    name = f"ledger_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.removesuffix("postgres") + name


def _cluster(data: Path) -> list[str | Path]:
    return [
        *("-D", data / "db", "--username", USER, "--pwfile", data / "password"),
        *("--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"),
    ]


def _serve(data: Path, port: int) -> list[str | Path]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "fsync": "off",
        "unix_socket_directories": data,
        "shared_buffers": "16MB",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return ["-D", data / "db", *options]


def _version(path: Path) -> float:
    return float(path.parts[-3])


def _account(folder: Path) -> str | None:
    """Return who the server runs as, None for ourselves; *folder* is theirs then."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return entry.pw_name


def _run(command: list[str | Path], folder: Path, account: str | None) -> None:
    done = subprocess.run(command, cwd=folder, user=account, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout.decode() + done.stderr.decode())


def _wait(process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        if "ready to accept connections" in log.read_text(errors="replace"):
            return
        time.sleep(0.02)
    raise RuntimeError(f"PostgreSQL does not start:\n{log.read_text(errors='replace')[-4000:]}")
