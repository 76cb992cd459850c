"""The work item of the benchmarks in NumPy and PyTorch: a server that benchmarks/run asks, one JSON line at a time.

{"load": folder, "d": d, "cosines": c, "count": B}    reads raw doubles; answers {}
{"run": variant, "N": N, "threads": t}                answers {"seconds": per pass over B, "error": relative, "chunk": c}

Each variant chooses its best batch size, once for each cell, among several.
"""

import concurrent.futures
import json
import sys
import time

VERSIONS, MISSING, VARIANTS = {}, [], {}
try:
    import numpy as np

    VERSIONS["numpy"] = np.__version__
except ImportError:
    np = None
    MISSING.append("numpy")
try:
    import torch

    if np is None:
        raise ImportError("torch without numpy")
    VERSIONS["torch"] = torch.__version__
except ImportError:
    torch = None
    MISSING.append("torch")
transforms = None
if torch is not None:
    try:
        from torch.func import grad, vmap

        transforms = "torch.func"
    except ImportError:
        try:
            from functorch import grad, vmap

            transforms = "functorch"
        except ImportError:
            MISSING.append("torch vmap(grad)")

LEAST_SECONDS = 0.005


def variant(name):
    def keep(function):
        VARIANTS[name] = function
        return function

    return keep


class Numpy:
    """Batches of matrices, np.matmul."""

    last = False

    def __init__(self, c):
        self.A, self.b, self.a, self.p, self.V = c["A"], c["b"], c["a"], c["p"], c["V"]

    def mul(self, M, x):
        return np.matmul(M, x[..., None])[..., 0]

    def left(self, s, M):
        return np.matmul(s[:, None, :], M)[:, 0, :]

    def gradient(self, x):
        g = self.mul(self.A, x) + self.b
        if self.V.shape[1]:
            g += self.left(-self.a * np.sin(self.mul(self.V, x) + self.p), self.V)
        return g

    def product(self, x, z):
        y = self.mul(self.A, z)
        if self.V.shape[1]:
            y += self.left(-self.a * np.cos(self.mul(self.V, x) + self.p) * self.mul(self.V, z), self.V)
        return y

    def run(self, c, N):
        alpha = c["alpha"][:, None]
        path = [c["w"]]
        for _ in range(N):
            path.append(path[-1] - alpha * self.gradient(path[-1]))
        g = self.gradient(path[-1])
        for x in reversed(path[:-1]):
            g = g - alpha * self.product(x, g)
        return g


class Einsum(Numpy):
    """Batch last, so that einsum's inner loop runs over instances."""

    def __init__(self, c):
        last = lambda M: np.ascontiguousarray(np.moveaxis(M, 0, -1))
        self.A, self.b, self.a, self.p, self.V = (last(c[k]) for k in "A b a p V".split())
        self.w, self.alpha = last(c["w"]), c["alpha"][None, :]

    def mul(self, M, x):
        return np.einsum("ijb,jb->ib", M, x)

    def left(self, s, M):
        return np.einsum("ib,ijb->jb", s, M)

    def gradient(self, x):
        g = self.mul(self.A, x) + self.b
        if self.V.shape[0]:
            g += self.left(-self.a * np.sin(self.mul(self.V, x) + self.p), self.V)
        return g

    def product(self, x, z):
        y = self.mul(self.A, z)
        if self.V.shape[0]:
            y += self.left(-self.a * np.cos(self.mul(self.V, x) + self.p) * self.mul(self.V, z), self.V)
        return y

    def run(self, c, N):
        return super().run({"alpha": Transposed(self.alpha), "w": self.w}, N).T


class Transposed:
    """alpha[:, None] of the batch-first code is alpha[None, :] here."""

    def __init__(self, value):
        self.value = value

    def __getitem__(self, _):
        return self.value


class Bmm:
    """torch.bmm with the products written out."""

    def __init__(self, c):
        self.c = {k: torch.from_numpy(v) for k, v in c.items()}

    def run(self, _, N):
        c = self.c
        A, b, a, p, V, alpha = c["A"], c["b"], c["a"], c["p"], c["V"], c["alpha"][:, None]
        mul = lambda M, x: torch.bmm(M, x[..., None])[..., 0]
        left = lambda s, M: torch.bmm(s[:, None, :], M)[:, 0, :]

        def gradient(x):
            g = mul(A, x) + b
            return g + left(-a * torch.sin(mul(V, x) + p), V) if V.shape[1] else g

        def product(x, z):
            y = mul(A, z)
            return y + left(-a * torch.cos(mul(V, x) + p) * mul(V, z), V) if V.shape[1] else y

        with torch.no_grad():
            path = [c["w"]]
            for _ in range(N):
                path.append(path[-1] - alpha * gradient(path[-1]))
            g = gradient(path[-1])
            for x in reversed(path[:-1]):
                g = g - alpha * product(x, g)
        return g.numpy()


class Autograd(Bmm):
    """The loss alone is written; torch.autograd differentiates it twice."""

    def run(self, _, N):
        c = self.c
        A, b, a, p, V, alpha = c["A"], c["b"], c["a"], c["p"], c["V"], c["alpha"][:, None]

        def loss(x):
            value = (x * (0.5 * torch.bmm(A, x[..., None])[..., 0] + b)).sum()
            if V.shape[1]:
                value = value + (a * torch.cos(torch.bmm(V, x[..., None])[..., 0] + p)).sum()
            return value

        w = c["w"].detach().clone().requires_grad_(True)
        x = w
        for _ in range(N):
            x = x - alpha * torch.autograd.grad(loss(x), x, create_graph=True)[0]
        return torch.autograd.grad(loss(x), w)[0].numpy()


class Vmap(Bmm):
    """vmap(grad) of the adapted loss of one instance."""

    def run(self, _, N):
        c = self.c

        def loss(x, A, b, a, p, V):
            value = x @ (0.5 * (A @ x) + b)
            return value + (a * torch.cos(V @ x + p)).sum() if V.shape[0] else value

        def adapted(w, alpha, *args):
            for _ in range(N):
                w = w - alpha * grad(loss)(w, *args)
            return loss(w, *args)

        return vmap(grad(adapted))(c["w"], c["alpha"], c["A"], c["b"], c["a"], c["p"], c["V"]).numpy()


if np is not None:
    VARIANTS["numpy matmul"] = Numpy
    VARIANTS["numpy einsum"] = Einsum
if torch is not None:
    VARIANTS["torch bmm"] = Bmm
    VARIANTS["torch autograd"] = Autograd
if transforms is not None:
    VARIANTS["torch vmap(grad)"] = Vmap


class Server:
    def __init__(self):
        self.pools = {}
        self.prepared = {}
        self.best = {}

    def load(self, q):
        d, c, B, folder = q["d"], q["cosines"], q["count"], q["load"]
        shapes = {"A": (B, d, d), "b": (B, d), "w": (B, d), "alpha": (B,), "a": (B, c), "p": (B, c), "V": (B, c, d)}
        self.data = {k: np.fromfile(f"{folder}/{k}").reshape(s) for k, s in shapes.items()}
        self.folder, self.count, self.d = folder, B, d
        self.prepared.clear()
        self.best.clear()
        return {}

    def chunks(self, name, size):
        """Converted outside the clock, as the engine's tiles are."""
        if (name, size) not in self.prepared:
            pieces = []
            for first in range(0, self.count, size):
                piece = {k: v[first : first + size].copy() for k, v in self.data.items()}
                pieces.append((VARIANTS[name](piece), piece))
            self.prepared[name, size] = pieces
        return self.prepared[name, size]

    def once(self, name, size, N, threads):
        chunks = self.chunks(name, size)
        if name.startswith("torch"):
            torch.set_num_threads(threads)
            return [v.run(c, N) for v, c in chunks]
        if threads == 1 or len(chunks) == 1:
            return [v.run(c, N) for v, c in chunks]
        if threads not in self.pools:
            self.pools[threads] = concurrent.futures.ThreadPoolExecutor(threads)
        return list(self.pools[threads].map(lambda x: x[0].run(x[1], N), chunks))

    def time(self, name, size, N, threads):
        self.chunks(name, size)
        start, passes = time.perf_counter(), 0
        while passes == 0 or time.perf_counter() - start < LEAST_SECONDS:
            self.once(name, size, N, threads)
            passes += 1
        return (time.perf_counter() - start) / passes

    def run(self, q):
        name, N, threads = q["run"], q["N"], q["threads"]
        key = (name, N, threads)
        answer = {}
        if key not in self.best:
            sizes = sorted({min(s, self.count) for s in (64, 256, 1024, 4096)}, reverse=True)
            if name.startswith("numpy") and threads > 1:
                sizes = sorted({*sizes, self.count // threads}, reverse=True)
            times = []
            for size in sizes:
                # The first call allocates; a slow one is not worth a second.
                seconds = self.time(name, size, N, threads)
                if seconds < 0.1:
                    seconds = self.time(name, size, N, threads)
                times.append((seconds, size))
                if seconds > 1.5 * min(times)[0]:
                    break
            size = self.best[key] = min(times)[1]
            expected = np.fromfile(f"{self.folder}/g{N}").reshape(self.count, self.d)
            g = np.concatenate(self.once(name, size, N, threads))
            answer["error"] = float(np.abs(g - expected).max() / np.abs(expected).max())
        answer["chunk"] = self.best[key]
        answer["seconds"] = self.time(name, self.best[key], N, threads)
        return answer


def main():
    server = Server()
    print(json.dumps({"versions": VERSIONS, "missing": MISSING, "variants": list(VARIANTS)}), flush=True)
    for line in sys.stdin:
        q = json.loads(line)
        print(json.dumps(server.load(q) if "load" in q else server.run(q)), flush=True)


if __name__ == "__main__":
    main()
