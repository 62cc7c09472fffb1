"""Looks for words in everything that a run left behind, packed and columnar files included."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb


def secrets_in(folder: Path, secrets: Iterable[str]) -> list[str]:
    """Where under `folder` one of the secrets stands, plain or as base64: `path: secret`; folder names count too."""
    words = {form: secret for secret in secrets for form in (secret.encode(), base64.b64encode(secret.encode()))}
    return [
        f"{name}: {secret}"
        for path in sorted(folder.rglob("*"))
        for name, content in _contents(path, folder)
        for word, secret in words.items()
        if word in content
    ]


def _contents(path: Path, folder: Path) -> Iterator[tuple[str, bytes]]:
    """What a file says as its readers see it, and the bytes as they lie there."""
    name = path.relative_to(folder).as_posix()
    yield name, name.encode()
    if not path.is_file():
        return
    content = path.read_bytes()
    yield name, content
    if path.suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield f"{name}:{member}", archive.read(member)
    elif path.suffix == ".gz":
        yield name, gzip.decompress(content)
    elif path.suffix == ".parquet":
        yield name, repr(duckdb.sql(f"from '{path}'").fetchall()).encode()
    elif path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as database:
            tables = database.execute("select schema_name, table_name from duckdb_tables()").fetchall()
            for schema, table in tables:
                rows = database.execute(f'from "{schema}"."{table}"').fetchall()
                yield f"{name}:{schema}.{table}", repr(rows).encode()
