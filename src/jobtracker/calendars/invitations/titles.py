"""Which words make a job title, in English, German, French and Italian.

Stems, not titles: “Projektleiterin Tiefbau” is known by “leiter”. Feminine and inclusive endings
are read by `WORD`.
"""

from __future__ import annotations

import re

_EN = (
    "engineer developer programmer manager designer analyst scientist consultant architect"
    " administrator specialist officer assistant director lead nurse teacher technician recruiter"
    " accountant coordinator representative associate intern trainee apprentice writer editor"
    " supervisor advisor adviser researcher fellow lecturer professor tutor trainer coach baker"
    " barista waiter waitress bartender cook chef butcher cleaner housekeeper receptionist"
    " secretary clerk cashier salesperson seller buyer planner estimator surveyor electrician"
    " plumber carpenter joiner painter welder machinist mechanic operator fitter mason roofer"
    " driver courier picker packer dispatcher warehouse\\w* storekeeper gardener caretaker janitor"
    " guard pharmacist physician doctor dentist therapist physiotherapist psychologist midwife"
    " caregiver carer paramedic chemist biologist physicist geologist statistician actuary auditor"
    " controller treasurer bookkeeper underwriter broker trader banker paralegal lawyer attorney"
    " solicitor counsel notary translator interpreter journalist copywriter photographer animator"
    " illustrator producer tester devops sre strategist marketer buyer owner scrum agent"
    " attendant host hostess steward foreman head partner executive president principal inspector"
    " instructor librarian archivist curator pilot captain surgeon vet veterinarian hairdresser"
    " beautician tailor florist conductor optician farmer firefighter aide helper worker labourer"
    " laborer scaffolder porter runner usher economist mathematician ecologist hygienist"
    " radiographer dietitian nutritionist optometrist groomer stylist model actor musician nanny"
    " merchandiser adjuster appraiser facilitator moderator leader technologist evangelist mentor"
    " lifeguard practitioner registrar superintendent crew"
)
_DE = (
    "entwickler programmierer informatiker mediamatiker ingenieur leiter leitung berater"
    " fachmann fachfrau fachperson fachkraft fachangestellte\\w* angestellte\\w* fachspezialist"
    " spezialist sachbearbeiter kaufmann kauffrau kaufleute pfleg\\w+ lehrer lehrperson lehrkraft"
    " dozent verkäufer verkaufsberater koch köchin bäcker konditor metzger kellner elektriker"
    " elektroinstallateur installateur monteur schreiner tischler zimmermann maurer maler gipser"
    " dachdecker sanitär\\w* heizungs\\w+ polymechaniker mechaniker mechatroniker automatiker"
    " elektroniker schlosser schweisser schweißer techniker konstrukteur zeichner bauführer polier"
    " architekt laborant chemiker biologe apotheker arzt ärztin hebamme therapeut psychologe"
    " betreuer erzieher sozialarbeiter sozialpädagog\\w+ assistent assistenz sekretär\\w*"
    " empfang\\w* mitarbeiter mitarbeitende\\w* buchhalter treuhänder revisor jurist anwalt"
    " anwältin notar disponent logistiker lagerist fahrer chauffeur gärtner hauswart reinigungs\\w+"
    " praktik\\w+ lernende\\w* lehrling auszubildende\\w* azubi trainee redakteur redaktor"
    " journalist texter grafiker gestalter fotograf übersetzer dolmetscher einkäufer\\w* verwalter"
    " referent koordinator aussendienst\\w* filialleiter coiffeuse coiffeur friseur servicefach\\w+"
    " planer begleiter florist schneider näher uhrmacher optiker hörakustiker drogist winzer"
    " landwirt forstwart förster zusteller bademeister pfarrer logopäd\\w+ arbeiter helfer"
    " aushilfe steuerberater prüfer meister vorarbeiter"
)
_FR = (
    "ingénieur développeu\\w+ programmeu\\w+ informaticien\\w* infirmi\\w+ aide-soignant\\w*"
    " comptable responsable gestionnaire conseill\\w+ vendeu\\w+ cuisini\\w+ technicien\\w* chef"
    " cheffe directeur directrice assistant\\w* secrétaire réceptionniste collaborat\\w+"
    " employé\\w* chargé\\w* coordinat\\w+ analyste architecte dessinat\\w+ graphiste rédact\\w+"
    " journaliste traduct\\w+ enseignant\\w* professeur\\w* formateur formatrice éducat\\w+"
    " social\\w* juriste avocat\\w* notaire médecin pharmacien\\w* physiothérapeute"
    " ergothérapeute sage-femme psychologue laborantin\\w* chimiste biologiste chercheu\\w+"
    " électricien\\w* plombier menuisi\\w+ charpentier maçon\\w* peintre soudeu\\w+ mécanicien\\w*"
    " mécatronicien\\w* monteu\\w+ polymécanicien\\w* opérat\\w+ magasini\\w+ logisticien\\w*"
    " chauffeu\\w+ conducteur conductrice livreu\\w+ boulang\\w+ pâtissi\\w+ bouch\\w+ serveu\\w+"
    " barman sommeli\\w+ caissi\\w+ coiffeu\\w+ jardini\\w+ concierge nettoyeu\\w+ stagiaire"
    " apprenti\\w* acheteu\\w+ contrôleu\\w+ auditeur auditrice fiduciaire administrat\\w+"
    " consultant\\w* commercial\\w* représentant\\w* animat\\w+ agent couturi\\w+ fleuriste"
    " horlog\\w+ opticien\\w* agriculteur vigneron\\w* facteur pompier policier ambulanci\\w+"
    " logopédiste auxiliaire surveillant\\w* téléphoniste pilote géomaticien\\w* ébéniste"
    " ferblantier carreleur carrossier poseu\\w+ installateur planificat\\w+ préparat\\w+"
    " manutentionnaire cariste lingère plongeu\\w+ commis photographe régisseu\\w+ économiste"
    " actuaire statisticien\\w* ouvri\\w+"
)
_IT = (
    "ingegnere sviluppat\\w+ programmat\\w+ informatic\\w+ infermier\\w+ contabile consulente"
    " impiegat\\w+ addett\\w+ cuoc\\w+ tecnic\\w+ insegnante docente maestr\\w+ educat\\w+"
    " responsabile direttore direttrice assistente segretari\\w+ receptionist collaborat\\w+"
    " coordinat\\w+ analista architett\\w+ disegnat\\w+ grafic\\w+ redatt\\w+ giornalista"
    " tradutt\\w+ giurista avvocat\\w+ notai\\w+ medic\\w+ farmacista fisioterapista ostetric\\w+"
    " psicolog\\w+ laboratorista chimic\\w+ biolog\\w+ ricercat\\w+ elettricista idraulic\\w+"
    " falegname carpentiere murator\\w+ imbianchin\\w+ saldat\\w+ meccanic\\w+ montat\\w+"
    " operai\\w+ operat\\w+ magazzinier\\w+ autista corriere panettier\\w+ pasticcer\\w+"
    " macellai\\w+ camerier\\w+ barista cassier\\w+ commess\\w+ venditor\\w+ venditric\\w+"
    " parrucchier\\w+ giardinier\\w+ custode tirocinante apprendista stagista acquisitor\\w+"
    " fiorist\\w+ sart\\w+ orologia\\w+ ottic\\w+ agricoltor\\w+ postin\\w+ pompiere poliziott\\w+"
    " agente ausiliari\\w+ logopedista telefonista pilota geometra lattoniere piastrellista"
    " carrozzier\\w+ installat\\w+ pianificat\\w+ aiuto lavapiatti fotograf\\w+ economista"
    " attuari\\w+ strutturista controllor\\w+"
    " revisor\\w+ fiduciari\\w+ amministrat\\w+ capo\\w* perit\\w+ specialista progettista"
)

STEMS = "|".join(
    sorted({*_EN.split(), *_DE.split(), *_FR.split(), *_IT.split()}, key=len, reverse=True)
)
ENDING = r"(?:e?s|in|innen|n|en|rice|euse|ère|ienne|ne|te|e|[*:/_·]-?in(?:nen)?|\(in\))?"
WORD = rf"(?<![\w-])(?:[\w/+#.&'’-]*?)(?:{STEMS}){ENDING}(?![\w])"
TITLE_WORD = re.compile(WORD, re.I)
"""One word that makes a title, also as the end of a compound (“Projektleiterin”)."""


def has_title(text: str) -> bool:
    """Tell whether a job title is in the text."""
    return TITLE_WORD.search(text[:200]) is not None
