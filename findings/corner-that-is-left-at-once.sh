#!/usr/bin/env bash
# HiGHS (highspy): one linear program, asked again and again with nothing changed but what is made least or most.
#
# One would guess: the corner found last fits the rules still, the solver keeps its basis by itself (it does, and says in
# its documentation that a second run begins from it), so that the next question takes a few steps from there.
# What happens: it begins from that basis and leaves it at once. The dual simplex, which is the choice when nothing is
# said, needs reduced costs that are right; with other costs they are not, and it walks from a perturbed problem back to
# rules that were kept all along: over a thousand steps for each question, three times as many as the first one took from
# nothing. The primal simplex (`simplex_strategy` 4) takes a handful, for the same answers.
# Why it matters here: whoever attacks published figures asks one program for the fewest and the most in each of hundreds
# of small cells. At 5,000 complaints a question took half a second, and a hundredth of one after this; the test that was
# never run for want of hours runs with the others.
# Source: seen below; `simplex_strategy` among the options of HiGHS.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q --disable-pip-version-check highspy==1.16.0 numpy==2.4.6
cat > "$folder/see.py" <<'PY'
import random

import highspy
import numpy as np

KINDS = [(a, b, c) for a in range(13) for b in range(8) for c in range(60)]


def program(strategy):
    """How many there are of each kind is not known; the sums by two of three properties are, where they are 5 or more."""
    chance, highs = random.Random(1), highspy.Highs()
    for option, value in {"output_flag": False, "threads": 1, "presolve": "off", **strategy}.items():
        highs.setOptionValue(option, value)
    number = [int(chance.expovariate(1)) for _ in KINDS]
    for _ in KINDS:
        highs.addVar(0.0, highspy.kHighsInf)
    for first, second in ((0, 1), (1, 2)):
        sums = {}
        for place, kind in enumerate(KINDS):
            sums.setdefault((kind[first], kind[second]), []).append(place)
        for places in sums.values():
            whole = float(sum(number[place] for place in places))
            if chance.random() < 0.7:
                highs.addRow(whole, whole, len(places), np.array(places, dtype=np.int32), np.ones(len(places)))
    places = np.arange(len(KINDS), dtype=np.int32)
    highs.addRow(float(sum(number)), float(sum(number)), len(places), places, np.ones(len(places)))
    return highs


def ask(highs):
    """The fewest and the most in each of some cells, and how many steps each question took."""
    answers, steps = [], []
    for a in range(13):
        for sign in (1.0, -1.0):
            cost = np.array([sign * (kind[0] == a and kind[2] == a) for kind in KINDS])
            highs.changeColsCost(len(KINDS), np.arange(len(KINDS), dtype=np.int32), cost)
            highs.run()
            assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
            answers.append(round(highs.getObjectiveValue(), 6) + 0.0)
            steps.append(highs.getInfo().simplex_iteration_count)
    return answers, steps


(answers, said_nothing), (same, primal) = ask(program({})), ask(program({"simplex_strategy": 4}))
print("the same answers:", answers == same)
print("steps, the first question and then each:", said_nothing[0], said_nothing[1:7], "|", primal[0], primal[1:7])
print("primal at most a tenth after the first:", sum(primal[1:]) * 10 <= sum(said_nothing[1:]))
PY
"$folder/v/bin/python" "$folder/see.py" | tee "$folder/seen"
grep -q "same answers: True" "$folder/seen" && grep -q "after the first: True" "$folder/seen"
echo "as it was found"
