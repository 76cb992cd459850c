def observe(x, s):
    lam = x["inner"]["lam"]
    M = shifted(x["inner"]["loss"], s["phi"], 1, 1 / lam)
    v = gradient(x["outer"]["loss"], s["phi"])
    w = accelerated(
        lambda z: add(matvec(M, z), -1, v),
        [s["linearStartShare"] * c for c in v],
        s["inner.mu"] / lam,
        s["inner.beta"] / lam,
        s["acceleratedSteps"],
    )
    s["linearError"] = norm(add(w, -1, s["solution"]))
