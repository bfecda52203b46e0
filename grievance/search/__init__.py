"""An index of sealed words: what a word is, segments of sealed blocks, and where they are kept."""
