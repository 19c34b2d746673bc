"""The newer Europass file and LinkedIn's own sites, as their services write them."""

from __future__ import annotations

import io
import zipfile

from jobtracker.resumes.reading.reader import read

CANDIDATE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Candidate xsi:schemaLocation="http://www.europass.eu/1.0 Candidate.xsd" xmlns="http://w'
    'ww.europass.eu/1.0" xmlns:oa="http://www.openapplications.org/oagis/9" xmlns:eures="http'
    '://www.europass_eures.eu/1.0" xmlns:hr="http://www.hr-xml.org/3" xmlns:xsi="http://www.w'
    '3.org/2001/XMLSchema-instance"><hr:DocumentID schemeID="x" schemeAgencyName="EUROPASS">'
    "1</hr:DocumentID><CandidateSupplier><hr:PartyID>1</hr:PartyID></CandidateSupplier>"
    "<CandidatePerson><PersonName><oa:GivenName>Jana</oa:GivenName><hr:FamilyName>"
    "Novotná</hr:FamilyName></PersonName><Communication><ChannelCode>Telephone</ChannelCode>"
    "<UseCode>mobile</UseCode><CountryDialing>41</CountryDialing><oa:DialNumber>"
    "791234567</oa:DialNumber></Communication><Communication><ChannelCode>Email</ChannelCode>"
    "<oa:URI>jana@mail.example</oa:URI></Communication><Communication><UseCode>home</UseCode>"
    '<Address type="home"><oa:AddressLine>Bahnhofstr. 3</oa:AddressLine><oa:CityName>'
    "St. Gallen</oa:CityName><CountryCode>ch</CountryCode><oa:PostalCode>9000</oa:PostalCode>"
    "</Address></Communication><NationalityCode>cz</NationalityCode><hr:BirthDate>"
    '1988-05-04</hr:BirthDate><PrimaryLanguageCode name="NORMAL">ces</PrimaryLanguageCode>'
    '</CandidatePerson><CandidateProfile languageCode="de"><hr:ID/><ExecutiveSummary>'
    "&lt;p&gt;Buchhalterin mit Freude an Zahlen.&lt;/p&gt;</ExecutiveSummary>"
    "<EmploymentHistory><EmployerHistory><hr:OrganizationName>"
    "Helvetia AG</hr:OrganizationName><OrganizationContact><Communication><Address>"
    "<oa:CityName>St. Gallen</oa:CityName></Address></Communication></OrganizationContact>"
    '<PositionHistory><PositionTitle typeCode="FREETEXT">Buchhalterin</PositionTitle>'
    "<eures:EmploymentPeriod><eures:StartDate><hr:FormattedDateTime>"
    "2019-03</hr:FormattedDateTime></eures:StartDate><hr:CurrentIndicator>"
    "true</hr:CurrentIndicator></eures:EmploymentPeriod><oa:Description>"
    "&lt;ol&gt;&lt;li&gt;Monatsabschlüsse&lt;/li&gt;&lt;/ol&gt;</oa:Description><City>"
    "St. Gallen</City></PositionHistory></EmployerHistory></EmploymentHistory>"
    "<EducationHistory><EducationOrganizationAttendance><hr:OrganizationName>"
    "Universität St. Gallen</hr:OrganizationName><AttendancePeriod><StartDate>"
    "<hr:FormattedDateTime>2007</hr:FormattedDateTime></StartDate><EndDate>"
    "<hr:FormattedDateTime>2011-06</hr:FormattedDateTime></EndDate><Ongoing>false</Ongoing>"
    "</AttendancePeriod><EducationDegree><hr:DegreeName>"
    "Bachelor Betriebswirtschaft</hr:DegreeName></EducationDegree>"
    "</EducationOrganizationAttendance></EducationHistory><eures:Licenses/><Certifications/>"
    "<PublicationHistory/><PersonQualifications><PersonCompetency>"
    '<CompetencyID schemeName="NORMAL">deu</CompetencyID><hr:TaxonomyID>'
    "language</hr:TaxonomyID><CompetencyDimension><hr:CompetencyDimensionTypeCode>"
    "CEF-Understanding-Listening</hr:CompetencyDimensionTypeCode><eures:Score><hr:ScoreText>"
    "C1</hr:ScoreText></eures:Score></CompetencyDimension></PersonCompetency>"
    "</PersonQualifications><Others><Title>Digitale Kompetenz</Title><Other><Title>"
    "SAP</Title><Description/></Other></Others></CandidateProfile></Candidate>"
)


def test_the_newer_europass_file_is_read_whole() -> None:
    resume = read(CANDIDATE.encode(), "europass.xml").resume.to_json()
    basics = resume["basics"]
    assert (basics["name"], basics["phone"]) == ("Jana Novotná", "+41 791234567")
    assert basics["summary"] == "Buchhalterin mit Freude an Zahlen."
    assert basics["location"] == {
        "address": "Bahnhofstr. 3",
        "postalCode": "9000",
        "city": "St. Gallen",
        "countryCode": "CH",
    }
    assert (basics["birthDate"], basics["nationality"]) == ("1988-05-04", "CZ")
    assert resume["work"][0]["location"] == "St. Gallen"
    assert resume["languages"] == [
        {"language": "Tschechisch", "fluency": "native"},
        {"language": "Deutsch", "fluency": "C1"},
    ]


def test_a_site_of_ones_own_is_no_network() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(
            "Export/Profile.csv",
            "First Name,Last Name,Headline,Geo Location,Websites\n"
            'Jana,Novotná,Buchhalterin,"St. Gallen, Switzerland",[PERSONAL:https://j.example]\n',
        )
        archive.writestr("Export/Positions.csv", "Company Name,Title,Started On\nA,B,Mar 2019\n")
    basics = read(stream.getvalue(), "export.zip").resume.to_json()["basics"]
    assert basics["url"] == "https://j.example"
    assert "profiles" not in basics
