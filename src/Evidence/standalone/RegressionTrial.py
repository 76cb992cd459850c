def observe(x, s):
    X, y, phi = x["X"], x["y"], x["phi"]
    y = y if isinstance(y, list) else [y]
    n = len(X)
    s["regressionLoss"] = sum((dot(phi, r) - t) ** 2 - t**2 for r, t in zip(X, y)) / (2 * n)
    s["regressionQuadratic"] = sum(dot(phi, r) ** 2 for r in X) / (2 * n)
    s["regressionLinear"] = sum(dot(phi, r) * t for r, t in zip(X, y)) / n
