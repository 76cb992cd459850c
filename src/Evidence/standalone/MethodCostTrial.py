class Counted:  # x^2/2 and its oracles, each call counted
    def __init__(self):
        self.gradients = self.products = 0

    def gradient(self, x):
        self.gradients += 1
        return x

    def product(self, u):
        self.products += 1
        return u

    def time(self, h):
        return self.gradients + h * self.products


ALPHA, LAMBDA, THETA = Decimal("0.25"), Decimal(1), Decimal(1)


def descend(f, T):
    phi = THETA
    for _ in range(int(T)):
        phi -= ALPHA * (f.gradient(phi) + LAMBDA * (phi - THETA))
    return phi


def implicit(T, m):  # conjugate gradients do not stop early: a residual of 0 asks for its products all the same
    f = Counted()
    r = f.gradient(descend(f, T))
    w, p = Decimal(0), r
    for _ in range(int(m)):
        Mp = p + f.product(p) / LAMBDA
        a = r * r / (p * Mp) if p else Decimal(0)
        w, rest = w + a * p, r - a * Mp
        r, p = rest, rest + (rest * rest / (r * r) if r else 0) * p
    return f


def unrolled(T):
    f = Counted()
    g = f.gradient(descend(f, T))
    for _ in range(int(T)):
        g -= ALPHA * (LAMBDA * g + f.product(g))
    return f


def observe(x, s):
    s["imamlTime"] = implicit(x["T"], x["m"]).time(x["h"])
    s["mamlTime"] = unrolled(x["T"]).time(x["h"])
