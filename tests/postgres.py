"""A PostgreSQL of the test's own, from the system's packages."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import free_port


def binaries() -> Path | None:
    """Where initdb is; Debian keeps it out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    name = shutil.which("initdb") or (found[-1] if found else None)
    return Path(name).parent if name else None


@contextmanager
def postgres() -> Iterator[int]:
    """The port of a server on 127.0.0.1; its superuser `postgres` needs no password, others do.

    PostgreSQL refuses to run as root; then it runs as the user `postgres`.
    """
    programs = binaries()
    assert programs, "initdb not found"
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    port = free_port()
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))  # pytest's own are closed to other users
    if as_user:
        shutil.chown(folder, "postgres")

    def run(program: str, *arguments: str) -> None:
        command = [*as_user, str(programs / program), "--pgdata", str(folder / "data"), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr

    try:
        run("initdb", "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8")
        (folder / "data" / "pg_hba.conf").write_text(
            "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        )
        options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off"
        run("pg_ctl", "start", "--wait", "--log", str(folder / "log"), "--options", options)
        yield port
    finally:
        stop = [*as_user, str(programs / "pg_ctl"), "--pgdata", str(folder / "data")]
        subprocess.run([*stop, "stop", "--mode=immediate"], capture_output=True, cwd=folder)
        shutil.rmtree(folder, ignore_errors=True)
