# Conjugate gradients on S x = b in IEEE doubles, operation by operation as the program runs them: a fused multiply-add is one
# rounding of an exact fraction. The errors of the iterates are then computed from exact fractions.
from fractions import Fraction


def fma(a, b, c):
    return float(Fraction(a) * Fraction(b) + Fraction(c))


def multiply(S, x):
    # Four rows at a time, each element off the diagonal used twice.
    d = len(x)
    y = [0.0] * d
    first = 0
    while first + 4 <= d:
        rows = range(first, first + 4)
        for c in range(first):
            for i in rows:
                y[i] = fma(S[i][c], x[c], y[i])
            for i in rows:
                y[c] = fma(S[i][c], x[i], y[c])
        for i in rows:
            for j in rows:
                y[i] = fma(S[i][j], x[j], y[i])
        first += 4
    for c in range(first):
        for i in range(first, d):
            y[i] = fma(S[i][c], x[c], y[i])
            y[c] = fma(S[i][c], x[i], y[c])
    for i in range(first, d):
        for j in range(first, i):
            y[i] = fma(S[i][j], x[j], y[i])
            y[j] = fma(S[i][j], x[i], y[j])
        y[i] = fma(S[i][i], x[i], y[i])
    return y


def squared(x):
    total = x[0] * x[0]
    for v in x[1:]:
        total += v * v
    return total


def inner(x, y):
    total = x[0] * y[0]
    for a, b in zip(x[1:], y[1:]):
        total = fma(a, b, total)
    return total


def iterate(S, b, w, steps):
    previous = w
    r = [fma(-1.0, y, v) for y, v in zip(multiply(S, w), b)]
    p, square = r, squared(r)
    for _ in range(steps):
        previous = w
        y = multiply(S, p)
        curvature = inner(p, y)
        a = square / curvature if curvature > 0 else 0.0
        w = [fma(a, u, v) for u, v in zip(p, w)]
        r = [fma(-a, u, v) for u, v in zip(y, r)]
        following = squared(r)
        beta = following / square if square > 0 else 0.0
        p = [fma(beta, u, v) for u, v in zip(p, r)]
        square = following
    return w, previous


def solve(S, b):
    # Elimination in fractions: exact.
    d = len(b)
    A = [[Fraction(v) for v in row] + [Fraction(v)] for row, v in zip(S, b)]
    for k in range(d):
        for i in range(k + 1, d):
            factor = A[i][k] / A[k][k]
            A[i] = [u - factor * v for u, v in zip(A[i], A[k])]
    x = [Fraction(0)] * d
    for i in reversed(range(d)):
        x[i] = (A[i][d] - sum(A[i][j] * x[j] for j in range(i + 1, d))) / A[i][i]
    return x


def decimal(q):
    return Decimal(q.numerator) / Decimal(q.denominator)


def observe(x, s):
    d = len(x["b"])
    if "M" in x:
        S = [[float(v) for v in row] for row in x["M"]]
    else:
        S = [[float(x["h"][i]) if i == j else 0.0 for j in range(d)] for i in range(d)]
    b = [float(v) for v in x["b"]]
    start = next((x[k] for k in ("w0", "cg_start", "x0", "start") if isinstance(x.get(k), list)), [0] * d)
    start = [float(v) for v in start]
    w, previous = iterate(S, b, start, int(x["m"]))
    star = solve(S, b)

    def norms(v):
        image = [sum(Fraction(S[i][j]) * v[j] for j in range(d)) for i in range(d)]
        return (
            decimal(sum(a * a for a in v)).sqrt(),
            decimal(sum(a * c for a, c in zip(v, image))).sqrt(),
        )

    def errors(v):
        return norms([Fraction(a) - e for a, e in zip(v, star)])

    result = {"linear.kappa": x["kappa"], "linear.grade": Decimal(0)}
    result["linear.solutionNorm"], result["linear.solutionEnergy"] = norms(star)
    result["linear.startError"], result["linear.startEnergy"] = errors(start)
    result["computed.error"], result["computed.energy"] = errors(w)
    result["computed.previousError"], _ = errors(previous)
    s.update(result)
