"""Where the runs are kept: MLFLOW_TRACKING_URI, or a SQLite file in the project's folder."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

_SQLITE = "sqlite:///"
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")


@dataclass(frozen=True)
class Store:
    """A tracking URI as MLflow takes it, and the file behind it where it is SQLite."""

    uri: str
    database: Path | None

    @property
    def artifacts(self) -> Path | None:
        """The folder of the artifacts, beside the database; of a server, its own affair."""
        return self.database.parent / "mlartifacts" if self.database else None

    @property
    def public_uri(self) -> str:
        """The URI without user and password."""
        return without_credentials(self.uri)

    @property
    def is_server(self) -> bool:
        """Whether runs go over HTTP."""
        return self.uri.startswith(("http://", "https://"))


def find_store(environ: Mapping[str, str], project: Path) -> Store:
    """The store that `environ` names, or `mlflow.db` in DVC_ROOT (else in `project`).

    `dvc exp run --temp` runs in a temporary folder, where a store would be lost: DVC_ROOT is not,
    and a relative SQLite path is taken from there too.
    """
    root = Path(environ.get("DVC_ROOT") or project).resolve()
    uri = environ.get("MLFLOW_TRACKING_URI") or f"{_SQLITE}mlflow.db"
    name = uri.removeprefix(_SQLITE)
    if not uri.startswith(_SQLITE) or not name or "?" in name or name == ":memory:":
        return Store(uri=uri, database=None)
    database = (root / unquote(name)).resolve()
    return Store(uri=sqlite_uri(database), database=database)


def sqlite_uri(database: Path) -> str:
    """The URI of an absolute path; SQLAlchemy takes `%20` for a space and `?` for its end."""
    return _SQLITE + str(database).replace("%", "%25").replace("?", "%3F")


def without_credentials(text: str) -> str:
    """`text` with `user:password@` taken out of every address in it."""
    return _CREDENTIALS.sub("", text)
