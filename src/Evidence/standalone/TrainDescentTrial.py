def observe(x, s):
    inner, lam, alpha = x["inner"]["loss"], x["inner"]["lam"], x["alpha"]
    if "theta" in x:
        phi = x["theta"]
    elif "phi_star" not in x:  # no matter where, with a Hessian that is the same everywhere
        phi = [Decimal(0)] * len(inner[0]["A"])
    else:
        phi = add(x["phi_star"], 1 / lam, gradient(inner, x["phi_star"]))
    J = identity(len(phi))
    for _ in range(int(x["T"])):
        H = hessian(inner, phi)
        J = [add(row, -alpha, [dot(h, c) for c in zip(*J)]) for row, h in zip(J, H)]
        phi = add(phi, -alpha, gradient(inner, phi))
    s["unrolled.jacobianNorm"] = spectral_norm(J)
