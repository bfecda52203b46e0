"""What clients may ask of companies in a tender: clauses to copy. In our words, after the International Code of Conduct
for Private Security Service Providers (2010) and the Montreux Document (2008)."""

from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l

SOURCES = _l(
    "In our own words, after the International Code of Conduct for Private Security Service Providers and the Montreux"
    " Document. A lawyer of your country should look at them before you use them."
)
CLAUSES: tuple[tuple[Label, Label], ...] = (
    (_l("Membership and certificate"),
     _l("The company names its membership and its certificate, with the certifying body, the standard, the scope and"
        " the days from which and until which it is good. It tells us within five working days when one of these"
        " changes.")),
    (_l("The Code of Conduct"),
     _l("The company keeps the Code in all that it does under this contract, in every country, and puts it into the"
        " contracts of its staff and of its subcontractors.")),
    (_l("Staff"),
     _l("The company takes on staff only after looking into their past, trains them on the Code and on the use of force"
        " before they begin and once a year, pays them in full and on time, and keeps no papers of theirs.")),
    (_l("Use of force and weapons"),
     _l("The company has written rules for the use of force and for weapons that meet the law and the Code, and shows"
        " them to us. Whoever carries a weapon was trained on it.")),
    (_l("Grievances"),
     _l("The company has a grievance procedure that is fair, that people near our sites can reach in their own"
        " languages, and that punishes nobody who uses it. It tells them, too, how to complain to the association.")),
    (_l("Incidents"),
     _l("The company reports to us, within 24 hours, each incident in which a weapon was used or somebody was hurt or"
        " held, looks into it, and tells us what it changed.")),
    (_l("Looking for ourselves"),
     _l("We, or somebody on our behalf, may see the records that show that these clauses are kept, and speak with"
        " staff. If one of them is broken and not put right in the time that we set, we may end the contract.")),
)  # fmt: skip
"""A heading and a clause each."""
CHECKS: tuple[Label, ...] = (
    _l("That a certified company was certified by an accredited body, for which services and until when."),
    _l("Complaints and concerns that reach us, and what the company does about them."),
)
CHECKS_NOT: tuple[Label, ...] = (
    _l("Each site, each contract and each guard. A certificate is no promise that nothing goes wrong."),
    _l("Services and countries outside the certificate, and companies that are no members."),
)
"""What the association looks at, and what a client has to look at themselves."""
