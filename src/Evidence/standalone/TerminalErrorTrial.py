def observe(x, s):  # at phi* itself, the limit of gradient descent
    h, _, star, test = regression()
    v = [(a - 5) * (p - t) for a, p, t in zip(h, star, test)]
    for steps in (2, 5):
        s["terminalError%d" % steps] = relative_error(h, star, test, conjugate_gradients(h, v, steps))
