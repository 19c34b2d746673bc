"""One invented answer of a single posting, of each source whose list has no text."""

import json
import re
from typing import Any
from urllib.parse import quote

BODY = "You weld frames of steel and read drawings, alone and with the team."


def json_ld(**more: Any) -> str:
    value = {"@context": "https://schema.org", "@type": "JobPosting", "title": "On the page",
             "description": f"<p>{BODY}</p>", **more}  # fmt: skip
    return f"<html><script type='application/ld+json'>{json.dumps(value)}</script></html>"


# name: (what the path of such a request looks like, the answer)
DETAILS: dict[str, tuple[re.Pattern[str], str]] = {
    "smartrecruiters": (
        re.compile(r"/postings/[^/?]+$"),
        json.dumps({
            "id": "74", "name": "QA Analyst", "releasedDate": "2026-11-03T10:00:00.000Z",
            "applyUrl": "https://jobs.smartrecruiters.com/Umbra/74/apply",
            "jobAd": {"sections": {
                "jobDescription": {"title": "Job", "text": f"<p>{BODY}</p>"},
                "qualifications": {"title": "You", "text": "<ul><li>Eyes</li></ul>"}}}}),
    ),
    "bamboohr": (
        re.compile(r"/careers/[^/]+/detail$"),
        json.dumps({"result": {"jobOpening": {
            "jobOpeningName": "Accountant", "description": f"<p>{BODY}</p>",
            "compensation": "CHF 90,000 per year", "datePosted": "2026-11-04",
            "jobOpeningShareUrl": "https://umbra.bamboohr.com/careers/42",
            "location": {"city": "Bern", "addressCountry": "Switzerland"}}}}),
    ),
    "breezy": (re.compile(r"/p/[^/]+$"), json_ld()),
    "jazzhr": (
        re.compile(r"/apply/jobs/details/[^/]+$"),
        f"<html><body><div id='x' class='job_description wide'><p>{BODY}</p></div></body></html>",
    ),
    "workday": (
        re.compile(r"/Careers/job/"),
        json.dumps({"jobPostingInfo": {
            "id": "1", "jobReqId": "JR-100", "title": "Buchhalter 80-100%", "location": "Zurich",
            "jobDescription": f"<p>{BODY}</p>", "startDate": "2026-11-20", "timeType": "Full time",
            "externalUrl": "https://umbra.wd3.myworkdayjobs.com/Careers/job/Zurich/B_JR-100",
            "jobRequisitionLocation": {"country": {"alpha2Code": "CH"}}},
            "hiringOrganization": {"name": "Umbra AG"}}),
    ),
    "taleo": (
        re.compile(r"/jobdetail\.ftl\?"),
        "<html><p>It's ours</p><script>api.fillList('requisitionDescriptionInterface', "
        f"'descRequisition', ['26001','{quote(f'<p>{BODY}</p>', safe='')}','']);</script></html>",
    ),
    "taleobe": (
        re.compile(r"/viewRequisition\?"),
        json_ld(datePosted="2026-07-28 00:00:00.0",
                jobLocation={"address": {"addressLocality": "Reno", "addressCountry": "US"}}),
    ),
    "paylocity": (re.compile(r"/Recruiting/Jobs/Details/"), json_ld(datePosted="2026-11-01")),
    "applicantpro": (
        re.compile(r"/job-details$"),
        json.dumps({"success": True, "data": {"advertisingDescriptionHtml": f"<p>{BODY}</p>"}}),
    ),
    "reed": (
        re.compile(r"/api/1\.0/jobs/\d+$"),
        json.dumps({"jobId": 54, "employerName": "Umbra Ltd", "jobTitle": "Accountant",
                    "jobDescription": f"<p>{BODY}</p>", "contractType": "Permanent",
                    "datePosted": "12/11/2026", "salaryType": "per annum",
                    "minimumSalary": 40000, "maximumSalary": 45000, "currency": "GBP"}),
    ),
}  # fmt: skip
