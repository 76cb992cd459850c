def observe(x, s):
    phi = x.get("phi") or s.get("phiStar") or [Decimal(0)] * len(x["inner"]["loss"][0]["A"])
    s["implicitSolution"] = implicit_gradient(x, phi)
    # A stationary point of s w'Mw - w'v solves 2s M w = v.
    s["implicitPrintedMinimizer"] = [e / 2 for e in s["implicitSolution"]]
    s["implicitHalvedMinimizer"] = s["implicitSolution"]
