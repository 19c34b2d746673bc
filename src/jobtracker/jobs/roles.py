"""Occupations in English, German, French and Italian: one name finds postings in all of them.

A name is matched by its stems, so one form of a word stands for its plural and its other gender
where only the ending differs. Names of one line are the same job or so near that one who looks for
the one wants to see the other.
"""

# ruff: noqa: E501 (a table of words)
from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from jobtracker.jobs.text import terms

_TABLE = """
Nurse: nurse, registered nurse, nursing professional, Pflegefachperson, Pflegefachfrau, Pflegefachmann, Krankenschwester, Krankenpfleger, Pflegekraft, dipl. Pflege, infirmier, infirmière, infermiere, infermiera
Care assistant: care assistant, nursing assistant, caregiver, care worker, healthcare assistant, carer, Pflegehelfer, Pflegeassistent, Fachfrau Gesundheit, Fachmann Gesundheit, Fachperson Gesundheit, FaGe, Betreuungsperson, aide-soignant, aide-soignante, assistant en soins, auxiliaire de santé, assistente di cura, operatore sociosanitario, addetto alle cure, collaboratrice sanitaria
Doctor: doctor, physician, medical doctor, Arzt, Ärztin, Assistenzarzt, Oberarzt, médecin, medico
Medical assistant: medical assistant, medical secretary, doctor's receptionist, Arztsekretärin, Arztgehilfin, secrétaire médicale, secrétaire médical, segretaria medica, medizinische Praxisassistentin, MPA, Praxisassistent, assistante médicale, assistente di studio medico
Pharmacist: pharmacist, pharmacy assistant, Apotheker, Pharma-Assistent, Fachfrau Apotheke, pharmacien, assistante en pharmacie, farmacista
Physiotherapist: physiotherapist, physio, Physiotherapeut, physiothérapeute, fisioterapista
Dental assistant: dental assistant, Dentalassistent, Dentalassistentin, assistante dentaire, assistente dentale
Social worker: social worker, youth worker, welfare officer, Berufsbeistand, Sozialarbeiter, Sozialpädagoge, Sozialpädagogin, travailleur social, assistant social, assistante sociale, éducateur social, éducatrice sociale, assistente sociale, educatore sociale
Childcare worker: childcare worker, nursery teacher, daycare, Fachfrau Betreuung, Fachmann Betreuung, Fachperson Betreuung, FaBe, Kinderbetreuer, Kita, assistant socio-éducatif, assistante socio-éducative, éducateur de l'enfance, educatrice d'infanzia, operatore socioassistenziale
Teacher: teacher, school teacher, primary teacher, instructor, Lehrer, Lehrperson, Lehrkraft, Primarlehrer, Kindergartenlehrperson, Berufsschullehrer, enseignant, enseignante, professeur, maître d'école, insegnante, docente, maestro, maestra, maestra elementare, docente di scuola elementare
Cook: cook, chef@en, line cook, head chef, executive chef, sous chef, commis chef, private chef, chef de cuisine, Koch, Köchin, Küchenchef, cuisinier, cuisinière, chef de partie, cuoco, cuoca
Waiter: waiter, waitress, server@, restaurant server, service staff, Servicefachangestellte, Servicemitarbeiter, Restaurantfachfrau, Restaurantfachmann, Kellner, Chef de rang, serveur, serveuse, employé de restaurant, cameriere, cameriera, addetto al servizio
Barista: barista, bartender, barkeeper, Barmitarbeiter, barman, barmaid, barista
Housekeeper: housekeeper, housekeeping, chambermaid, room attendant, Zimmermädchen, Hauswirtschaft, Fachfrau Hauswirtschaft, Hotelfachfrau, gouvernante, femme de chambre, intendance, gestionnaire en intendance, cameriera ai piani, governante
Receptionist: receptionist, front desk, front office, Rezeptionist, Réceptionniste, Empfang, Empfangsmitarbeiter, réceptionniste, receptionist, addetto alla reception
Cleaner: cleaner, cleaning, cleaning staff, janitor, Reinigungskraft, Reinigungsmitarbeiter, Reinigung, Gebäudereiniger, Raumpfleger, Unterhaltsreiniger, nettoyeur, nettoyeuse, agent de nettoyage, agent de propreté, nettoyage, addetto alle pulizie, addetta alle pulizie, pulizie
Caretaker: caretaker, facility manager, building caretaker, Hauswart, Hausmeister, Fachmann Betriebsunterhalt, concierge, agent d'exploitation, custode
Electrician: electrician, electrical fitter, Elektriker, Elektroinstallateur, Elektromonteur, Montage-Elektriker, électricien, installateur-électricien, électricienne, elettricista, installatore elettricista
Plumber: plumber, sanitary fitter, plumbing, Sanitärinstallateur, Sanitär, Installateur, Heizungsinstallateur, heating engineer, installateur en chauffage, chauffagiste, installateur sanitaire, plombier, idraulico, installatore di impianti sanitari, installatore
Carpenter: carpenter, joiner, cabinetmaker, Schreiner, Zimmermann, Zimmerin, Tischler, menuisier, charpentier, ébéniste, falegname, carpentiere
Painter: painter, house painter, decorator, plasterer, Maler, Gipser, peintre en bâtiment, plâtrier, plâtrier-peintre, pittore, imbianchino, gessatore
Bricklayer: bricklayer, mason, construction worker, builder, Maurer, Bauarbeiter, maçon, ouvrier du bâtiment, muratore, operaio edile
Site manager: site manager, construction manager, Bauleiter, Bauführer, Polier, chef de chantier, conducteur de travaux, direttore dei lavori, capocantiere, capo cantiere
Roofer: roofer, Dachdecker, Spengler, couvreur, ferblantier, lattoniere
Welder: welder, Schweisser, Schweißer, Metallbauer, soudeur, constructeur métallique, saldatore, metalcostruttore
Mechanic: mechanic, car mechanic, automotive technician, vehicle mechanic, Mechaniker, Automechaniker, Automobil-Mechatroniker, Automobilfachmann, Mechatroniker, mécanicien, mécanicien automobile, mécatronicien, meccanico, meccatronico
Polymechanic: polymechanic, machinist, cnc operator, toolmaker, Polymechaniker, CNC-Mechaniker, Produktionsmechaniker, Zerspaner, polymécanicien, mécanicien de précision, polimeccanico, operatore cnc
Maintenance technician: maintenance technician, service technician, field service technician, Servicetechniker, Instandhaltung, Unterhaltstechniker, Automatiker, technicien de maintenance, automaticien, tecnico di manutenzione, tecnico di servizio, manutentore
Production worker: production worker, factory worker, assembly worker, operator@en, machine operator, production operator, Produktionsmitarbeiter, Betriebsmitarbeiter, Anlagenführer, Maschinenführer, opérateur de production, ouvrier, operaio, addetto alla produzione, operatore di produzione
Warehouse worker: warehouse, warehouse worker, warehouse operative, storekeeper, picker, Lagerist, Logistiker, Lagermitarbeiter, Magaziner, magasinier, logisticien, gestionnaire de stock, magazziniere, impiegato in logistica, logistico
Driver: driver, truck driver, trucker, HGV driver, van driver, delivery driver, lorry driver, Chauffeur, Lastwagenfahrer, Fahrer, Kurierfahrer, Lieferwagenfahrer, chauffeur, chauffeur-livreur, conducteur, livreur, poids lourd, chauffeur routier, routier, camionneur, autista, autotrasportatore, camionista, conducente
Bus driver: bus driver, tram driver, Busfahrer, Buschauffeur, Trampilot, conducteur de bus, autista di bus
Train driver: train driver, Lokführer, Lokomotivführer, mécanicien de locomotive, macchinista
Salesperson: sales assistant, shop assistant, retail sales, salesperson, store associate, cashier, Verkäufer, Detailhandelsfachfrau, Detailhandelsfachmann, Detailhandelsassistent, Kassierer, vendeur, vendeuse, gestionnaire du commerce de détail, caissier, conseiller de vente, venditore, venditrice, commesso, impiegato del commercio al dettaglio
Store manager: store manager, shop manager, branch manager, Filialleiter, Ladenleiter, gérant de magasin, responsable de magasin, gerente, responsabile di negozio, responsabile di filiale
Sales representative: sales representative, account executive, sales manager, field sales, business development, Aussendienst, Aussendienstmitarbeiter, Verkaufsberater, Vertriebsmitarbeiter, Kundenberater, commercial, représentant, délégué commercial, conseiller commercial, technico-commercial, consulente alla vendita, rappresentante, agente commerciale
Customer service: customer service, customer support, call center agent, support agent, customer success, Kundendienst, Kundenservice, Kundenbetreuer, Kundendienstmitarbeiter, service client, conseiller clientèle, support client, servizio clienti, assistenza clienti
Accountant: accountant, bookkeeper, accounting, financial accountant, Buchhalter, Finanzbuchhalter, Rechnungswesen, Sachbearbeiter Buchhaltung, Sachbearbeiter Finanzen, Treuhänder, comptable, fiduciaire, contabile, ragioniere, fiduciario
Controller: controller, financial analyst, risk analyst, financial controller, Controller, Finanzanalyst, contrôleur de gestion, analyste financier, controller, analista finanziario
Auditor: auditor, Wirtschaftsprüfer, Revisor, auditeur, réviseur, revisore
Lawyer: lawyer, legal counsel, attorney, Anwalt, Rechtsanwalt, Jurist, juriste, avocat, conseiller juridique, giurista, avvocato, consulente legale
Paralegal: paralegal, notary's clerk, Notariatsangestellte, clerc de notaire, employé de notariat, legal assistant, Kanzleiassistent, assistant juridique, assistente legale
HR specialist: hr specialist, hr, human resources, personnel officer, HR-Sachbearbeiter, HR-Assistent, Personalassistent, hr manager, hr business partner, recruiter, talent acquisition, Personalfachmann, Personalfachfrau, HR-Fachperson, Personalverantwortliche, Personalberater, ressources humaines, responsable rh, spécialiste rh, recruteur, risorse umane, specialista hr
Administrative assistant: administrative assistant, secretary, office assistant, office manager, clerk, Sachbearbeiter, kaufmännische Angestellte, Kaufmann, Kauffrau, Sekretär, Sekretariat, Assistenz, employé de commerce, employée de commerce, secrétaire, assistant administratif, assistante administrative, gestionnaire administratif, impiegato di commercio, impiegata di commercio, impiegato amministrativo, segretario, segretaria
Project manager: project manager, program manager, Projektleiter, Projektmanager, chef de projet, cheffe de projet, responsable de projet, capoprogetto, responsabile di progetto, project manager
Product manager: product manager, product owner, Produktmanager, Produktverantwortliche, chef de produit, responsable produit, responsabile di prodotto
Marketing manager: marketing manager, marketing specialist, digital marketing, Marketingfachmann, Marketingfachfrau, Marketingleiter, responsable marketing, spécialiste marketing, chargé de marketing, responsabile marketing, specialista marketing
Communications specialist: communications specialist, communications officer, copywriter, content writer, technical writer, editor, journalist, reporter, Journalismus, journalisme, giornalismo, Kommunikation, Texter, Redaktor, Journalist, chargé de communication, rédacteur, journaliste, responsabile comunicazione, redattore, giornalista
Graphic designer: graphic designer, designer, Grafiker, Mediengestalter, Polygraf, Interactive Media Designer, graphiste, concepteur multimédia, grafico
UX designer: ux designer, ui designer, product designer, ux researcher, UX-Designer, designer ux, progettista ux
Software engineer: software engineer, software developer, programmer, developer, Softwareentwickler, Software-Entwickler, Softwareingenieur, Programmierer, Applikationsentwickler, Informatiker Applikationsentwicklung, développeur, développeuse, développeur logiciel, ingénieur logiciel, sviluppatore, sviluppatrice, sviluppatore software, programmatore, ingegnere del software
Data engineer: data engineer, analytics engineer, Dateningenieur, ingénieur de données, ingénieur data, ingegnere dei dati
Data scientist: data scientist, machine learning, machine learning engineer, ml, nlp engineer, mlops engineer, KI-Ingenieur, ML-Ingenieur, ingénieur en apprentissage automatique, ml engineer, ai engineer, data analyst, Datenwissenschaftler, Datenanalyst, scientifique des données, analyste de données, data analyst, analista dati
Devops engineer: devops engineer, devops, site reliability engineer, sre, platform engineer, cloud engineer, Cloud-Ingenieur, ingénieur devops, ingénieur cloud, ingegnere devops
System administrator: system administrator, sysadmin, it support, it support specialist, network engineer, Systemadministrator, Systemtechniker, Systemingenieur, IT-Supporter, Informatiker Plattformentwicklung, ICT-Fachmann, ICT-Supporter, administrateur système, technicien informatique, informaticien, support informatique, ingénieur système, amministratore di sistema, sistemista, tecnico informatico, informatico
Watchmaker: watchmaker, horologist, watch repairer, Uhrmacher, Uhrmacherin, horloger, horlogère, horlogerie, opérateur en horlogerie, orologiaio
Jeweller: jeweller, goldsmith, Goldschmied, bijoutier, joaillier, orafo, gioielliere
Winemaker: winemaker, vintner, winegrower, vineyard worker, Winzer, Weinbauer, Kellermeister, Önologe, vigneron, viticulteur, caviste, œnologue, viticoltore, enologo, cantiniere
Kindergarten teacher: kindergarten teacher, preschool teacher, Kindergartenlehrperson, Kindergärtnerin, enseignant enfantine, jardinière d'enfants, maestra d'asilo, docente di scuola dell'infanzia
Special needs teacher: special needs teacher, special education teacher, Heilpädagoge, Heilpädagogin, enseignant spécialisé, enseignante spécialisée, docente di sostegno, pedagogista specializzato
Adult educator: adult educator, corporate trainer, Erwachsenenbildner, Kursleiter, Ausbilder, formateur d'adultes, formatrice, formatore
Forklift driver: forklift driver, forklift operator, Staplerfahrer, Gabelstaplerfahrer, cariste, conducteur de chariot élévateur, carrellista, mulettista
Crane operator: crane operator, crane driver, Kranführer, Kranfahrer, grutier, conducteur de grue, gruista
Excavator operator: excavator operator, Baumaschinenführer, Baggerführer, machiniste de chantier, conducteur d'engins, escavatorista, macchinista di cantiere
Road builder: road builder, road worker, Strassenbauer, constructeur de routes, costruttore stradale
Floor layer: floor layer, tiler, Plattenleger, Bodenleger, carreleur, poseur de sols, piastrellista, posatore di pavimenti
Solar installer: solar installer, solar panel installer, photovoltaic technician, Solarinstallateur, Solarmonteur, installateur solaire, monteur en panneaux solaires, installatore solare
Refrigeration technician: refrigeration technician, hvac technician, Kältemonteur, Lüftungsanlagenbauer, Klimatechniker, frigoriste, technicien cvc, monteur en ventilation, frigorista
Scaffolder: scaffolder, insulation worker, Gerüstbauer, Isolierspengler, échafaudeur, monteur en échafaudages, ponteggiatore
Pizza maker: pizza maker, pizza chef, Pizzabäcker, Pizzaiolo, pizzaïolo, pizzaiolo, pizzaiola
Kitchen assistant: kitchen assistant, kitchen help, kitchen porter, dishwasher, Küchenhilfe, commis de cuisine, Hilfskoch, Abwäscher, Casserolier, aide de cuisine, plongeur, aiuto cucina, lavapiatti
Tax adviser: tax adviser, tax advisor, tax consultant, tax accountant, Steuerberater, Steuerexperte, Steuerfachperson, conseiller fiscal, fiscaliste, taxateur, consulente fiscale
Payroll specialist: payroll specialist, payroll, Lohnbuchhalter, Salärspezialist, Payroll-Spezialist, gestionnaire de salaires, gestionnaire paie, impiegato ufficio paghe, addetto paghe
Fundraiser: fundraiser, fundraising, Spendensammler, collecteur de fonds, raccolta fondi
Risk manager: risk manager, compliance officer, Risikomanager, Compliance-Spezialist, gestionnaire de risques, responsable conformité, responsabile del rischio
Midwife: midwife, Hebamme, sage-femme, levatrice, ostetrica
Paramedic: paramedic, emergency medical technician, Rettungssanitäter, Transportsanitäter, ambulancier, soccorritore
Home care nurse: home care nurse, home nurse, community nurse, Pflegefachperson Spitex, infirmière à domicile, infirmier en soins à domicile, soins à domicile, cure a domicilio, infermiere a domicilio, Spitex
Occupational therapist: occupational therapist, Ergotherapeut, ergothérapeute, ergoterapista
Speech therapist: speech therapist, Logopäde, Logopädin, logopédiste, orthophoniste, logopedista
Dietitian: dietitian, nutritionist, Ernährungsberater, diététicien, dietista, nutrizionista
Dentist: dentist, Zahnarzt, Zahnärztin, dentiste, dentista
Dental hygienist: dental hygienist, Dentalhygieniker, hygiéniste dentaire, igienista dentale
Radiographer: radiographer, radiology technician, Radiologiefachperson, MTRA, technicien en radiologie, tecnico di radiologia
Theatre nurse: theatre nurse, operating room nurse, Operationstechniker, Fachperson Operationstechnik, technicien en salle d'opération, infirmier de bloc, strumentista
Massage therapist: massage therapist, masseur, Masseurin, masseuse, massaggiatore
Beautician: beautician, cosmetician, Kosmetikerin, Kosmetiker, esthéticienne, estetista
Florist: florist, Floristin, fleuriste, fiorista
Forester: forester, forest worker, Forstwart, Förster, forestier-bûcheron, garde forestier, selvicoltore, forestale
Animal keeper: animal keeper, zookeeper, Tierpfleger, gardien d'animaux, guardiano di animali
Tailor: tailor, seamstress, dressmaker, Schneider, Bekleidungsgestalter, couturier, couturière, sarto, sarta
Upholsterer: upholsterer, interior decorator, Polsterer, Innendekorateur, tapissier, décorateur d'intérieur, tappezziere
Printer: printer@en, print technician, Drucker, Medientechnologe, imprimeur, technologue en médias, stampatore, tipografo
Photographer: photographer, Fotograf, photographe, fotografo
Surveyor: surveyor, land surveyor, Geomatiker, Vermessungstechniker, géomètre, géomaticien, geometra
Urban planner: urban planner, spatial planner, Raumplaner, Raumplanung, Stadtplaner, urbaniste, aménagiste, pianificatore territoriale
Customs officer: customs officer, customs declarant, Zolldeklarant, Zollfachmann, déclarant en douane, douanier, dichiarante doganale
Postal worker: postal worker, postman, mail carrier, Pöstler, Briefträger, Zusteller, facteur, distributeur, postino, portalettere
Firefighter: firefighter, Feuerwehrmann, Berufsfeuerwehr, pompier, sapeur-pompier, pompiere, vigile del fuoco
Tour guide: tour guide, travel agent, travel consultant, Reiseleiter, Reiseberater, guide touristique, conseiller en voyages, agente di viaggio, guida turistica
Event manager: event manager, event planner, Eventmanager, Veranstaltungsleiter, responsable événementiel, organisateur d'événements, organizzatore di eventi
Sports instructor: sports instructor, fitness instructor, fitness trainer, ski instructor, Fitnesstrainer, Sportlehrer, Skilehrer, moniteur de sport, moniteur de ski, professeur de ski, maestro di sci, istruttore di fitness
Scrum master: scrum master, agile coach, coach agile
Business analyst: business analyst, business intelligence, bi developer, Wirtschaftsinformatiker, analyste d'affaires, analista aziendale
Executive assistant: executive assistant, personal assistant, Direktionsassistent, Direktionsassistenz, assistant de direction, assistante de direction, assistente di direzione
Biologist: biologist, microbiologist, Biologe, Biologin, biologiste, biologo, biologa
Process engineer: process engineer, chemical engineer, Verfahrensingenieur, Prozessingenieur, ingénieur de procédés, ingénieur chimiste, ingegnere di processo
Environmental specialist: environmental engineer, sustainability manager, Umweltingenieur, Umweltfachmann, ingénieur environnement, responsable durabilité, ingegnere ambientale
Research associate: research associate, research assistant, scientist, Wissenschaftlicher Mitarbeiter, Forscher, chercheur, collaborateur scientifique, ricercatore, collaboratore scientifico
Volunteer: volunteer, Freiwilligenarbeit, Freiwilliger, Freiwillige, bénévole, bénévolat, volontario, volontariato
Security engineer: security engineer, information security officer, security analyst, IT-Sicherheit, Sicherheitsingenieur, ingénieur sécurité, responsable sécurité informatique, ingegnere della sicurezza
QA engineer: qa engineer, software tester, test engineer, Softwaretester, Testingenieur, Test-Manager, testeur, ingénieur test, collaudatore, tester
Mechanical engineer: mechanical engineer, Maschineningenieur, Konstrukteur, ingénieur mécanique, constructeur, ingegnere meccanico, progettista meccanico
Electrical engineer: electrical engineer, Elektroingenieur, ingénieur électricien, ingénieur électrique, ingegnere elettrotecnico, ingegnere elettrico
Civil engineer: civil engineer, structural engineer, Bauingenieur, ingénieur civil, ingegnere civile
Architect: architect, building architect, draughtsman, Architekt, Hochbauzeichner, Zeichner, architecte, dessinateur en bâtiment, dessinateur, architetto, disegnatore
Chemist: chemist, lab technician, laboratory technician, laboratory assistant, Chemiker, Laborant, Biologielaborant, Chemielaborant, laborantin, technicien de laboratoire, chimiste, laboratorista, tecnico di laboratorio, chimico
Quality manager: quality manager, quality assurance specialist, quality engineer, Qualitätsmanager, Qualitätssicherung, responsable qualité, responsabile qualità
Purchaser: purchaser, procurement manager, category manager, strategischer Einkäufer, buyer, procurement specialist, Einkäufer, acheteur, acheteuse, responsabile acquisti, acquirente
Logistics manager: logistics manager, supply chain manager, dispatcher, Disponent, Speditionskaufmann, Logistikleiter, responsable logistique, agent de transport, planificateur, responsabile logistica, spedizioniere
Real estate manager: real estate manager, estate agent, realtor, Immobilienmakler, courtier immobilier, agente immobiliare, property manager, Immobilienbewirtschafter, Liegenschaftsverwalter, gérant immobilier, gérant d'immeubles, gestore immobiliare, amministratore immobiliare
Bank adviser: bank adviser, relationship manager, client advisor, wealth manager, Kundenberater Bank, Bankberater, conseiller bancaire, gestionnaire de fortune, conseiller à la clientèle, consulente bancario, gestore patrimoniale
Insurance specialist: insurance specialist, insurance adviser, insurance advisor, insurance broker, insurance agent, loss adjuster, Schadenspezialist, Vorsorgeberater, courtier en assurances, claims handler, underwriter, Versicherungsfachmann, Versicherungsberater, Schadenexperte, gestionnaire de sinistres, conseiller en assurances, consulente assicurativo
Security guard: security guard, security officer, Bewachung, Wachmann, Fachmann Sicherheit und Bewachung, Verkehrsdienst, gardien, surveillant, agente di sorveglianza, guardia giurata, Sicherheitsmitarbeiter, Sicherheitsdienst, agent de sécurité, addetto alla sicurezza, agente di sicurezza
Police officer: police officer, Polizist, policier, agent de police, agente di polizia
Gardener: gardener, landscaper, Gärtner, Landschaftsgärtner, jardinier, paysagiste, horticulteur, giardiniere
Farm worker: farm worker, farmer, farmhand, Landwirt, Landarbeiter, agriculteur, ouvrier agricole, agricoltore, operaio agricolo
Baker: baker, pastry chef, pastry cook, confectioner, Bäcker, Konditor, Bäcker-Konditor, boulanger, pâtissier, pâtissier-confiseur, panettiere, pasticciere, panettiere-pasticciere
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


@dataclass(frozen=True)
class _Table:
    names: dict[str, tuple[Name, ...]]
    owners: dict[Name, str]
    """The role of each name; a shared name is the first's."""
    guarded: dict[str, tuple[tuple[Name, str], ...]]
    """Names that are ordinary words elsewhere (`chef@en`): the language in which they are the job,
    empty where no title says it by the name alone."""


@cache
def _roles() -> _Table:
    table = _Table({}, {}, {})
    for line in _TABLE.strip().splitlines():
        role, _, listed = line.partition(": ")
        free: dict[Name, None] = {}
        guarded: list[tuple[Name, str]] = []
        for name in listed.split(", "):
            word, at, language = name.partition("@")
            if not (spelled := tuple(terms(word))):
                continue
            if at:
                guarded.append((spelled, language))
            else:
                free[spelled] = None
        table.names[role] = tuple(free)
        table.guarded[role] = tuple(guarded)
        for spelled in free:
            table.owners.setdefault(spelled, role)
    return table


@cache
def _guarded_owners() -> dict[Name, str]:
    return {name: role for role, named in _roles().guarded.items() for name, _ in named}


def find_role(spelled: list[str], start: int) -> tuple[str, Name] | None:
    """Return the role named at a position of a list of terms, and the terms that name it.

    A word that means something else beside others (“chef”: a cook, or the head of anything) names
    its role only where nothing else is said.
    """
    table = _roles()
    for length in range(min(5, len(spelled) - start), 0, -1):
        name = tuple(spelled[start : start + length])
        if role := table.owners.get(name):
            return role, name
    whole = tuple(spelled)
    role = _guarded_owners().get(whole) if start == 0 else None
    return (role, whole) if role else None


def names_of(role: str) -> tuple[Name, ...]:
    """Return the names of a role in all languages, as terms, without those that need a guard."""
    return _roles().names[role]


def guarded_names(role: str) -> tuple[tuple[Name, str], ...]:
    """Return names that stand for the role in titles of one language only, with that language."""
    return tuple((name, language) for name, language in _roles().guarded[role] if language)


@cache
def rivals(role: str) -> tuple[Name, ...]:
    """Return longer names of other roles that hold a name of this one.

    A “conducteur de travaux” is no driver, and an “Installateur-électricien” no plumber.
    """
    table = _roles()
    own = [frozenset(name) for name in (*table.names[role], *(n for n, _ in table.guarded[role]))]
    return tuple(
        name
        for name, owner in table.owners.items()
        if owner != role and any(each < frozenset(name) for each in own)
    )


def labels(spelled: list[str]) -> list[str]:
    """Return the English labels of the roles that a list of terms names, the longest names first
    at each place."""
    found: dict[str, None] = {}
    at = 0
    while at < len(spelled):
        named = find_role(spelled, at)
        if named is not None:
            found[named[0]] = None
        at += len(named[1]) if named is not None else 1
    return list(found)


def names() -> list[Name]:
    """Return every name of every role, as terms."""
    return list(_roles().owners)
