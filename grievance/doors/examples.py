"""Doors of the demonstration: invented, every one of them. Numbers and names lead to nobody."""

from typing import Any

EXAMPLES: tuple[dict[str, Any], ...] = (
    {"name": "Lakeside Labour Office (invented)", "kind": "labour", "countries": "KE", "harms": ["work", "forced"],
     "languages": ["en", "sw"], "telephone": "+254 00 000 0100", "costs": "no", "needs_name": "yes",
     "does": "They look at pay, hours and contracts, and can ask an employer to pay.",
     "does_not": "They cannot help with violence, or against police.",
     "does_sw": "Wanaangalia mishahara, saa za kazi na mikataba, na wanaweza kumwomba mwajiri alipe.",
     "does_not_sw": "Hawawezi kusaidia kuhusu vurugu, au dhidi ya polisi."},
    {"name": "Harbour Road Clinic (invented)", "kind": "medical", "countries": "KE",
     "harms": ["hurt", "sexual", "force"], "languages": ["en", "sw"], "telephone": "+254 00 000 0101",
     "address": "4 Harbour Road", "costs": "no",
     "needs_name": "no", "does": "Doctors look at injuries, day and night, and write down what they see.",
     "does_not": "They cannot bring anybody to court."},
    {"name": "Circle of Lawyers (invented)", "kind": "legal", "countries": "KE\nCZ", "harms": [],
     "languages": ["en"], "website": "https://circle.example.org", "costs": "unknown", "needs_name": "no",
     "does": "They tell you which rights you have, and whether a court can help.",
     "does_not": "They do not promise to go to court for you."},
    {"name": "Contact Point for Responsible Business (invented)", "kind": "contact_point", "countries": "CZ",
     "harms": [], "languages": ["en"], "website": "https://contact-point.example.org", "costs": "no",
     "needs_name": "yes", "does": "They bring companies and people who were harmed to one table.",
     "does_not": "They cannot order a company to pay."},
    {"name": "Union of Guards and Cleaners (invented)", "kind": "union", "countries": "", "harms": ["work", "unheard"],
     "languages": ["en", "fr", "es"], "website": "https://guards-and-cleaners.example.org", "costs": "yes",
     "needs_name": "unknown", "does": "They help people who work for security companies, in many countries.",
     "does_not": "They do not help against people who were not your employer."},
)  # fmt: skip
