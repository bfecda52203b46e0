"""How a complaint arrives: a form, a draft of one, the same form twice, an old register."""
