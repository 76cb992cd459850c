# Both sides of one claim on one instance, recomputed with 60 digits and the standard library only.
# Losses are sums of terms; x'Ax/2 + b'x is a quadratic, a cos(v'x + p) a cosine.
import json
import sys
from decimal import Decimal, getcontext

getcontext().prec = 60
INSTANCE = json.loads(r'''@INSTANCE@''', parse_float=lambda s: Decimal(float(s)), parse_int=Decimal)
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899")


def sincos(x):
    x = x % (2 * PI)
    sin, cos, term, k = Decimal(0), Decimal(0), Decimal(1), 0
    while abs(term) > Decimal(10) ** -58 or k < 8:
        part = term if k % 4 < 2 else -term
        sin, cos = (sin, cos + part) if k % 2 == 0 else (sin + part, cos)
        k += 1
        term *= x / k
    return sin, cos


def dot(x, y):
    return sum((a * b for a, b in zip(x, y)), Decimal(0))


def norm(x):
    return dot(x, x).sqrt()


def add(x, s, y):
    return [a + s * b for a, b in zip(x, y)]


def matvec(A, x):
    return [dot(row, x) for row in A]


def gradient(loss, x):
    g = [Decimal(0)] * len(x)
    for t in loss:
        if t["kind"] == "quadratic":
            g = add(add(g, 1, matvec(t["A"], x)), 1, t["b"])
        elif t["kind"] == "linear":
            g = add(g, 1, t["c"])
        elif t["kind"] == "cosine":
            sin, _ = sincos(dot(t["direction"], x) + t["phase"])
            g = add(g, -t["amplitude"] * sin, t["direction"])
        else:
            sys.exit("no code for the term " + t["kind"])
    return g


def hessian(loss, x):
    d = len(x)
    H = [[Decimal(0)] * d for _ in x]
    for t in loss:
        for i in range(d):
            if t["kind"] == "quadratic":
                H[i] = add(H[i], 1, t["A"][i])
            elif t["kind"] == "cosine":
                _, cos = sincos(dot(t["direction"], x) + t["phase"])
                H[i] = add(H[i], -t["amplitude"] * cos * t["direction"][i], t["direction"])
    return H


def spectral_norm(M):  # from below, by power iteration
    T = list(zip(*M))
    x = [Decimal(1) / (i + 1) for i in range(len(M))]
    for _ in range(500):
        y = matvec(T, matvec(M, x))
        if norm(y) == 0:
            return Decimal(0)
        x = [c / norm(y) for c in y]
    return norm(matvec(M, x))


def factors(P, M):  # P (I - M)
    return [add(p, -1, [dot(p, c) for c in zip(*M)]) for p in P]


def identity(d):
    return [[Decimal(int(i == k)) for k in range(d)] for i in range(d)]


def path(loss, w, alpha, N):
    ws = [w]
    for _ in range(N):
        ws.append(add(ws[-1], -alpha, gradient(loss, ws[-1])))
    return ws


def meta_gradient(train, test, w, alpha, N):
    ws = path(train, w, alpha, N)
    g = gradient(test, ws[N])
    for j in reversed(range(N)):
        g = add(g, -alpha, matvec(hessian(train, ws[j]), g))
    return g


def observe(x):
    s = {k: v for k, v in x.items() if isinstance(v, Decimal)}
    alpha = x["alpha"]
    if "Vs" in x:
        P = identity(len(x["Vs"][0]))
        for V in x["Vs"]:
            P = factors(P, [[alpha * e for e in row] for row in V])
        s["nearIdentityProduct"] = spectral_norm([add(p, -1, e) for p, e in zip(P, identity(len(P)))])
        return s
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
        V, P, Q = [Decimal(0)], identity(d), identity(d)
        for a, c in zip(ws[:N], us):
            P = factors(P, [[alpha * e for e in row] for row in hessian(trains[0], a)])
            Q = factors(Q, [[alpha * e for e in row] for row in hessian(trains[0], c)])
            V.append(spectral_norm([add(y, -1, z) for y, z in zip(P, Q)]))
        s["V(j)"], s["V(j-1)"], s["V(N)"] = V[j], V[max(j - 1, 0)], V[N]
    return s


def sqrt(x):
    return x.sqrt()


s = observe(INSTANCE)
lhs = @LHS@
rhs = @RHS@
print("claim: @CLAIM@, lhs @RELATION@ rhs")
print("lhs  =", format(lhs, ".20g"))
print("rhs  =", format(rhs, ".20g"))
violated = not (lhs @RELATION@ rhs)
print("violated" if violated else "not violated")
sys.exit(0 if violated else 1)
