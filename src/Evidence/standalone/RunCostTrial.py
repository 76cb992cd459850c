def observe(x, s):  # what the methods hold and ask for does not depend on the problem
    T, m = x["T"], x["m"]
    s["implicitGradients"], s["implicitProducts"] = T + 1, m
    s["implicitVectors"] = Decimal(len(["phi", "v", "g", "residual", "direction", "product"]))
    s["unrolledGradients"], s["unrolledProducts"], s["unrolledVectors"] = T + 1, T, T + 1
    s["gradientVectors"] = Decimal(len(["point", "gradient"]))
