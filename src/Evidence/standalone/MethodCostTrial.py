def observe(x, s):  # the loss x^2/2 in one dimension, each oracle counted as it is asked
    T, m, h = int(x["T"]), int(x["m"]), Decimal(x["h"])
    lam, alpha, theta = Decimal(1), Decimal("0.25"), Decimal(1)
    count = {}

    def gradient_at(z):
        count["gradients"] += 1
        return z

    def product(z):
        count["products"] += 1
        return z

    def descended():
        count.update(gradients=0, products=0)
        path = [theta]
        for _ in range(T):
            z = path[-1]
            path.append(z - alpha * (gradient_at(z) + lam * (z - theta)))
        return path

    def time():
        return count["gradients"] + h * count["products"]

    v = gradient_at(descended()[-1])
    r = p = v
    for _ in range(m):  # conjugate gradients on (1 + H/lambda) w = v; the count does not depend on how far they get
        y = p + product(p) / lam
        a = r * r / (p * y) if r else 0
        r, last = r - a * y, r
        p = r + (r * r / (last * last) if last else 0) * p
    s["imamlTime"] = time()

    u = gradient_at(descended()[-1])
    for _ in range(T):  # backwards through the steps
        u = u - alpha * (product(u) + lam * u)
    s["mamlTime"] = time()
