"""What is done with a résumé that was imported: tailor, edit, compare, restore, export, write."""

from __future__ import annotations

import json
import re
from typing import Any

import sqlalchemy as sa

from jobtracker import __version__
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, NotFound, Unavailable
from jobtracker.core.events import Event
from jobtracker.core.speech import say
from jobtracker.resumes import files, model_words, pointer
from jobtracker.resumes.editing import edit
from jobtracker.resumes.editing_speech import is_undo
from jobtracker.resumes.letters import cover_letter, unsupported
from jobtracker.resumes.model import (
    DiffResult,
    EditResult,
    ExportResult,
    Format,
    HiddenText,
    Layout,
    LetterResult,
    RestoreResult,
    Resume,
    ScoreResult,
    TailorResult,
    Tone,
)
from jobtracker.resumes.phrases import LETTER
from jobtracker.resumes.posting import Posting
from jobtracker.resumes.rendering.pdf import TEMPLATES, count_pages
from jobtracker.resumes.rendering.render import MIME, render
from jobtracker.resumes.scoring import score
from jobtracker.resumes.service import Job
from jobtracker.resumes.tables import LetterRow, ResumeRow, VersionRow
from jobtracker.resumes.tailoring import REPHRASED, gaps, proposals_from, tailor
from jobtracker.resumes.versions import Versions, new_id

WRITTEN = "resume.files"
"""The kind of the files in the cache. A new version drops them: what it replaced is not kept."""


class Workshop:
    """Works on the versions of a user's résumés; every method's first argument is the user."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.versions = Versions(core)
        core.cache.drop_on(core.events, "resume.version_added", WRITTEN)

    def _open(
        self, user: str, resume_id: str | None, version_id: str | None
    ) -> tuple[ResumeRow, VersionRow]:
        row = self.versions.resume(user, resume_id, version_id)
        return row, self.versions.get(user, row.resume_id, version_id)

    def _score(self, row: ResumeRow, content: Resume, posting: Posting) -> ScoreResult:
        """Score a content with the imported file's layout, so that before and after compare."""
        layout = Layout.model_validate(row.read["layout"])
        hidden = [HiddenText.model_validate(item) for item in row.read.get("hidden", [])]
        as_of = row.created_at.astimezone(self.core.clock.zone).date()
        return score(content, layout, hidden, posting, as_of)

    def tailor(
        self,
        user: str,
        job: Job,
        resume_id: str | None = None,
        version_id: str | None = None,
        proposals: list[dict[str, Any]] | None = None,
    ) -> TailorResult:
        """Make a version for a posting; see `tailoring` for what is done and refused.

        Where no `proposals` are given, the model of the settings is asked for some, if there is
        one; without, or where it fails, selection, ordering and phrasing are those of the rules.

        Raises:
            NotFound: no such résumé or version.
            BadInput: the posting is empty, or a proposal has no path or text.
        """
        posting = job.posting()
        row, version = self._open(user, resume_id, version_id)
        resume = Resume.model_validate(version.content)
        as_of = row.created_at.astimezone(self.core.clock.zone).date()
        before = self._score(row, resume, posting)
        wanted = proposals_from(proposals or [])
        offered = None
        if proposals is None:
            tokens = self.core.settings.llm.max_output_tokens
            offered = model_words.proposals(
                self.core.writer, user, resume, posting, row.language, tokens
            )
            wanted = offered.texts
        made = tailor(resume, posting, row.language, as_of, wanted)
        if offered is not None:
            made.rejected += offered.rejected
        rephrased = {change.path for change in made.changes if change.why == REPHRASED}
        content = pointer.validate(made.content)
        after = self._score(row, content, posting)
        added = self.versions.add(
            user,
            version,
            content,
            "tailor",
            label=posting.title or None,
            job_id=job.job_id,
            job_title=posting.title or None,
        )
        return TailorResult(
            resume_id=row.resume_id,
            version_id=added.version_id,
            changes=made.changes[:50],
            rejected=made.rejected,
            gaps=gaps(before.missing, row.language),
            score_before=before.score,
            score_after=after.score,
            wording=offered.wording(len(rephrased)) if offered else None,
        )

    def edit(
        self,
        user: str,
        resume_id: str | None = None,
        *,
        patch: list[dict[str, Any]] | None = None,
        instruction: str | None = None,
        label: str | None = None,
    ) -> EditResult:
        """Change the newest version by a JSON Patch or by an instruction in words.

        Raises:
            NotFound: no such résumé.
            BadInput: neither or both are given, or the change does not fit.
        """
        row, version = self._open(user, resume_id, None)
        if instruction and is_undo(instruction):
            return self._undo(user, row, version)
        if bool(patch) == bool(instruction):
            raise BadInput("give either patch (JSON Patch) or instruction (in words)")
        note = ""
        if patch:
            content = pointer.apply_patch(version.content, patch[:200])
        else:
            language = row.language

            def pages(draft: dict[str, Any]) -> int:
                return count_pages(
                    self._rendered(user, "the draft", draft, "pdf", "compact", language)
                )

            content, note = edit(version.content, instruction or "", pages)
        resume = pointer.validate(content)
        changes = pointer.diff(version.content, resume.to_json())
        if not changes:
            raise BadInput(say("resumes.changes_nothing"))
        added = self.versions.add(
            user, version, resume, "edit", label=label, note=(instruction or "JSON Patch")
        )
        return EditResult(
            resume_id=row.resume_id,
            version_id=added.version_id,
            version_before=version.version_id,
            changes=changes[:50],
            note=note,
        )

    def _undo(self, user: str, row: ResumeRow, version: VersionRow) -> EditResult:
        if version.parent is None:
            raise BadInput(say("resumes.nothing_to_undo"))
        done = self.restore(user, row.resume_id, version.parent)
        older = self.versions.get(user, row.resume_id, version.parent)
        return EditResult(
            resume_id=row.resume_id,
            version_id=done.version_id,
            version_before=version.version_id,
            changes=pointer.diff(version.content, older.content)[:50],
            note=say("resumes.undone"),
        )

    def diff(
        self, user: str, version_a: str, version_b: str | None, resume_id: str | None = None
    ) -> DiffResult:
        """Compare two versions; `version_b` is by default the newest.

        Raises:
            NotFound: no such version.
        """
        row, first = self._open(user, resume_id, version_a)
        second = self.versions.get(user, row.resume_id, version_b)
        return DiffResult(
            resume_id=row.resume_id,
            version_a=first.version_id,
            version_b=second.version_id,
            changes=pointer.diff(first.content, second.content)[:50],
        )

    def restore(self, user: str, resume_id: str | None, version_id: str) -> RestoreResult:
        """Make a new version that holds what an older one held.

        Raises:
            NotFound: no such version.
        """
        row, older = self._open(user, resume_id, version_id)
        newest = self.versions.get(user, row.resume_id, None)
        content = Resume.model_validate(older.content)
        note = f"restored {older.version_id}"
        added = self.versions.add(user, newest, content, "restore", label=older.label, note=note)
        return RestoreResult(
            resume_id=row.resume_id, version_id=added.version_id, restored_from=older.version_id
        )

    def _rendered(
        self,
        user: str,
        name: str,
        content: dict[str, Any],
        kind: Format,
        template: str,
        language: str,
    ) -> bytes:
        """Return the file; one that was written before comes from the cache.

        The key holds all that the file depends on, so an old one is never taken for a new one.
        """
        work = (content, kind, template, language)

        def write() -> bytes:
            return self.core.workers.run(
                f"writing {name}", render, *work, timeout=30.0, user=user, safe=True
            )

        key = json.dumps([__version__, *work], sort_keys=True, ensure_ascii=False)
        return self.core.cache.get_or_make(user, WRITTEN, key, write)

    def export(
        self,
        user: str,
        resume_id: str | None,
        version_id: str | None,
        kind: Format,
        template: str | None,
        language: str | None = None,
    ) -> tuple[ExportResult, bytes]:
        """Write a version as a file under `exports/<user>`; return where, and its bytes.

        Raises:
            NotFound: no such résumé or version.
            BadInput: no such template.
            Unavailable: the folder cannot be written.
        """
        chosen = template or "classic"
        if chosen not in TEMPLATES:
            raise BadInput(
                f"template {chosen[:40]!r} is unknown; choose one of {', '.join(TEMPLATES)}"
            )
        row, version = self._open(user, resume_id, version_id)
        data = self._rendered(
            user, row.filename, version.content, kind, chosen, language or row.language
        )
        mime, suffix = MIME[kind]
        person = str(version.content.get("basics", {}).get("name") or "resume")
        stem = re.sub(r"[^\w]+", "_", person).strip("_")[:60] or "resume"
        mark = f"_{chosen}" if kind == "pdf" else ""
        folder = files.user_folder(self.core, "exports", user)
        path = files.keep(folder, f"{stem}_{version.version_id[4:12]}{mark}{suffix}", data)
        result = ExportResult(
            path=str(path),
            mime_type=mime,
            size_bytes=len(data),
            pages=count_pages(data) if kind == "pdf" else None,
            template=chosen if kind == "pdf" else None,
        )
        return result, data

    def cover_letter(
        self,
        user: str,
        job: Job,
        resume_id: str | None = None,
        tone: Tone = "professional",
        language: str | None = None,
        version_id: str | None = None,
        sentences: list[str] | None = None,
    ) -> LetterResult:
        """Write a cover letter and keep it as a draft; nothing is sent.

        `sentences` go through the same check as our own; see `letters`. Where none are given, the
        model of the settings is asked for some, if there is one.

        Raises:
            NotFound: no such résumé or version.
            BadInput: the posting is empty, or the language is none of ours.
        """
        posting = job.posting()
        row, version = self._open(user, resume_id, version_id)
        chosen = (language or posting.language or row.language)[:2].lower()
        if chosen not in LETTER:
            raise BadInput(f"letters are written in en, de, fr or it, not {str(language)[:20]!r}")
        resume = Resume.model_validate(version.content)
        as_of = row.created_at.astimezone(self.core.clock.zone).date()
        now = self.core.clock.now()
        found = self._score(row, resume, posting)
        offered = None
        if sentences is None:
            offered = model_words.sentences(self.core.writer, user, resume, posting, chosen, tone)
            sentences = [item.text for item in offered.texts]
        letter = cover_letter(
            resume, posting, found.matched, chosen, tone, now.date(), as_of, sentences
        )
        if reasons := unsupported(letter, resume, posting, chosen, as_of):
            raise Unavailable(
                "the letter would say what the résumé does not hold: " + "; ".join(reasons)
            )
        result = LetterResult(
            letter_id=new_id("let"),
            language=chosen,
            tone=tone,
            subject=letter.subject,
            text=letter.text,
            claims=letter.claims,
            rejected=[*letter.rejected, *(offered.rejected if offered else [])],
            gaps=gaps(found.missing, chosen),
            wording=offered.wording(len(sentences) - len(letter.rejected)) if offered else None,
        )
        with self.core.store.begin() as session:
            session.add(
                LetterRow(
                    letter_id=result.letter_id,
                    user_id=user,
                    resume_id=row.resume_id,
                    version_id=version.version_id,
                    job_id=job.job_id,
                    kind=result.kind,
                    status=result.status,
                    content=result.model_dump(mode="json"),
                    created_at=now,
                )
            )
            data = {"resume_id": row.resume_id, "version_id": version.version_id}
            self.core.events.append(
                session, Event(user, "letter.drafted", result.letter_id, now, data)
            )
        return result

    def letter(self, user: str, letter_id: str) -> LetterResult:
        """Return a letter that was written.

        Raises:
            NotFound: no such letter.
        """
        with self.core.store.begin() as session:
            row = session.scalar(
                sa.select(LetterRow).where(
                    LetterRow.user_id == user, LetterRow.letter_id == letter_id
                )
            )
        if row is None:
            raise NotFound(f"there is no letter {letter_id[:60]!r}")
        return LetterResult.model_validate(row.content)
