def observe(x, s):
    start = s["innerStart"]
    phi = accelerated(lambda z: gradient_of_G(x, s, z), start, s["inner.mu"], s["inner.beta"], s["innerSteps"])
    s["startError"] = norm(add(start, -1, s["phiStar"]))
    s["innerError"] = norm(add(phi, -1, s["phiStar"]))
