def solve(A, b):  # Gaussian elimination, the largest pivot first
    d = len(b)
    rows = [list(A[i]) + [b[i]] for i in range(d)]
    for k in range(d):
        i = max(range(k, d), key=lambda i: abs(rows[i][k]))
        rows[k], rows[i] = rows[i], rows[k]
        for i in range(d):
            if i != k:
                rows[i] = add(rows[i], -rows[i][k] / rows[k][k], rows[k])
    return [rows[i][d] / rows[i][i] for i in range(d)]


def inner_solution(loss, lam, theta, x):  # Newton's method, halved until the gradient falls
    def gradient_of_g(x):
        return add(gradient(loss, x), lam, add(x, -1, theta))

    g = gradient_of_g(x)
    for _ in range(200):
        if norm(g) < Decimal(10) ** -50:
            break
        H = hessian(loss, x)
        p = solve([[H[i][j] + lam * (i == j) for j in range(len(x))] for i in range(len(x))], g)
        step = Decimal(1)
        while step > Decimal(10) ** -40:
            y = add(x, -step, p)
            if norm(gradient_of_g(y)) < norm(g):
                x, g = y, gradient_of_g(y)
                break
            step /= 2
        else:
            break
    return x


def observe(x, s):
    loss, lam = x["inner"]["loss"], x["inner"]["lam"]
    if "u" in x and "D" in x:
        p = [2 * x["D"] * c / norm(x["u"]) for c in x["u"]]
        theta = add(p, 1 / lam, gradient(loss, p))
        s["innerRadiusBeyond"] = norm(inner_solution(loss, lam, theta, theta))
    if "phi" in x:
        zero = [Decimal(0)] * len(x["phi"])
        s["innerRadius"] = norm(x["phi"])
        s["innerThetaNorm"] = norm(add(x["phi"], 1 / lam, gradient(loss, x["phi"])))
        s["innerRadiusAtZero"] = norm(inner_solution(loss, lam, zero, zero))
