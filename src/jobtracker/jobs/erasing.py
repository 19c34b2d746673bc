"""Taking a person's own postings out of the text index, word by word.

The rows themselves go with all other rows of the person. The index keeps no text, but it has a
dictionary of words, and a rare one tells something: a company's name, a place. Words of a posting's
former versions, which were indexed under numbers that no row remembers, stay in the dictionary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from jobtracker.jobs.index import document_of
from jobtracker.jobs.model import JobPosting
from jobtracker.jobs.tables import PostingRow
from jobtracker.jobs.textindex import joined

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

_AT_ONCE = 500


def erase_terms(core: Core, user: str) -> int:
    """Take the words of the user's postings out of the text index; return how many postings.

    Call it before the rows are deleted: it reads from them what is to be taken out.
    """
    query = sa.select(PostingRow.num, PostingRow.body).where(PostingRow.user_id == user)
    with core.store.begin() as session:
        found = session.execute(query.order_by(PostingRow.num)).all()
        if not found:
            return 0
        if core.store.dialect == "postgresql":
            gone = sa.text("DELETE FROM job_terms WHERE num = ANY(:nums)")
            session.execute(gone, {"nums": [row.num for row in found]})
            return len(found)
        # FTS5, section 6.4: a contentless table is told what it held, and then forgets it.
        told = sa.text("INSERT INTO job_terms (job_terms, rowid, terms) VALUES ('delete', :n, :t)")
        for start in range(0, len(found), _AT_ONCE):
            rows = [
                {"n": row.num, "t": joined(document_of(JobPosting.model_validate(row.body)))}
                for row in found[start : start + _AT_ONCE]
            ]
            session.execute(told, rows)
        session.execute(sa.text("INSERT INTO job_terms (job_terms) VALUES ('optimize')"))
    return len(found)
