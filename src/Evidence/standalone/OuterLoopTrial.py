def outer_gradient(x, theta):
    return matvec(x["P"], add(theta, -1, x["t"]))


def prepare(x, s):
    d = len(x["t"])
    zero = [Decimal(0)] * d
    start = x.get("theta0", zero)
    s["theta0"] = zero if start == "zero" else start
    for name, theta in (("gapAtZero", zero), ("gapAtStart", s["theta0"])):
        s[name] = dot(add(theta, -1, x["t"]), outer_gradient(x, theta)) / 2


def observe(x, s):
    theta, norms = s["outerStart"], []
    for k in range(int(s["outerSteps"]) + 1):
        g = outer_gradient(x, theta)
        norms.append(norm(g))
        share = s["outerError"] / norms[k] if norms[k] > 0 else Decimal(0)
        theta = add(theta, -s["outerStep"] * (1 - share), g)
    s["leastOuterGradient"] = min(norms)
    s["leastOuterSquareBefore"] = min((r * r for r in norms[:-1]), default=Decimal(0))
