prepare_points = prepare


def prepare(x, s):
    prepare_points(x, s)
    if "phiStar" not in s:
        return
    start = x.get("x0", x.get("start", "zero"))
    zero = [Decimal(0)] * len(s["phiStar"])
    s["namedStart"] = zero if start == "zero" else s["theta"] if start == "theta" else start
    s["namedStartError"] = norm(add(s["namedStart"], -1, s["phiStar"]))
