def observe(x, s):
    alpha = x["alpha"]
    N, j, w, d = int(x["N"]), int(x["j"]), x["w"], len(x["w"])
    pairs = "tasksT" in x or "taskT" in x
    tests = (x.get("tasksT") or [x["taskT"]]) if pairs else (x.get("tasks") or [x["task"]])
    trains = (x.get("tasksS") or [x["taskS"]]) if pairs else tests
    p = x.get("p", [Decimal(1)] * len(tests))
    p = [q / sum(p) for q in p]
    zero = [Decimal(0)] * d

    def mean(vectors):
        total = zero
        for q, v in zip(p, vectors):
            total = add(total, q, v)
        return total

    ws = path(trains[0], w, alpha, N)
    metas = [meta_gradient(a, b, w, alpha, N) for a, b in zip(trains, tests)]
    grads = [gradient(b, w) for b in tests]
    s["trainGradient"] = norm(gradient(trains[0], w))
    s["trainGradientJ"] = norm(gradient(trains[0], ws[j]))
    s["metaGradient"] = norm(mean(metas))
    one, gap, all_, mean_ = (
        ("testGradient", "testMetaGap", "meanTestGradientNorm", "meanTestGradient")
        if pairs
        else ("taskGradient", "taskMetaGap", "meanTaskGradient", "meanGradient")
    )
    s[one] = norm(grads[0])
    s[gap] = norm(add(grads[0], -1, metas[0]))
    s[all_] = sum(q * norm(g) for q, g in zip(p, grads))
    s[mean_] = norm(mean(grads))
    if pairs:
        b = x.get("b_i", [Decimal("NaN")] * len(tests))
        b = b if isinstance(b, list) else [b]
        s["b_0"], s["b"], s["b_tilde"] = b[0], dot(p, b), dot(p, [e * e for e in b])
        s["testGradientN"] = norm(gradient(tests[0], ws[N]))
        s["estimateSquare"] = sum(q * dot(g, g) for q, g in zip(p, metas))
    if "u" in x:
        u = x["u"]
        us = path(trains[0], u, alpha, N)
        other = mean([meta_gradient(a, b, u, alpha, N) for a, b in zip(trains, tests)])
        s["startDistance"] = norm(add(w, -1, u))
        s["pathDistanceJ"] = norm(add(ws[j], -1, us[j]))
        s["pathDistanceN"] = norm(add(ws[N], -1, us[N]))
        s["metaGradientGap"] = norm(add(mean(metas), -1, other))
