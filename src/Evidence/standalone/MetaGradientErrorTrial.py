def observe(x, s):  # the closed forms, coordinate by coordinate
    h, theta, star, test = regression()
    P = [(1 - x["step"] * a) ** int(x["T"]) for a in h]
    phi = [p + c * (t - p) for p, c, t in zip(star, P, theta)]
    v = [(a - 5) * (p - t) for a, p, t in zip(h, phi, test)]
    s["mamlError"] = relative_error(h, star, test, [(5 / a + c * (1 - 5 / a)) * u for a, c, u in zip(h, P, v)])
    for steps in (2, 5):
        s["imamlError%d" % steps] = relative_error(h, star, test, conjugate_gradients(h, v, steps))
    s["imamlErrorExact"] = relative_error(h, star, test, [5 / a * u for a, u in zip(h, v)])
    s["fomamlError"] = relative_error(h, star, test, v)
