"""Bulk import of lists as people keep them: their columns, words, days and letters."""

from __future__ import annotations

import pytest

from jobtracker.applications.importing import import_bytes
from jobtracker.applications.service import ApplicationService
from jobtracker.core.bootstrap import Core

USER = "anna"


@pytest.fixture
def service(core: Core) -> ApplicationService:
    return ApplicationService(core)


ODD_FILES = {
    "german columns and words": (
        "Firmenname;Position;Datum der Bewerbung;Status;Ansprechpartner;Telefonnummer;"
        "Bewerbungsart;Pensum (%)\n"
        "Migros;Verkäuferin;3. Nov. 2026;in Bearbeitung;Frau Meier;044 123 45 67;per E-Mail;80\n"
        "Coop;Kassiererin;03.11.26;keine Antwort;;;Online;100 %\n"
        "Lidl;Filialleiter;1.11.2026;Eingeladen;;;persönlich;\n"
        "Aldi;Verkäufer;2.11.2026;Zusage;;;telefonisch;\n"
        "Denner;Verkäufer;02/11/2026;abgesagt;;;Post;\n".encode(),
        {
            "Migros": ("screening", "2026-11-03", "email", "80%"),
            "Coop": ("applied", "2026-11-03", "online", "100 %"),
            "Lidl": ("interview", "2026-11-01", "in_person", ""),
            "Aldi": ("offer", "2026-11-02", "phone", ""),
            "Denner": ("rejected", "2026-11-02", "post", ""),
        },
    ),
    "an old Mac's letters": (
        "Firma;Stelle;Datum\nZürich Käse;Köchin;01.11.2026\n".encode("mac_roman"),
        {"Zürich Käse": ("applied", "2026-11-01", None, "")},
    ),
    "tabs, UTF-16, American days": (
        "Company\tRole\tDate Applied\tStage\nAcme\tNurse\tNov 3, 2026\tPhone Screen\n"
        "Beta\tNurse\t3-Nov-2026\tRejected after interview\nGamma\tNurse\t2026/11/02\tghosted\n"
        "Delta\tNurse\t11/14/2026\tOffer received\nEps\tNurse\t11/02/2026\tsent\n".encode("utf-16"),
        {
            "Acme": ("screening", "2026-11-03", None, ""),
            "Beta": ("rejected", "2026-11-03", None, ""),
            "Gamma": ("applied", "2026-11-02", None, ""),
            "Delta": ("offer", "2026-11-14", None, ""),
            "Eps": ("applied", "2026-11-02", None, ""),
        },
    ),
    "French": (
        "Nom de l'entreprise;Intitulé du poste;Date d'envoi;Statut;Taux d'occupation\n"
        "Nestlé;Comptable;2 novembre 2026;en attente;80%\n"
        "Swisscom;Technicien;1er novembre 2026;réponse négative;\n".encode("cp1252"),
        {
            "Nestlé": ("applied", "2026-11-02", None, "80%"),
            "Swisscom": ("rejected", "2026-11-01", None, ""),
        },
    ),
    "Italian, days of a spreadsheet": (
        b"Ditta;Posizione;Data di candidatura;Stato\nAIL;Tecnico;46328;colloquio fissato\n",
        {"AIL": ("interview", "2026-11-02", None, "")},
    ),
    "LinkedIn's saved jobs": (
        b'Saved Date,Job Url,Job Title,Company Name\n"10/25/25, 9:47 AM",https://x.example,Cook,Acme\n',
        {"Acme": ("saved", None, None, "")},
    ),
}


@pytest.mark.parametrize("name", ODD_FILES)
def test_lists_as_people_keep_them_are_taken_over(service: ApplicationService, name: str) -> None:
    content, wanted = ODD_FILES[name]
    report = import_bytes(service, USER, content)
    assert (report.created, report.failures) == (len(wanted), [])
    found = [service.get(USER, item.application_id) for item in service.list(USER).applications]
    assert {
        item.company: (
            item.status,
            item.applied_on.isoformat() if item.applied_on else None,
            item.channel,
            item.pensum,
        )
        for item in found
    } == wanted
