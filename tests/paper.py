"""Answers of *write a letter*: one to her, and one to the company."""

WORDS = "Dear Amina Said,\n\nWe read your account again.\n\nNoor Haddad"
TO_HER = {"addressee": "complainant", "letter_kind": "information", "language": "en", "subject": "Your wages",
          "text": WORDS, "original_language": "", "address": ""}  # fmt: skip
TO_COMPANY = {**TO_HER, "addressee": "company", "text": "Dear Sir, we write to you.", "address": "1 Mill Road\nNairobi"}
