def proximal_value(loss, lam, theta, z):  # of one number, up to a constant
    value = lam / 2 * (z - theta) ** 2
    for t in loss:
        if t["kind"] == "quadratic":
            value += t["A"][0][0] * z * z / 2 + t["b"][0] * z
        elif t["kind"] == "cosine":
            value += t["amplitude"] * sincos(t["direction"][0] * z + t["phase"])[1]
        else:
            sys.exit("no code for the term " + t["kind"])
    return value


def minimizer(loss, lam, theta):  # the global one: the best of a grid over all stationary points, then Newton
    quadratic = [t for t in loss if t["kind"] == "quadratic"]
    curvature = lam + sum((t["A"][0][0] for t in quadratic), Decimal(0))
    center = (lam * theta - sum((t["b"][0] for t in quadratic), Decimal(0))) / curvature
    slope = sum((abs(t["amplitude"] * t["direction"][0]) for t in loss if t["kind"] == "cosine"), Decimal(0))
    grid = [center + slope / curvature * k / 200 for k in range(-200, 201)]
    z = min(grid, key=lambda p: proximal_value(loss, lam, theta, p))
    for _ in range(12):
        g = gradient(loss, [z])[0] + lam * (z - theta)
        z -= g / (hessian(loss, [z])[0][0] + lam)
    return z
