def observe(x, s):
    P = identity(len(x["Vs"][0]))
    for V in x["Vs"]:
        P = factors(P, [[x["alpha"] * e for e in row] for row in V])
    s["nearIdentityProduct"] = spectral_norm([add(p, -1, e) for p, e in zip(P, identity(len(P)))])
