prepare_points = prepare


def prepare(x, s):
    prepare_points(x, s)
    s["phi"] = x["phi"] if "phi" in x else s["phiStar"]
    s["solution"] = implicit_gradient(x, s["phi"])
    s["solutionNorm"] = norm(s["solution"])
    s["linearStartError"] = norm(add(gradient(x.get("outer", {}).get("loss", []), s["phi"]), -1, s["solution"]))


def observe(x, s):
    pass
