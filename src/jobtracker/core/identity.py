"""Who is speaking. The identity comes from the transport and is never a tool's argument."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from jobtracker.core.errors import BadInput

LOCAL_USER = "local"
SHARED_USER = "@shared"
"""Owner of rows that everybody may read: postings of public boards and the sample catalogue."""

_ALLOWED = re.compile(r"[\w.+@:-]{1,128}")


def user_id(raw: str) -> str:
    """Return the normalised user id.

    Raises:
        BadInput: empty, longer than 128 characters, reserved, or with other than word characters
            and ``. + @ : -``.
    """
    name = unicodedata.normalize("NFKC", raw).strip()
    if not _ALLOWED.fullmatch(name) or name.startswith("@"):
        raise BadInput(
            f"user id {raw[:40]!r} is not usable: 1 to 128 letters, digits or . + @ : - _ "
            "and no leading @"
        )
    return name


def shard(user: str, shards: int) -> int:
    """Return the stable shard, 0 to `shards` - 1, in which the user's vectors live."""
    digest = hashlib.blake2b(user.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % shards
