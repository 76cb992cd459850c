of_other_terms = gradient


def gradient(loss, x):
    g = of_other_terms([t for t in loss if t["kind"] != "radialPseudoHuber"], x)
    for t in loss:
        if t["kind"] == "radialPseudoHuber":
            u = add(x, -1, t["center"])
            root = (1 + dot(u, u) / t["scale"] ** 2).sqrt()
            g = add(g, t["slope"] / t["scale"] / root, u)
    return g


def solved(A, b):  # A^-1 b for a positive definite A
    rows = [list(row) + [c] for row, c in zip(A, b)]
    for k in range(len(b)):
        rows[k] = [c / rows[k][k] for c in rows[k]]
        for i in range(len(b)):
            if i != k:
                rows[i] = add(rows[i], -rows[i][k], rows[k])
    return [row[-1] for row in rows]


def shifted(loss, x, shift, scale):  # shift I + scale H(x)
    return [[scale * h + shift * e for h, e in zip(*rows)] for rows in zip(hessian(loss, x), identity(len(x)))]


def gradient_of_G(x, s, phi):
    return add(gradient(x["inner"]["loss"], phi), x["inner"]["lam"], add(phi, -1, s["theta"]))


def prepare(x, s):
    loss, lam = x["inner"]["loss"], x["inner"]["lam"]
    if "phi_star" in x:
        s["phiStar"] = x["phi_star"]
        s["theta"] = add(s["phiStar"], 1 / lam, gradient(loss, s["phiStar"]))
        s["phiStarNorm"] = norm(s["phiStar"])
    elif "theta" in x:
        s["theta"] = s["phiStar"] = x["theta"]
        for _ in range(20):
            step = solved(shifted(loss, s["phiStar"], lam, 1), gradient_of_G(x, s, s["phiStar"]))
            s["phiStar"] = add(s["phiStar"], -1, step)
        s["phiStarNorm"] = norm(s["phiStar"])


def implicit_gradient(x, phi):  # M(phi)^-1 grad L(phi), M = I + H/lambda
    return solved(
        shifted(x["inner"]["loss"], phi, 1, 1 / x["inner"]["lam"]), gradient(x.get("outer", {}).get("loss", []), phi)
    )


def accelerated(gradient_at, y, mu, beta, steps):
    root = (beta / mu).sqrt()
    x = y
    for _ in range(int(steps)):
        last, y = y, add(x, -1 / beta, gradient_at(x))
        x = add(y, (root - 1) / (root + 1), add(y, -1, last))
    return y
