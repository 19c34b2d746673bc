"""The files of the browser's side: named by their content, kept for ever, compressed once.

The style sheet goes into each page instead: no page waits for a second answer before it is seen.
Nor are modules asked for ahead (`modulepreload`): that was measured to put the first paint off.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import mimetypes
import re
from functools import cache, cached_property
from pathlib import Path

from jobtracker.core.errors import NotFound
from jobtracker.web.middleware import PAGE_POLICY

FOLDER = Path(__file__).parent / "static"
STYLE = "app.css"
_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
_PACKED = frozenset({".js", ".css", ".svg"})
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.S)


class Static:
    """The files of a folder; a name carries the hash of all, so they are kept for ever.

    Modules import one another by relative names, hence one hash for all of them.
    """

    def __init__(self, folder: Path) -> None:
        files = sorted(path for path in folder.iterdir() if path.is_file())
        self._files = {path.name: path.read_bytes() for path in files}
        self._packed: dict[str, bytes] = {}
        digest = hashlib.blake2b(digest_size=6)
        for name, data in self._files.items():
            digest.update(name.encode() + b"\0" + data)
        self.version = digest.hexdigest()

    def url(self, name: str) -> str:
        """Return the address of a file.

        Raises:
            NotFound: there is none of that name.
        """
        self.read(name)
        return f"/static/{self.version}/{name}"

    def read(self, name: str) -> tuple[bytes, str]:
        """Return a file's bytes and media type.

        Raises:
            NotFound: there is none of that name.
        """
        data = self._files.get(name)
        if data is None:
            raise NotFound(f"there is no file {name[:60]!r}")
        kind = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0]
        return data, kind or "application/octet-stream"

    def packed(self, name: str) -> bytes | None:
        """Return a file's bytes as gzip packs them; None where that gains nothing."""
        if Path(name).suffix not in _PACKED:
            return None
        if name not in self._packed:
            self._packed[name] = gzip.compress(self.read(name)[0], mtime=0)
        return self._packed[name]

    @property
    def names(self) -> list[str]:
        """All names that are asked for one by one."""
        return [name for name in self._files if name != STYLE]

    @cached_property
    def style(self) -> str:
        """The style sheet, as each page holds it."""
        return _COMMENT.sub("", self._files[STYLE].decode())

    @cached_property
    def policy(self) -> str:
        """The policy of a page: of all styles, this very sheet alone."""
        digest = base64.b64encode(hashlib.sha256(self.style.encode()).digest()).decode()
        return PAGE_POLICY.replace("style-src 'self'", f"style-src 'sha256-{digest}'")


@cache
def static() -> Static:
    """Return the files of the browser's side, read once."""
    return Static(FOLDER)
