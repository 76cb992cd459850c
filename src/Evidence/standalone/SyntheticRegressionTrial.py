SPECTRUM = next(name for name in ("linear", "log", "rank5") if "." + name in "@CLAIM@")


def eigenvalue(j):  # of A + lambda I
    if SPECTRUM == "linear":
        return Decimal(5 * (j + 1))
    if SPECTRUM == "log":
        return 5 * (Decimal(50).ln() * j / 49).exp()
    return Decimal(5 if j < 45 else 5 + 49 * (j - 44))


def regression():  # h, theta, phi*, the minimiser of the test loss, in the eigenbasis of A
    h = [eigenvalue(j) for j in range(50)]
    w = [sincos(Decimal(2 * j + 1))[0] for j in range(50)]
    test = [w[j] + sincos(Decimal(3 * j + 2))[1] / 2 for j in range(50)]
    theta = [sincos(Decimal(j + 1))[1] for j in range(50)]
    return h, theta, [(5 * t + (a - 5) * u) / a for a, t, u in zip(h, theta, w)], test


def conjugate_gradients(h, v, steps):  # diag(h)/5 g = v from 0
    g, r, p = [Decimal(0)] * len(v), v, v
    for _ in range(steps):
        y = [a / 5 * b for a, b in zip(h, p)]
        a = dot(r, r) / dot(p, y)
        g, q = add(g, a, p), add(r, -a, y)
        p, r = add(q, dot(q, q) / dot(r, r), p), q
    return g


def relative_error(h, star, test, g):
    exact = [5 / a * (a - 5) * (p - t) for a, p, t in zip(h, star, test)]
    return norm(add(g, -1, exact)) / norm(exact)
