def conjugate_gradients(M, v, w, steps):
    r = add(v, -1, matvec(M, w))
    p = r
    for _ in range(int(steps)):
        if dot(r, r) <= Decimal(10) ** -100 * dot(v, v):
            break
        y = matvec(M, p)
        a = dot(r, r) / dot(p, y)
        w, last, r = add(w, a, p), r, add(r, -a, y)
        p = add(r, dot(r, r) / dot(last, last), p)
    return w


def observe(x, s):
    s["storedVectorsOfRun"] = Decimal(5 if "acceleratedSteps" in s else 6)
    s["gradientVectors"] = Decimal(2)
    if "phiStar" not in s or not s["innerSteps"].is_finite():
        return
    lam = x["inner"]["lam"]
    phi = accelerated(
        lambda z: gradient_of_G(x, s, z), s["innerStart"], s["inner.mu"], s["inner.beta"], s["innerSteps"]
    )
    M = shifted(x["inner"]["loss"], phi, 1, 1 / lam)
    v = gradient(x["outer"]["loss"], phi)
    w = [s["linearStartShare"] * c for c in v]
    if "acceleratedSteps" in s:
        w = accelerated(
            lambda z: add(matvec(M, z), -1, v), w, s["inner.mu"] / lam, s["inner.beta"] / lam, s["acceleratedSteps"]
        )
    else:
        w = conjugate_gradients(M, v, w, s["conjugateSteps"])
    s["endToEndError"] = norm(add(w, -1, implicit_gradient(x, s["phiStar"])))
