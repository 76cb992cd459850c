def observe(x, s):
    phi = s["innerStart"]
    s["startError"] = norm(add(phi, -1, s["phiStar"]))
    for _ in range(int(s["innerSteps"])):
        phi = add(phi, -s["innerStep"], gradient_of_G(x, s, phi))
    s["innerError"] = norm(add(phi, -1, s["phiStar"]))
