"""Writes scores.csv and labels.csv beside itself: python3 make_tasks.py

Twelve tasks of 20 rows with three features. Task i has weights of its own, (1, -0.5, 0.25) plus noise, and features of its
own scales. In scores.csv y is linear in the features plus noise; in labels.csv it is 0 or 1, drawn from the logistic model
of the same weights. Numbers have three decimals, so that the files say exactly what they are. The generator is seeded and
of the standard library: the files can be made again.
"""

import csv
import math
import pathlib
import random

random.seed(2022)
here = pathlib.Path(__file__).parent
with open(here / "scores.csv", "w", newline="") as scores, open(here / "labels.csv", "w", newline="") as labels:
    outs = [csv.writer(file, lineterminator="\n") for file in (scores, labels)]
    for out in outs:
        out.writerow(["task", "x1", "x2", "x3", "y"])
    for task in range(1, 13):
        weights = [c + random.gauss(0, 0.3) for c in (1, -0.5, 0.25)]
        scales = [random.uniform(0.5, 1.5) for _ in weights]
        for _ in range(20):
            x = [round(random.gauss(0, s), 3) for s in scales]
            linear = sum(a * b for a, b in zip(weights, x))
            row = [f"t{task:02}", *x]
            outs[0].writerow([*row, round(linear + random.gauss(0, 0.2), 3)])
            outs[1].writerow([*row, int(random.random() < 1 / (1 + math.exp(-3 * linear)))])
