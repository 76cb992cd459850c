def observe(x, s):  # one task, d = 1
    loss, lam, u = x["inner"]["loss"], x["inner"]["lam"], x["u"][0]
    theta = x["theta"][0]
    t = Decimal(x.get("t", 1)) / 10**6  # the quotients' limit, if there is one, is near
    ahead, behind = minimizer(loss, lam, theta + t * u), minimizer(loss, lam, theta - t * u)
    slope = sum((term["c"][0] for term in x["outer"]["loss"]), Decimal(0))  # of a linear test loss
    s["objectiveQuotient"] = slope * (ahead - behind) / (2 * t)
    s["objectiveSlope"] = slope * lam * u / (lam + hessian(loss, [ahead])[0][0])
