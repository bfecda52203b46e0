"""Files as evidence: what a file is, and a copy of it that says nothing about who made it, where or with what.

`types.judge` names the kind, `clean.clean` makes the copy in a child process; the other modules run only there."""
