"""Places that fsspec reaches by an address: `s3://bucket/folder`, `gs://…`, `memory://…`."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://")


def is_address(text: str) -> bool:
    """Whether `text` is an address, and no path of this machine."""
    return bool(_ADDRESS.match(text))


def connect(address: str) -> tuple["AbstractFileSystem", str]:
    """The file system of an address and the path in it, without a / at its end.

    Names and passwords come from where its package looks for them (of S3: AWS_ACCESS_KEY_ID,
    AWS_ENDPOINT_URL and so on). Raises ValueError where the package is missing.
    """
    kind = address.partition("://")[0]
    try:
        import fsspec

        with lasting_errors(address):
            system, path = fsspec.core.url_to_fs(address, use_listings_cache=False)
    except ImportError as error:
        package = {"s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs"}.get(kind, kind)
        raise ValueError(
            f"{address}: {kind}:// needs a package that is not installed ({error}); "
            f"pip install {package}"
        ) from None
    except ValueError as error:
        raise ValueError(f"{address}: {error}; expected an address that fsspec knows") from None
    return system, str(path).rstrip("/")


@contextmanager
def lasting_errors(address: str) -> Iterator[None]:
    """Turn what S3's packages raise for a lost connection or bad credentials into OSError."""
    botocore = sys.modules.get("botocore.exceptions")
    known = (botocore.BotoCoreError, botocore.ClientError) if botocore else ()
    try:
        yield
    except known as error:
        raise OSError(f"{address}: {error}") from None
