"""All that one person has here, erased: the one place that knows where everything lies.

Rows and files are found by the schema and by name (`accounts.portable`), vectors and checkpoints by
the pseudonym or prefix under which they are kept.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from jobtracker.accounts import portable

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

_log = logging.getLogger("jobtracker.accounts")


async def erase_person(core: Core, user: str) -> dict[str, Any]:
    """Erase everything of the user: rows, conversations, vectors, files, cache; return the counts.

    Every part can be repeated: where one fails the account is still there, and deleting it again
    goes on. The account's own row is in the last step.

    Raises:
        Unavailable: the index, a file or the store cannot be written now.
    """
    from jobtracker.agent.checkpoints import erase_user, open_saver
    from jobtracker.jobs.erasing import erase_terms

    async with open_saver(core.settings.store.url, core.home) as saver:
        threads = await erase_user(saver, user)
    await asyncio.to_thread(erase_terms, core, user)
    files = await asyncio.to_thread(portable.erase_files, core.home, user)
    rows = await asyncio.to_thread(portable.erase_rows, core, user)
    # After the rows: what is indexed from them meanwhile goes with the rest.
    collections = await asyncio.to_thread(core.vectors.erase_user, user)
    await asyncio.to_thread(core.cache.drop, user)
    await asyncio.to_thread(core.store.scrub)
    _log.info("account erased", extra={"fields": {"rows": sum(rows.values())}})
    return {"rows": rows, "threads": threads, "files": files, "collections": collections}
