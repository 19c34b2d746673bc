"""One invented answer of each source, in its wire format, and what must be read out of it."""

import json
from typing import Any

PAGE_JSON = {
    "@context": "https://schema.org/",
    "@type": "JobPosting",
    "title": "Baker",
    "description": "<p>Bread &amp; rolls</p>",
    "datePosted": "2026-11-10",
    "validThrough": "2027-01-10T00:00",
    "employmentType": ["FULL_TIME"],
    "hiringOrganization": {"@type": "Organization", "name": "Ofen AG"},
    "jobLocation": {
        "@type": "Place",
        "address": {"addressLocality": "Chur", "addressRegion": "GR", "addressCountry": "CH"},
    },
    "baseSalary": {
        "currency": "CHF",
        "value": {"minValue": 4800, "maxValue": 5400, "unitText": "MONTH"},
    },
    "identifier": {"@type": "PropertyValue", "name": "Ofen", "value": "B-7"},
}


def page(*postings: Any) -> str:
    """Return a page with these values as JSON-LD."""
    scripts = "".join(
        f'<script type="application/ld+json">{json.dumps(value)}</script>' for value in postings
    )
    return f"<!doctype html><html><head>{scripts}</head><body><h1>Jobs</h1></body></html>"


def _muse(n: int) -> dict[str, Any]:
    return {
        "id": n, "name": "Analyst", "contents": "<p>Numbers</p>",
        "publication_date": "2026-11-12T00:00:00Z", "locations": [{"name": "Zurich, Switzerland"}],
        "categories": [{"name": "Data"}], "levels": [{"name": "Senior Level"}],
        "refs": {"landing_page": f"https://www.themuse.com/jobs/umbra/{n}"},
        "company": {"name": "Umbra"},
    }  # fmt: skip


def _bamboo() -> dict[str, Any]:
    return {
        "id": "42", "jobOpeningName": "Accountant", "departmentLabel": "Finance",
        "employmentStatusLabel": "Full-Time", "location": {"city": "Bern", "state": "BE"},
        "atsLocation": {"country": "Switzerland", "city": "Bern"}, "locationType": "0",
    }  # fmt: skip


# name: (payload, board, expected fields of the first posting)
ANSWERS: dict[str, tuple[Any, str, dict[str, Any]]] = {
    "greenhouse": (
        {"jobs": [{"id": 71, "title": "Data Engineer", "updated_at": "2026-11-02T09:15:00-05:00",
                   "first_published": "2026-10-20T08:00:00-04:00", "requisition_id": "R-17",
                   "location": {"name": "Zurich; Remote, CH"}, "language": "en",
                   "absolute_url": "https://job-boards.greenhouse.io/umbra/jobs/71",
                   "company_name": "Umbra", "content": "&lt;p&gt;Build &amp;amp; run&lt;/p&gt;",
                   "departments": [{"name": "Data"}], "offices": []}], "meta": {"total": 1}},
        "umbra",
        {"title": "Data Engineer", "company": "Umbra", "day": "2026-10-20", "place": "Zurich"},
    ),
    "lever": (
        [{"id": "0a0a", "text": "Backend Developer", "country": "CH", "workplaceType": "hybrid",
          "createdAt": 1793000000000, "hostedUrl": "https://jobs.lever.co/umbra/0a0a",
          "applyUrl": "https://jobs.lever.co/umbra/0a0a/apply", "description": "<div>Hi</div>",
          "categories": {"location": "Bern", "commitment": "Full-time", "allLocations": ["Bern"]},
          "lists": [{"text": "Needs", "content": "<li>Go</li>"}],
          "salaryRange": {"min": 110000, "max": 130000, "currency": "CHF",
                          "interval": "per-year-salary"}}],
        "umbra",
        {"title": "Backend Developer", "company": "Umbra", "mode": "hybrid", "pay": 110000},
    ),
    "ashby": (
        {"apiVersion": "1", "jobs": [
            {"id": "1111", "title": "SRE", "employmentType": "FullTime", "location": "Geneva",
             "secondaryLocations": [{"location": "Remote - EU"}], "isListed": True,
             "publishedAt": "2026-11-01T08:00:00.000+00:00", "isRemote": None,
             "address": {"postalAddress": {"addressCountry": "Switzerland"}},
             "jobUrl": "https://jobs.ashbyhq.com/umbra/1111", "descriptionHtml": "<p>Run it</p>",
             "compensation": {"compensationTiers": [{"components": [
                 {"compensationType": "EquityPercentage", "interval": "NONE", "minValue": 1},
                 {"compensationType": "Salary", "interval": "1 YEAR", "currencyCode": "CHF",
                  "minValue": 120000, "maxValue": 150000}]}]}}]},
        "umbra",
        {"title": "SRE", "company": "Umbra", "place": "Geneva", "pay": 120000},
    ),
    "smartrecruiters": (
        {"offset": 0, "limit": 100, "totalFound": 1, "content": [
            {"id": "74", "name": "QA Analyst", "refNumber": "REF1A",
             "releasedDate": "2026-11-03T10:00:00.000Z",
             "company": {"identifier": "Umbra", "name": "Umbra AG"},
             "location": {"city": "Lausanne", "region": "VD", "country": "ch", "remote": False},
             "typeOfEmployment": {"label": "Full-time"}}]},
        "Umbra",
        {"title": "QA Analyst", "company": "Umbra AG", "day": "2026-11-03"},
    ),
    "recruitee": (
        {"offers": [{"id": 501, "title": "UX Designer", "company_name": "Umbra", "city": "Basel",
                     "country": "Switzerland", "country_code": "CH", "remote": False,
                     "employment_type_code": "fulltime_permanent", "description": "<p>A</p>",
                     "requirements": "<p>B</p>", "salary": {"min": None, "max": None},
                     "careers_url": "https://umbra.recruitee.com/o/ux",
                     "published_at": "2026-10-02 09:00:00 UTC"}]},
        "umbra",
        {"title": "UX Designer", "company": "Umbra", "day": "2026-10-02"},
    ),
    "workable": (
        {"name": "Umbra", "jobs": [
            {"title": "Support Agent", "shortcode": "AB12", "employment_type": "Full-time",
             "telecommuting": True, "url": "https://apply.workable.com/j/AB12",
             "published_on": "2026-10-30", "city": "Lugano", "description": "<p>Help</p>",
             "locations": [{"country": "Switzerland", "countryCode": "CH", "city": "Lugano"}]}]},
        "umbra",
        {"title": "Support Agent", "company": "Umbra", "mode": "remote", "day": "2026-10-30"},
    ),
    "breezy": (
        [{"id": "f00d", "friendly_id": "f00d-nurse", "name": "Nurse", "salary": "CHF 80k - 90k",
          "url": "https://umbra.breezy.hr/p/f00d-nurse",
          "published_date": "2026-11-05T07:00:00.000Z", "type": {"name": "Full-Time"},
          "location": {"name": "Chur, CH", "city": "Chur", "country": {"id": "CH"}},
          "company": {"name": "Umbra Spital"}}],
        "umbra",
        {"title": "Nurse", "company": "Umbra Spital", "day": "2026-11-05"},
    ),
    "bamboohr": (
        {"meta": {"totalCount": 1}, "result": [_bamboo()]},
        "umbra",
        {"title": "Accountant", "company": "Umbra", "mode": "onsite"},
    ),
    "jazzhr": (
        "<html><body class='resumator'><table><tr id='row_job_1'><td><a class='job_title_link' "
        "href='/apply/jobs/details/x1Y2?&'>Welder</a><span class='resumator_department'>Shop</span>"
        "</td><td>Reno, NV</td></tr></table></body></html>",
        "umbra",
        {"title": "Welder", "company": "Umbra", "place": "Reno, NV"},
    ),
    "taleobe": (
        "<html><body><form action='/phe01/ats/careers/v2/searchResults'></form><div>"
        "<div class='row'><a class='viewJobLink' href='https://phe.tbe.taleo.net/phe01/ats/careers/v2/"
        "viewRequisition?org=UMBRA&amp;cws=40&amp;rid=71'>Welder</a> <a class='viewJobLink' href="
        "'https://phe.tbe.taleo.net/phe01/ats/careers/v2/viewRequisition?org=UMBRA&amp;cws=40&amp;"
        "rid=71'><img alt=''/></a></div></div></body></html>",
        "phe/phe01/UMBRA/40",
        {"title": "Welder", "company": "Umbra"},
    ),
    "personio": (
        "<?xml version='1.0' encoding='UTF-8'?><workzag-jobs><position><id>9</id>"
        "<subcompany>Umbra AG</subcompany><office>Zuerich</office><name>Systemtechniker (m/w/d)"
        "</name><jobDescriptions><jobDescription><name>Aufgaben</name><value><![CDATA[<p>Betrieb"
        "</p>]]></value></jobDescription></jobDescriptions><employmentType>permanent"
        "</employmentType><schedule>full-time</schedule><createdAt>2026-10-15T08:00:00+00:00"
        "</createdAt></position></workzag-jobs>",
        "umbra",
        {"title": "Systemtechniker (m/w/d)", "company": "Umbra AG", "day": "2026-10-15"},
    ),
    "teamtailor": (
        '<rss version="2.0" xmlns:tt="https://teamtailor.com/locations"><channel><title>Umbra'
        "</title><item><title>Chef de projet</title><link>https://umbra.teamtailor.com/jobs/7"
        "</link><pubDate>Mon, 02 Nov 2026 09:00:00 +0100</pubDate><remoteStatus>hybrid"
        "</remoteStatus><guid>5f</guid><description>&lt;p&gt;Pilotage&lt;/p&gt;</description>"
        "<tt:locations><tt:location><tt:city>Geneve</tt:city><tt:country>Switzerland</tt:country>"
        "</tt:location></tt:locations></item></channel></rss>",
        "umbra",
        {"title": "Chef de projet", "company": "Umbra", "mode": "hybrid", "day": "2026-11-02"},
    ),
    "workday": (
        {"total": 1, "jobPostings": [
            {"title": "Buchhalter 80-100%", "externalPath": "/job/Zurich/Buchhalter_JR-100",
             "locationsText": "Zurich", "postedOn": "Posted 3 Days Ago",
             "bulletFields": ["JR-100"]}], "facets": []},
        "umbra.wd3/Careers",
        {"title": "Buchhalter 80-100%", "company": "Umbra", "place": "Zurich"},
    ),
    "taleo": (
        {"requisitionList": [
            {"contestNo": "26001", "linkedColumn": 0, "locationsColumns": [1],
             "column": ["Technicien CVC", '["CH-Vaud-Lausanne"]', "Nov 3, 2026"]}],
         "pagingData": {"totalCount": 1, "pageSize": 25}},
        "umbra/101",
        {"title": "Technicien CVC", "company": "Umbra", "day": "2026-11-03"},
    ),
    "paylocity": (
        '<html><script>window.pageData = {"ModuleTitle":"Umbra LLC","ModuleId":1,"Jobs":[{"JobId":'
        '100,"JobTitle":"Buyer","LocationName":"Reno","PublishedDate":"2026-11-01T10:00:00-05:00",'
        '"Description":"","IsInternal":false,"HiringDepartment":"Ops","JobLocation":{"City":"Reno",'
        '"State":"NV","Country":"USA"},"IsRemote":false}]};</script></html>',
        "0b0b0b0b-1111-4222-8333-444444444444",
        {"title": "Buyer", "company": "Umbra LLC", "day": "2026-11-01"},
    ),
    "applicantpro": (
        {"success": True, "data": {"jobCount": 1, "jobs": [
            {"id": 77, "title": "Ranger", "jobLocation": "Pharr, TX, USA", "orgTitle": "Parks",
             "employmentType": "Full Time", "workplaceType": "On-site", "minSalary": "40000",
             "maxSalary": "50000", "payTypeFrame": "Per Year", "startDateRef": "Nov 1, 2026"}]}},
        "umbra",
        {"title": "Ranger", "company": "Parks", "pay": 40000, "day": "2026-11-01"},
    ),
    "arbeitnow": (
        {"data": [{"slug": "cook-1", "company_name": "Umbra", "title": "Cook", "remote": False,
                   "description": "<p>Cook</p>", "url": "https://www.arbeitnow.com/jobs/cook-1",
                   "tags": ["Gastronomy"], "job_types": ["Full-time"], "location": "Berlin",
                   "created_at": 1794000000}], "links": {"next": None}},
        "",
        {"title": "Cook", "company": "Umbra", "place": "Berlin"},
    ),
    "remotive": (
        {"0-legal-notice": "notice", "job-count": 1, "jobs": [
            {"id": 20, "url": "https://remotive.com/remote-jobs/dev-20", "title": "Dev",
             "company_name": "Umbra", "tags": ["python"], "job_type": "full_time",
             "publication_date": "2026-11-18T10:00:00", "candidate_required_location": "Europe",
             "salary": "$50k - $60k", "description": "<p>Hi</p>"}]},
        "",
        {"title": "Dev", "company": "Umbra", "mode": "remote", "place": "Europe"},
    ),
    "remoteok": (
        [{"last_updated": 1, "legal": "notice"},
         {"id": "1139", "epoch": 1794990000, "date": "2026-11-18T08:00:00+00:00",
          "company": "Umbra", "position": "QA", "tags": ["qa"], "location": "Worldwide",
          "description": "<p>Test</p>", "apply_url": "https://remoteok.com/l/1139",
          "salary_min": 0, "salary_max": 0, "url": "https://remoteok.com/remote-jobs/1139"}],
        "",
        {"title": "QA", "company": "Umbra", "mode": "remote", "pay": None},
    ),
    "themuse": (
        {"page": 1, "page_count": 1, "total": 1, "results": [_muse(15)]},
        "",
        {"title": "Analyst", "company": "Umbra", "place": "Zurich, Switzerland"},
    ),
    "jobicy": (
        {"jobCount": 1, "jobs": [
            {"id": 14, "url": "https://jobicy.com/jobs/14", "jobTitle": "PM", "jobGeo": "Europe",
             "companyName": "Umbra", "jobIndustry": ["Product"], "jobType": ["Full-Time"],
             "jobLevel": "Senior", "jobDescription": "<p>Lead</p>", "salaryMin": "90000",
             "salaryMax": "110000", "salaryCurrency": "EUR", "salaryPeriod": "yearly",
             "pubDate": "2026-11-19 06:00:00"}]},
        "",
        {"title": "PM", "company": "Umbra", "pay": 90000, "day": "2026-11-19"},
    ),
    "himalayas": (
        {"totalCount": 1, "offset": 0, "limit": 20, "jobs": [
            {"title": "SRE", "companyName": "Umbra", "employmentType": "Full Time",
             "minSalary": None, "maxSalary": None, "currency": None, "seniority": ["Senior"],
             "locationRestrictions": [{"alpha2": "CH", "name": "Switzerland"}],
             "description": "<p>Run</p>", "pubDate": 1794900000, "expiryDate": 1797500000,
             "applicationLink": "https://himalayas.app/companies/umbra/jobs/sre",
             "guid": "https://himalayas.app/companies/umbra/jobs/sre"}]},
        "",
        {"title": "SRE", "company": "Umbra", "place": "Switzerland"},
    ),
    "hackernews": (
        {"hits": [
            {"objectID": "46000100", "author": "hr", "story_id": 46, "parent_id": 46,
             "comment_text": "Umbra | Backend Engineer | Zurich | HYBRID | CHF 120k<p>We build",
             "created_at": "2026-11-02T15:10:00Z"},
            {"objectID": "46000101", "author": "x", "story_id": 46, "parent_id": 46000100,
             "comment_text": "Is | this | open?", "created_at": "2026-11-02T15:11:00Z"}]},
        "",
        {"title": "Backend Engineer", "company": "Umbra", "mode": "hybrid", "place": "Zurich"},
    ),
    "adzuna": (
        {"count": 1, "results": [
            {"id": "49", "title": "Data Engineer", "description": "Build <strong>it</strong>",
             "redirect_url": "https://www.adzuna.ch/land/ad/49", "created": "2026-11-10T06:12:00Z",
             "company": {"display_name": "Umbra AG"},
             "location": {"display_name": "Zurich, Zurich", "area": ["Schweiz", "Zurich"]},
             "salary_min": 110000, "salary_max": 130000, "salary_is_predicted": "0",
             "contract_time": "full_time"}]},
        "ch",
        {"title": "Data Engineer", "company": "Umbra AG", "pay": 110000},
    ),
    "usajobs": (
        {"SearchResult": {"SearchResultCount": 1, "SearchResultItems": [
            {"MatchedObjectId": "80", "MatchedObjectDescriptor": {
                "PositionTitle": "IT Specialist", "PositionURI": "https://www.usajobs.gov/job/80",
                "ApplyURI": ["https://www.usajobs.gov/job/80?x="], "OrganizationName": "Agency",
                "PositionLocation": [{"LocationName": "Denver, Colorado"}],
                "PositionSchedule": [{"Name": "Full-time"}],
                "PositionRemuneration": [{"MinimumRange": "90000.0", "MaximumRange": "120000.0",
                                          "RateIntervalCode": "PA", "Description": "Per Year"}],
                "PublicationStartDate": "2026-11-01T00:00:00.0000",
                "ApplicationCloseDate": "2026-11-30T23:59:59.9970",
                "UserArea": {"Details": {"JobSummary": "Text", "MajorDuties": ["Do"]}}}}]}},
        "",
        {"title": "IT Specialist", "company": "Agency", "pay": 90000, "day": "2026-11-01"},
    ),
    "jooble": (
        {"totalCount": 1, "jobs": [
            {"title": "Electrician", "location": "Thun", "snippet": "<b>electrician</b>",
             "salary": "", "type": "Full-time", "link": "https://jooble.org/jdp/-1",
             "company": "Umbra", "updated": "2026-11-15T00:00:00.0000000", "id": "-1"}]},
        "",
        {"title": "Electrician", "company": "Umbra", "place": "Thun", "day": "2026-11-15"},
    ),
    "reed": (
        {"results": [{"jobId": 54, "employerName": "Umbra Ltd", "jobTitle": "Accountant",
                      "locationName": "Leeds", "minimumSalary": 40000, "maximumSalary": 45000,
                      "currency": "GBP", "expirationDate": "12/12/2026", "date": "12/11/2026",
                      "jobDescription": "...", "jobUrl": "https://www.reed.co.uk/jobs/54"}]},
        "",
        {"title": "Accountant", "company": "Umbra Ltd", "pay": 40000, "day": "2026-11-12"},
    ),
    "careerjet": (
        {"type": "JOBS", "hits": 1, "jobs": [
            {"title": "Polymechaniker", "company": "Umbra", "date": "Tue, 17 Nov 2026 07:00:00 GMT",
             "description": "...", "locations": "Winterthur, ZH", "site": "umbra.ch",
             "url": "https://jobviewtrack.com/x", "salary": "", "salary_min": None}]},
        "",
        {"title": "Polymechaniker", "company": "Umbra", "day": "2026-11-17"},
    ),
    "linkedin": (
        [{"id": "li-41", "site": "linkedin", "job_url": "https://www.linkedin.com/jobs/view/41",
          "title": "Data Engineer", "company": "Umbra", "location": "Zurich, Switzerland",
          "date_posted": "2026-11-18", "job_type": "fulltime", "is_remote": False}],
        "",
        {"title": "Data Engineer", "company": "Umbra", "day": "2026-11-18"},
    ),
    "indeed": (
        {"data": {"jobSearch": {"results": [{"job": {
            "key": "0123", "title": "Pflegefachperson HF", "sourceEmployerName": "Umbra Spital",
            "dateOnIndeed": 1794800000000, "description": {"html": "<p>Pflege</p>"},
            "location": {"countryCode": "CH", "admin1Code": "ZH", "city": "Zürich"},
            "compensation": {"estimated": None, "currencyCode": "CHF", "baseSalary": {
                "unitOfWork": "YEAR", "range": {"min": 80000, "max": 95000}}},
            "recruit": {"viewJobUrl": "https://umbra.ch/jobs/1"}}}]}}},
        "",
        {"title": "Pflegefachperson HF", "company": "Umbra Spital", "pay": 80000},
    ),
    "glassdoor": (
        [{"id": "gd-41", "site": "glassdoor", "job_url": "https://www.glassdoor.com/job/41",
          "title": "Nurse", "company": "Umbra", "location": "Bern", "is_remote": True}],
        "",
        {"title": "Nurse", "company": "Umbra", "mode": "remote"},
    ),
    "ziprecruiter": (
        {"jobs": [{"listingKey": "k1", "title": "Driver", "status": {"postedAtUtc": "2026-11-18"},
                   "employmentTypes": [{"name": "Full-Time"}], "company": {"name": "Umbra"},
                   "location": {"city": "Austin", "stateCode": "TX", "countryCode": "US"},
                   "pay": {"min": 20, "max": 25, "interval": "hour", "currency": "USD"},
                   "rawCanonicalZipJobPageUrl": "https://www.ziprecruiter.com/j/k1"}]},
        "",
        {"title": "Driver", "company": "Umbra", "pay": 20, "day": "2026-11-18"},
    ),
    "dice": (
        {"data": [{"guid": "0000", "title": "Python Engineer", "summary": "APIs",
                   "postedDate": "2026-11-20T10:00:00Z", "salary": "$60 - $70 per hour",
                   "detailsPageUrl": "https://www.dice.com/job-detail/0000",
                   "companyName": "Umbra", "workplaceTypes": ["Remote"], "isRemote": True}],
         "metadata": {}},
        "",
        {"title": "Python Engineer", "company": "Umbra", "mode": "remote", "day": "2026-11-20"},
    ),
    "seek": (
        {"totalCount": 1, "data": [
            {"id": "88", "title": "Registered Nurse", "companyName": "Umbra Health",
             "locations": [{"label": "Perth WA", "countryCode": "AU"}], "teaser": "Join us",
             "bulletPoints": ["Great team"], "salaryLabel": "$45 per hour",
             "listingDate": "2026-11-20T01:00:00Z", "workTypes": ["Full time"]}]},
        "",
        {"title": "Registered Nurse", "company": "Umbra Health", "day": "2026-11-20"},
    ),
    "jobsch": (
        {"total_hits": 1, "documents": [
            {"job_id": "aaaa", "title": "Logistiker EFZ", "company_name": "Umbra AG",
             "place": "Olten", "preview": "<p>Lager</p>", "employment_grades": [80, 100],
             "publication_date": "2026-11-19T09:00:00+01:00", "is_active": True}]},
        "",
        {"title": "Logistiker EFZ", "company": "Umbra AG", "workload": (80, 100)},
    ),
    "jobroom": (
        [{"jobAdvertisement": {
            "id": "7b1c", "createdTime": "2026-11-20T08:00:00", "stellennummerEgov": "1000001",
            "jobContent": {
                "jobDescriptions": [{"languageIsoCode": "de", "title": "<em>Koch</em> EFZ",
                                     "description": "Kochen\\-lernen"}],
                "externalUrl": "https://umbra.ch/x?utm_source=jr",
                "company": {"name": "Umbra Gastro"},
                "location": {"city": "Bern", "cantonCode": "BE", "countryIsoCode": "CH"},
                "employment": {"permanent": True, "workloadPercentageMin": 80,
                               "workloadPercentageMax": 100}},
            "publication": {"startDate": "2026-11-20", "endDate": "2026-12-20"}}}],
        "",
        {"title": "Koch EFZ", "company": "Umbra Gastro", "workload": (80, 100),
         "day": "2026-11-20", "text": "Kochen-lernen"},
    ),
    "page": (
        page(PAGE_JSON),
        "https://ofen.example/jobs/1",
        {"title": "Baker", "company": "Ofen AG", "pay": 4800, "day": "2026-11-10"},
    ),
}  # fmt: skip

EMPTY: dict[str, Any] = {
    "greenhouse": {"jobs": [], "meta": {"total": 0}}, "lever": [], "ashby": {"jobs": []},
    "smartrecruiters": {"content": [], "totalFound": 0}, "recruitee": {"offers": []},
    "workable": {"name": "x", "jobs": []}, "breezy": [], "bamboohr": {"result": []},
    "taleobe": "<html><form action='/phe01/ats/careers/v2/searchResults'></form></html>",
    "personio": "<workzag-jobs></workzag-jobs>", "workday": {"total": 0, "jobPostings": []},
    "taleo": {"requisitionList": [], "pagingData": {"totalCount": 0}},
    "paylocity": '<script>window.pageData = {"Jobs": [], "ModuleTitle": "x"};</script>',
    "arbeitnow": {"data": []}, "remotive": {"jobs": []}, "remoteok": [{"legal": "notice"}],
    "themuse": {"results": [], "page_count": 0}, "jobicy": {"jobs": []},
    "himalayas": {"jobs": [], "totalCount": 0}, "adzuna": {"results": []},
    "usajobs": {"SearchResult": {"SearchResultItems": []}}, "jooble": {"jobs": []},
    "reed": {"results": []}, "careerjet": {"type": "JOBS", "jobs": []}, "seek": {"data": []},
    "jobsch": {"documents": []}, "jobroom": [],
}  # fmt: skip
