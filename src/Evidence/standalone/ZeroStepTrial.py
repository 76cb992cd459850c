def observe(x, s):
    s["implicitTestGradient"] = gradient(x.get("outer", {}).get("loss", []), x["phi"])
    s["zeroStepIterate"] = s["zeroStepStart"]
