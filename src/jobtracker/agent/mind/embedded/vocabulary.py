"""Words that carry no name: verbs of asking, nouns of jobs, small words, in four languages."""

from __future__ import annotations

# ruff: noqa: E501 (tables of words)


def _set(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


SMALL = _set(
    "actually basically honestly unfortunately sadly luckily roughly approximately usually typically generally normally otherwise anyway though although however instead kinda sorta minimum maximum least about around",
    "eigentlich halt eben wohl übrigens allerdings ausserdem leider gell ungefähr etwa zirka ca vielleicht eventuell evtl trotzdem hauptsächlich generell grundsätzlich überhaupt sonst immer oft manchmal bald endlich natürlich wirklich ziemlich mindestens höchstens maximal minimal normalerweise üblicherweise meistens jedoch dafür zahlt zahlen",
    "finalement d'ailleurs justement franchement vraiment normalement généralement habituellement environ malheureusement peut-être sinon bref voilà donc alors enfin quand surtout notamment minimum maximum cependant paie paient",
    "comunque magari insomma purtroppo forse veramente davvero solitamente normalmente solito allora quindi invece almeno minimo massimo eventualmente soprattutto paga pagano",
    "morning evening after lì dort là there pls please",
    "save store keep watch notify ping alert alerts tell inform stop remember bookmark shows posted",
    "speichere speicher speichern merke merk halte halt melde benachrichtige benachrichtigen informiere informier bescheid laufenden salli",
    "enregistre garde sauvegarde préviens préviens-moi previens avertis avertis-moi alerte tiens-moi tiens cc dis-moi dis",
    "salva salvare tieni tienimi avvisa avvisami informami segnalami escono dimmi",
    "hiya heya heyo yo hey hi hello hoi sali salü grüezi grüessech tschau slt coucou salut salve ehi pls plz thx lol btw asap smth sth somewhere round mate",
    "gits git gitts hets het hesch hend händ heit han hani ha bi bisch z mer mir de dr s ds es e en öppis öppe öppert nöd nid ned isch sind numme nume nur sueche suech suechi wott wetti möcht dir zäme no nöchi nöcher bitti",
    "plutôt vers coin coins truc boulot taf dispo ailleurs",
    "piuttosto zona parti dalle qualcosa qualsiasi",
    "reckon fancy whatever going around",
    "leave limit sort filter exclude remove drop skip narrow cut widen add change switch instead within date distance fewer higher lower big small large cheaper cheapest open moved move there anybody anyone somebody someone love vacant vacancies far",
    "weg weglassen lass sortiere filtere ändere statt stattdessen unter dort jemand gross grosse klein kleine zieh ziehen gezogen vakanz vakanzen",
    "enlève laisse trie filtre change ajoute lieu loin près là-bas quelqu'un grand grande grands grandes petit petite déménagé vacants",
    "togli lascia ordina filtra cambia aggiungi luogo lontano là qualcuno grande grandi piccolo piccola trasferito vacanti",
    "earn earns earned earning paid pays paying pay payed applied apply applying sent posted called gets makes made having wanting decent average typical median usual fair compared trained wages wage expect fit fits match pays position_",
    "verdient verdienen verdiene beworben bewerben bewerbe geschickt bekommt bezahlt üblich durchschnittlich gelernter gelernte ausgeschrieben beworben heisst stellt sucht ein",
    "gagne gagner gagnent touche postulé postuler envoyé payé payés moyen embauche embauchent paru formation",
    "guadagna guadagnare guadagnano prende candidato candidata mandato inviato pagato pagati medio assume assumono formazione",
    "a an the and or but if of to in on at by for from with without about into near around as is are was were be been am i i'm i'd i've i'll you he she it its it's we they me my mine your our their them this that these those there here what what's whats which who whom whose when where why how do does did done don't doesn't can can't could would will won't should shall may might must not no yes any some something anything nothing all every each other another more most less least than then so too also just only very really please pls plz maybe perhaps ok okay now right still yet already again ever never up out off over under between within during before after through per via like such same new old good best better great nice well much many few lot lots bit one ones two let let's us need needs needed want wants wanted wanna looking look find finding search searching show showing get getting give list tell help see know think have has had make made take put go going come keep try start stop use using work works working worked offer offers offered hiring hire hires recruiting seeking seek interested available open currently today tomorrow yesterday ideally preferably hello hi hey thanks thank",
    "der die das den dem des ein eine einen einem einer eines und oder aber wenn von zu zum zur in im ins an am auf bei beim für fuer mit ohne über ueber um als wie ist sind war waren sein bin ich du er sie es wir ihr mich mir dich dir uns mein meine meinen meinem meiner dein deine unser dies diese dieser dieses diesen diesem jene was welche welcher welches welchen wer wann wo warum wieso gibt gibt's hat habe haben hätte kann kannst könnte können könntest will möchte moechte würde wuerde soll sollte muss nicht kein keine keinen ja nein doch auch nur noch schon sehr mehr weniger viel viele alle alles etwas nichts jeder jede jetzt heute morgen gestern dann denn mal bitte gerne gern lieber am liebsten neu neue neuen neuer neues gut beste suche such suchen sucht finde find finden zeig zeige zeigen gib nenn brauche braucht arbeiten arbeit arbeite hilf sag mach mache machen offen offene offenen nähe umkreis region raum aus nach seit bis ab dort hier da danke hallo hoi guten tag irgendwas irgendein verfügbar gesucht stellensuche jobsuche anstellung hätten wäre zurzeit gerade aktuell so",
    "le la les l un une des du de d et ou mais si à a au aux en dans sur sous chez par pour avec sans vers comme que qu qui quoi quel quelle quels quelles quand où comment pourquoi est sont était être suis es je j tu t il elle on nous vous ils elles me m moi te toi se s mon ma mes ton ta tes son sa ses notre votre leur ce c cet cette ces ça cela y ne n pas plus moins très trop aussi seulement encore déjà toujours jamais tout tous toute toutes autre autres même nouveau nouvelle nouveaux nouvelles bon bonne meilleur ai as avons avez ont avoir aimerais voudrais veux peux peut pouvez pourrais dois faut cherche chercher cherches trouve trouver trouve-moi montre montre-moi montrer donne donner liste aide dis fais travailler travail travaille recrute recrutent recherche rechercher svp stp s'il te plaît plait merci bonjour salut aujourd'hui demain hier maintenant près proche région environ dès depuis jusqu disponible disponibles ouvert ouverts ouverte ouvertes idéalement",
    "il lo la i gli le l un uno una dei degli delle del dello della di da dal dallo dalla dai in nel nella nei su sul sulla con per tra fra senza verso come che chi cosa quale quali quando dove perché è sono era essere sei io tu lui lei noi voi loro mi ti si ci vi mio mia miei mie tuo tua suo sua nostro vostro questo questa questi queste quello quella non no sì più meno molto troppo anche solo ancora già sempre mai tutto tutti tutta tutte altro altri altra altre stesso nuovo nuova nuovi nuove buono migliore ho hai ha abbiamo hanno avere vorrei voglio posso puoi può potrei devo cerco cercare cerca trova trovare trovami mostra mostrami mostrare dammi elenca aiuta aiutami dimmi fai lavorare lavora assume assumendo favore grazie ciao buongiorno oggi domani ieri ora vicino zona circa disponibile disponibili aperto aperti aperte aperta idealmente c'è ci",
)
JOB_NOUNS = _set(
    "job jobs position positions role roles opening openings vacancy vacancies posting postings work gig gigs employment career careers opportunity opportunities ad ads post posts listing listings placement placements offer offers place places jbos spot spots",
    "stelle stellen job jobs arbeit arbeitsstelle arbeitsstellen inserat inserate stellenangebot stellenangebote position positionen beruf ausschreibung ausschreibungen stelleninserat stelleninserate jobangebote jobangebot platz",
    "poste postes emploi emplois offre offres travail boulot job jobs annonce annonces place places d'emploi métier",
    "lavoro lavori posto posti impiego impieghi offerta offerte posizione posizioni annuncio annunci opportunità",
)
NOT_NAMES = _set(
    "standort standorte filiale filialen abteilung niederlassung hauptsitz branch location department office site sede filiale reparto succursale siège département",
    "salary pay wage money hour hours year years month months week weeks day days interview interviews application applications resume cv company companies firm employer recruiter recruiters agency agencies cover letter motivation question questions details description requirements calendar appointment appointments meeting call email mail message note notes status search searches alert alerts results result page list tracker detail market home office time part full permanent remote hybrid least experience first second third last next level entry senior junior team startup startups similar different salaries anything english german french italian language languages top degree shift night weekend holidays version versions skills keywords skill match score feedback goal goals progress statistics stats",
    "lohn gehalt salär geld stunde stunden jahr jahre monat monate woche wochen tag tage gespräch gespräche vorstellungsgespräch interview bewerbung bewerbungen lebenslauf firma firmen unternehmen arbeitgeber anschreiben motivationsschreiben frage fragen details anforderungen kalender termin termine anruf mail nachricht notiz suche ergebnisse liste seite teilzeit vollzeit festanstellung erfahrung prozent pensum version deutsch englisch französisch italienisch statistik",
    "salaire argent heure heures an ans année années mois semaine jour jours entretien entretiens candidature candidatures cv entreprise société employeur lettre question questions détails agenda rendez-vous appel mail message note recherche résultats liste page temps partiel plein expérience version allemand anglais français italien statistiques",
    "stipendio salario soldi ora ore anno anni mese mesi settimana giorno giorni colloquio colloqui candidatura candidature cv curriculum azienda ditta datore lettera domanda domande dettagli calendario agenda appuntamento chiamata mail messaggio nota ricerca risultati lista pagina tempo parziale pieno esperienza versione tedesco inglese francese italiano statistiche",
)
LINKS = _set(
    "of and & for de du des d' la le des für und in e di del della et en au aux + / the zu"
)
"""Small words that may stand inside a role or a firm's name."""
FIRST_NAMES = _set(
    "anna maria peter john sarah laura marco luca thomas michael daniel david julia lisa nina sandra andrea stefan martin christian markus hans urs beat reto simon lukas jonas tim jan paul paolo giulia francesca sofia elena pierre jean marie claire sophie julie nicolas luc antoine camille james robert mary emma olivia william jack kate alice bob tom mark susan karen linda emily hannah lea mia noah leon max felix alex alexander sven nadia fatima ali mehmet ivan olga natalia carlos jose ana miguel priya raj wei ming yuki claudia monika ursula barbara heidi petra philipp patrick kevin brian eva ella chloe lucas giovanni matteo alessandro chiara federica",
)
TITLES = _set(
    "mr mrs ms miss dr prof herr frau mme madame monsieur m signor signora sig sig.ra dott hr fr"
)
PARTICLES = _set(
    "of du de des d' del della dello dell' di da dei degli la le les l' zum zur am von vom der the al alla"
)
"""Small words that stand inside names between two capitals."""
GERMAN_PARTICLES = _set("am zum zur von vom der")
"""Those that are too usual between two German nouns to make a name of them, but for a house."""
OPENING = _set("du de la le les el al da di del van von")
"""Small words that names begin with: “Du Pont”, “Le Temps”."""
HOUSES = _set(
    "hotel hôtel restaurant ristorante gasthaus gasthof landgasthof pension auberge albergo osteria grotto trattoria café cafe bar bistro brasserie pizzeria klinik clinique clinica spital hôpital ospedale apotheke pharmacie farmacia praxis cabinet studio bäckerei boulangerie metzgerei boucherie schule école ecole scuola kita crèche haus maison casa château villa residenz résidence stiftung fondation fondazione garage atelier bank banque banca spitex hospital clinic school bakery pharmacy university universität université"
)
"""Kinds of houses, which firms are named by and jobs, too."""
