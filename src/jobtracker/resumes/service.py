"""The résumé service: import, list, get, score, and what builds on them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, BudgetExceeded
from jobtracker.core.events import Event
from jobtracker.core.speech import Saying, say, texts
from jobtracker.resumes import files
from jobtracker.resumes.model import (
    HiddenText,
    ImportResult,
    Layout,
    ReadResult,
    Resume,
    ResumeDocument,
    ResumeList,
    ResumeSummary,
    ScoreResult,
)
from jobtracker.resumes.posting import Posting, understand
from jobtracker.resumes.reading.kind import why_no_resume
from jobtracker.resumes.reading.reader import read
from jobtracker.resumes.scoring import score
from jobtracker.resumes.tables import ResumeRow, VersionRow
from jobtracker.resumes.versions import Versions, new_id

READ_SECONDS = 45.0


@dataclass(frozen=True)
class Job:
    """What of a posting matters here; the caller resolves it."""

    text: str
    title: str = ""
    company: str = ""
    language: str = ""
    skills: tuple[str, ...] = ()
    job_id: str | None = None

    def posting(self) -> Posting:
        """Return the posting, understood.

        Raises:
            BadInput: it holds no words.
        """
        if not any(character.isalpha() for character in self.text + self.title):
            raise BadInput("the posting is empty; give job_id or the text in job_text")
        return understand(self.text[:60000], self.title, self.company, self.skills, self.language)


class ResumeService:
    """Everything about a user's résumés; every method's first argument is the user."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.versions = Versions(core)

    def import_file(
        self,
        user: str,
        *,
        path: str | None = None,
        content_base64: str | None = None,
        filename: str | None = None,
        own_machine: bool = True,
    ) -> ImportResult:
        """Read a file and keep it with its first version; the same file twice is the same résumé.

        Raises:
            BadInput: it cannot be read; nothing is stored.
            Forbidden: the path is outside of what the user may read.
        """
        if content_base64 == "" and not path:
            raise BadInput(say("resumes.file_empty", name=filename or say("resumes.the_file")))
        if bool(path) == bool(content_base64):
            raise BadInput("give either path or content_base64 (with filename)")
        if path:
            data, name = files.read_path(self.core, user, path, own_machine=own_machine)
            name = files.file_name(filename or name)
        else:
            name = files.file_name(filename or "document")
            data = files.decode_base64(content_base64 or "", name)
        return self.import_bytes(user, data, name)

    def import_bytes(self, user: str, data: bytes, name: str) -> ImportResult:
        """Read a file's bytes in a worker process and keep what they hold.

        Raises:
            BadInput: the file cannot be read; the message names it and the reason.
        """
        digest = hashlib.blake2b(data, digest_size=24).hexdigest()
        result = self._read(user, data, name)
        if why := why_no_resume(result):
            raise BadInput(say("resumes.no_resume", name=name, reason=why))
        known = self._known(user, digest)
        if known is not None:
            return self._again(user, known, result)
        return self._store(user, data, name, digest, result)

    def _read(self, user: str, data: bytes, name: str) -> ReadResult:
        try:
            return self.core.workers.run(
                f"reading {name}", read, data, name, timeout=READ_SECONDS, user=user, safe=True
            )
        except BudgetExceeded as exc:
            raise BadInput(f"{name} could not be read within the limits: {exc.message}") from exc

    def _known(self, user: str, digest: str) -> ResumeRow | None:
        with self.core.store.begin() as session:
            return session.scalar(
                sa.select(ResumeRow).where(ResumeRow.user_id == user, ResumeRow.digest == digest)
            )

    def _again(self, user: str, row: ResumeRow, result: ReadResult) -> ImportResult:
        """Return the résumé that this file already made, and make it the newest."""
        with self.core.store.begin() as session:
            kept = session.get(ResumeRow, row.resume_id)
            if kept is not None:
                kept.updated_at = self.core.clock.now()
        current = self.versions.get(user, row.resume_id, None)
        warnings = [
            *texts(result.warnings),
            say("resumes.again"),
        ]
        return ImportResult(
            resume_id=row.resume_id,
            version_id=current.version_id,
            resume=Resume.model_validate(current.content),
            language=row.language,
            sources=result.sources[:50],
            warnings=warnings,
        )

    def _store(
        self, user: str, data: bytes, name: str, digest: str, result: ReadResult
    ) -> ImportResult:
        now = self.core.clock.now()
        resume_id, version_id = new_id("res"), new_id("ver")
        folder = files.user_folder(self.core, "resumes", user)
        kept = files.keep(folder, f"{resume_id}{_suffix(result.layout.kind)}", data)
        row = ResumeRow(
            resume_id=resume_id,
            user_id=user,
            version_id=version_id,
            filename=name,
            language=result.language,
            digest=digest,
            document=kept.name,
            read=result.model_dump(mode="json", exclude={"resume", "text"}),
            created_at=now,
            updated_at=now,
        )
        version = VersionRow(
            version_id=version_id,
            user_id=user,
            resume_id=resume_id,
            seq=1,
            parent=None,
            purpose="import",
            label=None,
            note=f"imported from {name}",
            content=result.resume.to_json(),
            created_at=now,
        )
        with self.core.store.begin() as session:
            session.add_all([row, version])
            self.core.events.append(
                session,
                Event(
                    user,
                    "resume.imported",
                    resume_id,
                    now,
                    {"version_id": version_id, "file": name},
                ),
            )
        return ImportResult(
            resume_id=resume_id,
            version_id=version_id,
            resume=result.resume,
            language=result.language,
            sources=result.sources[:50],
            warnings=texts(result.warnings),
        )

    def list(self, user: str) -> ResumeList:
        """Return the user's résumés, newest first, 50 at most."""
        with self.core.store.begin() as session:
            rows = session.execute(
                sa.select(ResumeRow, VersionRow)
                .join(VersionRow, VersionRow.version_id == ResumeRow.version_id)
                .where(ResumeRow.user_id == user)
                .order_by(ResumeRow.updated_at.desc(), ResumeRow.resume_id)
                .limit(50)
            ).all()
        return ResumeList(
            resumes=[
                ResumeSummary(
                    resume_id=row.resume_id,
                    version_id=row.version_id,
                    name=version.content.get("basics", {}).get("name"),
                    label=version.content.get("basics", {}).get("label"),
                    filename=row.filename,
                    language=row.language,
                    versions=version.seq,
                    created_at=row.created_at.astimezone(self.core.clock.zone).isoformat(),
                    updated_at=row.updated_at.astimezone(self.core.clock.zone).isoformat(),
                )
                for row, version in rows
            ]
        )

    def get(
        self, user: str, resume_id: str | None = None, version_id: str | None = None
    ) -> ResumeDocument:
        """Return a résumé, by default the newest version of the one last used.

        Raises:
            NotFound: no such résumé or version.
        """
        row = self.versions.resume(user, resume_id, version_id)
        version = self.versions.get(user, row.resume_id, version_id)
        return ResumeDocument(
            resume_id=row.resume_id,
            version_id=version.version_id,
            resume=Resume.model_validate(version.content),
            language=row.language,
            filename=row.filename,
            versions=self.versions.list(user, row.resume_id),
            warnings=_warnings(row.read.get("warnings") or []),
        )

    def score(
        self, user: str, job: Job, resume_id: str | None = None, version_id: str | None = None
    ) -> ScoreResult:
        """Score a résumé against a posting. Jobs that go on end at the version's own date.

        Raises:
            NotFound: no such résumé or version.
            BadInput: the posting is empty.
        """
        posting = job.posting()
        row = self.versions.resume(user, resume_id, version_id)
        version = self.versions.get(user, row.resume_id, version_id)
        result = self.score_content(row, version, Resume.model_validate(version.content), posting)
        result.job_id = job.job_id
        return result

    def score_content(
        self, row: ResumeRow, version: VersionRow, content: Resume, posting: Posting
    ) -> ScoreResult:
        """Score a content of this résumé; only the import itself still has the file's layout."""
        if version.purpose == "import":
            layout = Layout.model_validate(row.read["layout"])
            hidden = [HiddenText.model_validate(item) for item in row.read.get("hidden", [])]
        else:
            layout, hidden = Layout(kind="json"), []
        as_of = row.created_at.astimezone(self.core.clock.zone).date()
        result = score(content, layout, hidden, posting, as_of)
        result.resume_id, result.version_id = row.resume_id, version.version_id
        result.job_title = posting.title or None
        return result


def _suffix(kind: str) -> str:
    known = {"text": ".txt", "markdown": ".md", "linkedin": ".zip", "europass": ".xml"}
    return known.get(kind, f".{kind}")


def _warnings(kept: list[Any]) -> list[str]:
    """Return kept warnings; those of early résumés are sentences already."""
    return [one if isinstance(one, str) else Saying.model_validate(one).text() for one in kept]
