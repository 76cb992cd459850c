def observe(x, s):
    alpha, N, j, w, u = x["alpha"], int(x["N"]), int(x["j"]), x["w"], x["u"]
    loss = x["task"] if "task" in x else x["tasks"][0]
    ws, us = path(loss, w, alpha, N), path(loss, u, alpha, N)
    V, P, Q = [Decimal(0)], identity(len(w)), identity(len(w))
    for a, c in zip(ws[:N], us):
        P = factors(P, [[alpha * e for e in row] for row in hessian(loss, a)])
        Q = factors(Q, [[alpha * e for e in row] for row in hessian(loss, c)])
        V.append(spectral_norm([add(y, -1, z) for y, z in zip(P, Q)]))
    s["startDistance"] = norm(add(w, -1, u))
    s["V(j)"], s["V(j-1)"], s["V(N)"] = V[j], V[max(j - 1, 0)], V[N]
