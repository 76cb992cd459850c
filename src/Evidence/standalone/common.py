# Both sides of one claim on one instance, recomputed with 60 digits and the standard library only.
# Losses are sums of terms; x'Ax/2 + b'x is a quadratic, a cos(v'x + p) a cosine, w log(1 + exp(v'x - o)) a ridgeLogistic.
import json
import math
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


def logistic(u):
    return 1 / (1 + (-u).exp())


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
        elif t["kind"] == "ridgeLogistic":
            g = add(g, t["weight"] * logistic(dot(t["direction"], x) - t["offset"]), t["direction"])
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
            elif t["kind"] == "ridgeLogistic":
                u = dot(t["direction"], x) - t["offset"]
                H[i] = add(H[i], t["weight"] * logistic(u) * logistic(-u) * t["direction"][i], t["direction"])
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


def sqrt(x):
    return x.sqrt()


def ceil(x):
    return Decimal(math.ceil(x)) if x.is_finite() else x


def at(x, path):  # a field of the instance by its path
    for step in path.split("."):
        x = x[step]
    return x

@OBSERVE@

x = INSTANCE
s = {@CONSTANTS@}
if "prepare" in globals():
    prepare(x, s)
@PRESCRIBED@
observe(x, s)
lhs = @LHS@
rhs = @RHS@
print("claim: @CLAIM@, lhs @RELATION@ rhs")
print("lhs  =", format(lhs, ".20g"))
print("rhs  =", format(rhs, ".20g"))
tiny = Decimal(10) ** -40 * max(abs(lhs), abs(rhs))  # what sixty digits cannot tell apart
violated = abs(lhs - rhs) > tiny if "@RELATION@" == "==" else not (lhs @RELATION@ rhs)
print("violated" if violated else "not violated")
sys.exit(0 if violated else 1)
