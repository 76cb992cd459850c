def inner_gradient(loss, lam, theta, x):
    return add(add(gradient(loss, x), lam, x), -lam, theta)


def observe(x, s):
    inner, test, lam, alpha = x["inner"]["loss"], x["outer"]["loss"], x["inner"]["lam"], x["alpha"]
    if "theta" in x:
        theta = x["theta"]
    else:
        theta = add(x["phi_star"], 1 / lam, gradient(inner, x["phi_star"]))
    phi, J, d = theta, identity(len(theta)), len(theta)
    for _ in range(int(x["T"])):
        H = hessian(inner, phi)
        for i in range(d):
            H[i][i] += lam
        # J := (I - alpha (lambda I + H)) J + alpha lambda I, rows are outputs.
        J = [add(J[i], -alpha, [dot(H[i], c) for c in zip(*J)]) for i in range(d)]
        for i in range(d):
            J[i][i] += alpha * lam
        phi = add(phi, -alpha, inner_gradient(inner, lam, theta, phi))
    v = gradient(test, phi)
    g = matvec(list(zip(*J)), v)
    s["unrolled.reverse"] = s["unrolled.forward"] = s["unrolled.transposed"] = g
    s["unrolled.reverseNorm"] = norm(g)
    s["unrolled.chainGap"] = norm(add(matvec(J, v), -1, g))
    if "u" in x:
        s["unrolled.reverseAlong"] = s["unrolled.forwardAlong"] = dot(x["u"], g)
