from __future__ import annotations

import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, Forbidden
from jobtracker.resumes.reading.kind import why_no_resume
from jobtracker.resumes.reading.reader import read
from jobtracker.resumes.service import ResumeService

NONE_OF_THEM = {
    "shadow.txt": "root:*:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\nbin:*:19000:0:9:7:::\n",
    "list.txt": "Shopping list\n- 2 milk\n- bread\n- 6 eggs\n- coffee\n",
    "bill.txt": "Müller AG\ninfo@mueller.example\n\nRechnung Nr. 2024-113\nDatum: 12.03.2024\n"
    "Beratung 10 h 1800.00\nMwst 8.1% 145.80\nTotal CHF 1945.80\nZahlbar bis 11.04.2024\n",
    "job.txt": "Data Analyst\nAcme AG, Zürich\n\nYour tasks\n- Reports\nYour profile\n- 3 years\n"
    "Skills\n- Python\nWe offer\n- A great team\nApply now jobs@acme.example\n",
    "pie.txt": "Apple Pie\n\nIngredients\n- 200 g flour\n- 3 apples\n\nBake for 40 minutes.\n",
    "main.txt": "import os\n\ndef main():\n    print('x')\n",
}


@pytest.mark.parametrize("name", NONE_OF_THEM)
def test_what_is_no_resume_is_refused_and_nothing_is_stored(core: Core, name: str) -> None:
    with pytest.raises(BadInput) as caught:
        ResumeService(core).import_bytes("kinds", NONE_OF_THEM[name].encode(), name)
    assert name in caught.value.message and "résumé" in caught.value.message
    assert ResumeService(core).list("kinds").resumes == []


@pytest.mark.parametrize(
    "text",
    [
        "Ana Silva\nana@x.example\n\nExperience\nCook, Casa Nova, 2019 - 2021\n\nSkills\nFish\n",
        "Ana Silva\nCook\nana@x.example\n2019 - 2021 Casa Nova, cook\nLanguages: English\n",
    ],
)
def test_a_short_or_plain_resume_is_one(text: str) -> None:
    assert why_no_resume(read(text.encode(), "cv.txt")) == ""


def test_files_of_the_system_are_not_read(core: Core) -> None:
    with pytest.raises(Forbidden, match="system"):
        ResumeService(core).import_file("local", path="/etc/passwd")
