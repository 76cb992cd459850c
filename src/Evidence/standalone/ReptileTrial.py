def observe(x, s):
    lam, phi = x["inner"]["lam"], s["phiStar"]
    s["proximalStep"] = [lam * e for e in add(s["theta"], -1, phi)]
    s["proximalTestGradient"] = gradient(x.get("outer", {}).get("loss", []), phi)
