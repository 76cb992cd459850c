def observe(x, s):  # d = 1
    loss, lam, w = x["inner"]["loss"], x["inner"]["lam"], x["w"][0]
    theta = x["theta"][0]
    t = Decimal(x.get("t", 1)) / 10**6  # the quotients' limit, if there is one, is near
    ahead, behind = minimizer(loss, lam, theta + t * w), minimizer(loss, lam, theta - t * w)
    s["implicitDerivative"] = [(ahead - behind) / (2 * t)]
    s["implicitJacobianVector"] = [lam * w / (lam + hessian(loss, [ahead])[0][0])]
