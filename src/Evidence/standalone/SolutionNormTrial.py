prepare_points = prepare


def prepare(x, s):
    prepare_points(x, s)
    term = x["inner"]["loss"][0]
    # A point that is left out of the instance makes no difference: constant Hessians, a linear test loss.
    anywhere = [Decimal(0)] * len(term.get("A", term.get("direction")))
    s["phi"] = x.get("phi", s.get("phiStar", anywhere))
    s["solution"] = implicit_gradient(x, s["phi"])
    s["solutionNorm"] = norm(s["solution"])
    s["linearStartError"] = norm(add(gradient(x.get("outer", {}).get("loss", []), s["phi"]), -1, s["solution"]))


def observe(x, s):
    pass
