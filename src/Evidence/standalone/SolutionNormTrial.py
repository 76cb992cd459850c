prepare_points = prepare


def prepare(x, s):
    prepare_points(x, s)
    s["phi"] = x["phi"] if "phi" in x else s["phiStar"]
    s["solution"] = implicit_gradient(x, s["phi"])
    s["solutionNorm"] = norm(s["solution"])


def observe(x, s):
    pass
