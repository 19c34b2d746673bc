"""Occupations in English, German, French and Italian: one name finds postings in all of them.

A name is matched by its stems, so one form of a word stands for its plural and its other gender
where only the ending differs. Names of one line are the same job or so near that one who looks for
the one wants to see the other.
"""

# ruff: noqa: E501 (a table of words)
from __future__ import annotations

from functools import cache

from jobtracker.jobs.text import terms

_TABLE = """
Nurse: nurse, registered nurse, nursing professional, Pflegefachperson, Pflegefachfrau, Pflegefachmann, Krankenschwester, Krankenpfleger, Pflegekraft, dipl. Pflege, infirmier, infirmière, infermiere, infermiera
Care assistant: care assistant, nursing assistant, caregiver, care worker, healthcare assistant, carer, Pflegehelfer, Pflegeassistent, Fachfrau Gesundheit, Fachmann Gesundheit, Fachperson Gesundheit, FaGe, Betreuungsperson, aide-soignant, aide-soignante, assistant en soins, auxiliaire de santé, assistente di cura, operatore sociosanitario, addetto alle cure, collaboratrice sanitaria
Doctor: doctor, physician, medical doctor, Arzt, Ärztin, Assistenzarzt, Oberarzt, médecin, medico
Medical assistant: medical assistant, medizinische Praxisassistentin, MPA, Praxisassistent, assistante médicale, assistente di studio medico
Pharmacist: pharmacist, pharmacy assistant, Apotheker, Pharma-Assistent, Fachfrau Apotheke, pharmacien, assistante en pharmacie, farmacista
Physiotherapist: physiotherapist, physio, Physiotherapeut, physiothérapeute, fisioterapista
Dental assistant: dental assistant, Dentalassistent, Dentalassistentin, assistante dentaire, assistente dentale
Social worker: social worker, Sozialarbeiter, Sozialpädagoge, Sozialpädagogin, travailleur social, assistant social, éducateur social, éducatrice sociale, assistente sociale, educatore sociale
Childcare worker: childcare worker, nursery teacher, daycare, Fachfrau Betreuung, Fachmann Betreuung, Fachperson Betreuung, FaBe, Kinderbetreuer, Kita, assistant socio-éducatif, assistante socio-éducative, éducateur de l'enfance, educatrice d'infanzia, operatore socioassistenziale
Teacher: teacher, school teacher, instructor, Lehrer, Lehrperson, Lehrkraft, Primarlehrer, Kindergartenlehrperson, Berufsschullehrer, enseignant, enseignante, professeur, maître d'école, insegnante, docente, maestro
Cook: cook, chef, line cook, sous chef, Koch, Köchin, Küchenchef, cuisinier, cuisinière, chef de partie, cuoco, cuoca
Waiter: waiter, waitress, server, service staff, Servicefachangestellte, Servicemitarbeiter, Restaurantfachfrau, Restaurantfachmann, Kellner, Chef de rang, serveur, serveuse, employé de restaurant, cameriere, cameriera, addetto al servizio
Barista: barista, bartender, barkeeper, Barmitarbeiter, barman, barmaid, barista
Housekeeper: housekeeper, housekeeping, chambermaid, room attendant, Zimmermädchen, Hauswirtschaft, Fachfrau Hauswirtschaft, Hotelfachfrau, gouvernante, femme de chambre, intendance, gestionnaire en intendance, cameriera ai piani, governante
Receptionist: receptionist, front desk, front office, Rezeptionist, Réceptionniste, Empfang, Empfangsmitarbeiter, réceptionniste, receptionist, addetto alla reception
Cleaner: cleaner, cleaning, cleaning staff, janitor, Reinigungskraft, Reinigungsmitarbeiter, Reinigung, Gebäudereiniger, Raumpfleger, Unterhaltsreiniger, nettoyeur, nettoyeuse, agent de nettoyage, agent de propreté, nettoyage, addetto alle pulizie, addetta alle pulizie, pulizie
Caretaker: caretaker, facility manager, building caretaker, Hauswart, Hausmeister, Fachmann Betriebsunterhalt, concierge, agent d'exploitation, custode
Electrician: electrician, electrical fitter, Elektriker, Elektroinstallateur, Elektromonteur, Montage-Elektriker, électricien, installateur-électricien, électricienne, elettricista, installatore elettricista
Plumber: plumber, sanitary fitter, plumbing, Sanitärinstallateur, Sanitär, Installateur, Heizungsinstallateur, installateur sanitaire, plombier, idraulico, installatore di impianti sanitari, installatore
Carpenter: carpenter, joiner, cabinetmaker, Schreiner, Zimmermann, Zimmerin, Tischler, menuisier, charpentier, ébéniste, falegname, carpentiere
Painter: painter, house painter, Maler, peintre en bâtiment, pittore, imbianchino
Bricklayer: bricklayer, mason, construction worker, builder, Maurer, Bauarbeiter, maçon, ouvrier du bâtiment, muratore, operaio edile
Site manager: site manager, construction manager, Bauleiter, Bauführer, Polier, chef de chantier, conducteur de travaux, direttore dei lavori, capocantiere, capo cantiere
Roofer: roofer, Dachdecker, Spengler, couvreur, ferblantier, lattoniere
Welder: welder, Schweisser, Schweißer, Metallbauer, soudeur, constructeur métallique, saldatore, metalcostruttore
Mechanic: mechanic, car mechanic, automotive technician, vehicle mechanic, Mechaniker, Automechaniker, Automobil-Mechatroniker, Automobilfachmann, Mechatroniker, mécanicien, mécanicien automobile, mécatronicien, meccanico, meccatronico
Polymechanic: polymechanic, machinist, cnc operator, toolmaker, Polymechaniker, CNC-Mechaniker, Produktionsmechaniker, Zerspaner, polymécanicien, mécanicien de précision, polimeccanico, operatore cnc
Maintenance technician: maintenance technician, service technician, field service technician, Servicetechniker, Instandhaltung, Unterhaltstechniker, Automatiker, technicien de maintenance, automaticien, tecnico di manutenzione, tecnico di servizio, manutentore
Production worker: production worker, factory worker, operator, production operator, Produktionsmitarbeiter, Betriebsmitarbeiter, Anlagenführer, Maschinenführer, opérateur de production, ouvrier, operaio, addetto alla produzione, operatore di produzione
Warehouse worker: warehouse, warehouse worker, warehouse operative, storekeeper, picker, Lagerist, Logistiker, Lagermitarbeiter, Magaziner, magasinier, logisticien, gestionnaire de stock, magazziniere, impiegato in logistica, logistico
Driver: driver, truck driver, delivery driver, lorry driver, Chauffeur, Lastwagenfahrer, Fahrer, Kurierfahrer, Lieferwagenfahrer, chauffeur, chauffeur-livreur, conducteur, livreur, poids lourd, autista, conducente
Bus driver: bus driver, tram driver, Busfahrer, Buschauffeur, Trampilot, conducteur de bus, autista di bus
Train driver: train driver, Lokführer, Lokomotivführer, mécanicien de locomotive, macchinista
Salesperson: sales assistant, shop assistant, retail sales, salesperson, store associate, cashier, Verkäufer, Detailhandelsfachfrau, Detailhandelsfachmann, Detailhandelsassistent, Kassierer, vendeur, vendeuse, gestionnaire du commerce de détail, caissier, conseiller de vente, venditore, venditrice, commesso, impiegato del commercio al dettaglio
Store manager: store manager, shop manager, branch manager, Filialleiter, Ladenleiter, gérant de magasin, responsable de magasin, gerente, responsabile di negozio, responsabile di filiale
Sales representative: sales representative, account executive, sales manager, field sales, business development, Aussendienst, Aussendienstmitarbeiter, Verkaufsberater, Vertriebsmitarbeiter, Kundenberater, commercial, représentant, délégué commercial, conseiller commercial, technico-commercial, consulente alla vendita, rappresentante, agente commerciale
Customer service: customer service, customer support, call center agent, support agent, customer success, Kundendienst, Kundenservice, Kundenbetreuer, Kundendienstmitarbeiter, service client, conseiller clientèle, support client, servizio clienti, assistenza clienti
Accountant: accountant, bookkeeper, accounting, financial accountant, Buchhalter, Finanzbuchhalter, Rechnungswesen, Sachbearbeiter Buchhaltung, Sachbearbeiter Finanzen, Treuhänder, comptable, fiduciaire, contabile, ragioniere, fiduciario
Controller: controller, financial analyst, financial controller, Controller, Finanzanalyst, contrôleur de gestion, analyste financier, controller, analista finanziario
Auditor: auditor, Wirtschaftsprüfer, Revisor, auditeur, réviseur, revisore
Lawyer: lawyer, legal counsel, attorney, Anwalt, Rechtsanwalt, Jurist, juriste, avocat, conseiller juridique, giurista, avvocato, consulente legale
Paralegal: paralegal, legal assistant, Kanzleiassistent, assistant juridique, assistente legale
HR specialist: hr specialist, hr, human resources, HR-Sachbearbeiter, HR-Assistent, Personalassistent, hr manager, hr business partner, recruiter, talent acquisition, Personalfachmann, Personalfachfrau, HR-Fachperson, Personalverantwortliche, Personalberater, ressources humaines, responsable rh, spécialiste rh, recruteur, risorse umane, specialista hr
Administrative assistant: administrative assistant, secretary, office assistant, office manager, clerk, Sachbearbeiter, kaufmännische Angestellte, Kaufmann, Kauffrau, Sekretär, Sekretariat, Assistenz, employé de commerce, employée de commerce, secrétaire, assistant administratif, assistante administrative, gestionnaire administratif, impiegato di commercio, impiegata di commercio, impiegato amministrativo, segretario, segretaria
Project manager: project manager, program manager, Projektleiter, Projektmanager, chef de projet, cheffe de projet, responsable de projet, capoprogetto, responsabile di progetto, project manager
Product manager: product manager, product owner, Produktmanager, Produktverantwortliche, chef de produit, responsable produit, responsabile di prodotto
Marketing manager: marketing manager, marketing specialist, digital marketing, Marketingfachmann, Marketingfachfrau, Marketingleiter, responsable marketing, spécialiste marketing, chargé de marketing, responsabile marketing, specialista marketing
Communications specialist: communications specialist, copywriter, content writer, editor, journalist, Kommunikation, Texter, Redaktor, Journalist, chargé de communication, rédacteur, journaliste, responsabile comunicazione, redattore, giornalista
Graphic designer: graphic designer, designer, Grafiker, Mediengestalter, Polygraf, Interactive Media Designer, graphiste, concepteur multimédia, grafico
UX designer: ux designer, ui designer, product designer, ux researcher, UX-Designer, designer ux, progettista ux
Software engineer: software engineer, software developer, programmer, developer, Softwareentwickler, Software-Entwickler, Softwareingenieur, Programmierer, Applikationsentwickler, Informatiker Applikationsentwicklung, développeur, développeuse, développeur logiciel, ingénieur logiciel, sviluppatore, sviluppatrice, sviluppatore software, programmatore, ingegnere del software
Data engineer: data engineer, analytics engineer, Dateningenieur, ingénieur de données, ingénieur data, ingegnere dei dati
Data scientist: data scientist, machine learning engineer, ml engineer, ai engineer, data analyst, Datenwissenschaftler, Datenanalyst, scientifique des données, analyste de données, data analyst, analista dati
Devops engineer: devops engineer, devops, site reliability engineer, sre, platform engineer, cloud engineer, Cloud-Ingenieur, ingénieur devops, ingénieur cloud, ingegnere devops
System administrator: system administrator, sysadmin, it support, it support specialist, network engineer, Systemadministrator, Systemtechniker, Systemingenieur, IT-Supporter, Informatiker Plattformentwicklung, ICT-Fachmann, ICT-Supporter, administrateur système, technicien informatique, informaticien, support informatique, ingénieur système, amministratore di sistema, sistemista, tecnico informatico, informatico
Security engineer: security engineer, information security officer, security analyst, IT-Sicherheit, Sicherheitsingenieur, ingénieur sécurité, responsable sécurité informatique, ingegnere della sicurezza
QA engineer: qa engineer, software tester, test engineer, Softwaretester, Testingenieur, Test-Manager, testeur, ingénieur test, collaudatore, tester
Mechanical engineer: mechanical engineer, Maschineningenieur, Konstrukteur, ingénieur mécanique, constructeur, ingegnere meccanico, progettista meccanico
Electrical engineer: electrical engineer, Elektroingenieur, ingénieur électricien, ingénieur électrique, ingegnere elettrotecnico, ingegnere elettrico
Civil engineer: civil engineer, structural engineer, Bauingenieur, ingénieur civil, ingegnere civile
Architect: architect, Architekt, Hochbauzeichner, Zeichner, architecte, dessinateur en bâtiment, dessinateur, architetto, disegnatore
Chemist: chemist, lab technician, laboratory technician, laboratory assistant, Chemiker, Laborant, Biologielaborant, Chemielaborant, laborantin, technicien de laboratoire, chimiste, laboratorista, tecnico di laboratorio, chimico
Quality manager: quality manager, quality assurance specialist, quality engineer, Qualitätsmanager, Qualitätssicherung, responsable qualité, responsabile qualità
Purchaser: purchaser, buyer, procurement specialist, Einkäufer, acheteur, acheteuse, responsabile acquisti, acquirente
Logistics manager: logistics manager, supply chain manager, dispatcher, Disponent, Speditionskaufmann, Logistikleiter, responsable logistique, agent de transport, planificateur, responsabile logistica, spedizioniere
Real estate manager: real estate manager, property manager, Immobilienbewirtschafter, Liegenschaftsverwalter, gérant immobilier, gérant d'immeubles, gestore immobiliare, amministratore immobiliare
Bank adviser: bank adviser, relationship manager, client advisor, wealth manager, Kundenberater Bank, Bankberater, conseiller bancaire, gestionnaire de fortune, conseiller à la clientèle, consulente bancario, gestore patrimoniale
Insurance specialist: insurance specialist, claims handler, underwriter, Versicherungsfachmann, Versicherungsberater, Schadenexperte, gestionnaire de sinistres, conseiller en assurances, consulente assicurativo
Security guard: security guard, security officer, Sicherheitsmitarbeiter, Sicherheitsdienst, agent de sécurité, addetto alla sicurezza, agente di sicurezza
Police officer: police officer, Polizist, policier, agent de police, agente di polizia
Gardener: gardener, landscaper, Gärtner, Landschaftsgärtner, jardinier, paysagiste, horticulteur, giardiniere
Farm worker: farm worker, farmer, Landwirt, Landarbeiter, agriculteur, ouvrier agricole, agricoltore, operaio agricolo
Baker: baker, pastry chef, confectioner, Bäcker, Konditor, Bäcker-Konditor, boulanger, pâtissier, panettiere, pasticciere
Butcher: butcher, Metzger, Fleischfachmann, boucher, macellaio
Hairdresser: hairdresser, hair stylist, Coiffeur, Coiffeuse, Friseur, coiffeur, coiffeuse, parrucchiere, parrucchiera
Apprentice: apprentice, apprenticeship, trainee programme, Lehrstelle, Lernende, Lernender, Lehrling, Auszubildende, apprenti, apprentie, apprentissage, place d'apprentissage, apprendista, apprendistato, posto di tirocinio
Intern: intern, internship, Praktikum, Praktikant, Praktikantin, stage, stagiaire, stagista, praticante
Translator: translator, interpreter, Übersetzer, Dolmetscher, traducteur, traductrice, interprète, traduttore, interprete
Librarian: librarian, Bibliothekar, Fachmann Information und Dokumentation, bibliothécaire, bibliotecario
Psychologist: psychologist, psychotherapist, Psychologe, Psychologin, Psychotherapeut, psychologue, psychothérapeute, psicologo, psicoterapeuta
Veterinarian: veterinarian, vet, Tierarzt, vétérinaire, veterinario
Optician: optician, Optiker, Augenoptiker, opticien, ottico
Pilot: pilot, cabin crew, flight attendant, Flugbegleiter, pilote, équipage de cabine, agent de bord, assistente di volo, pilota
"""

Name = tuple[str, ...]


@cache
def _roles() -> tuple[dict[str, tuple[Name, ...]], dict[Name, str]]:
    """Return the names of each role, and the role of each name; a shared name is the first's."""
    names: dict[str, tuple[Name, ...]] = {}
    owners: dict[Name, str] = {}
    for line in _TABLE.strip().splitlines():
        role, _, listed = line.partition(": ")
        spelled = dict.fromkeys(tuple(terms(name)) for name in listed.split(", "))
        names[role] = tuple(name for name in spelled if name)
        for name in names[role]:
            owners.setdefault(name, role)
    return names, owners


def find_role(spelled: list[str], start: int) -> tuple[str, Name] | None:
    """Return the role named at a position of a list of terms, and the terms that name it."""
    _, owners = _roles()
    for length in range(min(5, len(spelled) - start), 0, -1):
        name = tuple(spelled[start : start + length])
        if role := owners.get(name):
            return role, name
    return None


def names_of(role: str) -> tuple[Name, ...]:
    """Return the names of a role in all languages, as terms."""
    return _roles()[0][role]


def names() -> list[Name]:
    """Return every name of every role, as terms."""
    return list(_roles()[1])
