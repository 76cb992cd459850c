"""The work items of the benchmarks in NumPy and PyTorch: a server that benchmarks/run asks, one JSON line at a time.

{"load": folder, "d": d, "cosines": c, "count": B, "lambda": l, "m": m}    reads raw doubles; answers {}
{"run": variant, "item": item, "N": N, "threads": t}    answers {"seconds": per pass over B, "chunk": c, "error": relative}

Each variant chooses its best batch size, once for each cell, among several; the error comes with that first answer.
"""

import concurrent.futures
import json
import sys
import time

VERSIONS, MISSING = {}, []
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
TINY = 1e-300
FIELDS = "A b w alpha a p V".split()


class Batch:
    """The items on batches of instances, with the products written out; a subclass says how a batch multiplies.

    A chunk has A (B, d, d), b and w (B, d), alpha (B,), and for the cosines a cos(v'x + p): a and p (B, c), V (B, c, d).
    """

    def __init__(self, chunk, lam, m):
        for name in FIELDS:
            setattr(self, name, self.convert(chunk[name]))
        self.step = self.alpha[:, None]
        self.cosines = chunk["V"].shape[1]
        self.lam, self.m = lam, m

    def gradient(self, x):
        g = self.mul(self.A, x) + self.b
        if self.cosines:
            g = g + self.left(-self.a * self.sin(self.mul(self.V, x) + self.p), self.V)
        return g

    def curvatures(self, x):
        """The weights of v v' in the Hessian at x."""
        return -self.a * self.cos(self.mul(self.V, x) + self.p) if self.cosines else None

    def product(self, weights, z):
        y = self.mul(self.A, z)
        return y + self.left(weights * self.mul(self.V, z), self.V) if self.cosines else y

    def meta_gradient(self, N):
        path = [self.w]
        for _ in range(N):
            path.append(path[-1] - self.step * self.gradient(path[-1]))
        g = self.gradient(path[-1])
        for x in reversed(path[:-1]):
            g = g - self.step * self.product(self.curvatures(x), g)
        return g

    def solve(self, x, v, steps):
        """Steps of conjugate gradients from 0 on (I + H(x)/lambda) y = v; the weights at x are computed once."""
        weights = self.curvatures(x)
        y, r, p = 0, v, v
        square = self.dot(r, r)
        for _ in range(steps):
            q = p + self.product(weights, p) / self.lam
            # A residual that is exactly 0 ends it, as in the engine: no 0/0.
            a = square / (self.dot(p, q) + TINY)
            y = y + a * p
            r = r - a * q
            following = self.dot(r, r)
            p = r + following / (square + TINY) * p
            square = following
        return y

    def cg(self, N):
        return self.solve(self.w, self.b, N)

    def imaml(self, T):
        x = self.w
        for _ in range(T):
            x = x - self.step * (self.gradient(x) + self.lam * (x - self.w))
        return self.solve(x, self.gradient(x), self.m)

    def run(self, item, N):
        return self.result({"meta-gradient": self.meta_gradient, "CG": self.cg, "iMAML": self.imaml}[item](N))


class Matmul(Batch):
    """Stacked matrices, np.matmul."""

    convert = result = staticmethod(lambda x: x)
    if np is not None:
        sin, cos = staticmethod(np.sin), staticmethod(np.cos)

    def mul(self, M, x):
        return np.matmul(M, x[..., None])[..., 0]

    def left(self, s, M):
        return np.matmul(s[:, None, :], M)[:, 0, :]

    def dot(self, x, y):
        return np.einsum("bi,bi->b", x, y)[:, None]


class Einsum(Batch):
    """The batch is the last axis, so that einsum's inner loop runs over instances."""

    if np is not None:
        sin, cos = staticmethod(np.sin), staticmethod(np.cos)

    def __init__(self, chunk, lam, m):
        super().__init__(chunk, lam, m)
        self.step = self.alpha[None, :]

    def convert(self, x):
        return np.ascontiguousarray(np.moveaxis(x, 0, -1))

    def result(self, x):
        return x.T

    def mul(self, M, x):
        return np.einsum("ijb,jb->ib", M, x)

    def left(self, s, M):
        return np.einsum("ib,ijb->jb", s, M)

    def dot(self, x, y):
        return np.einsum("ib,ib->b", x, y)


class Bmm(Batch):
    """torch.bmm."""

    if torch is not None:
        sin, cos = staticmethod(torch.sin), staticmethod(torch.cos)

    def convert(self, x):
        return torch.from_numpy(x)

    def result(self, x):
        return x.numpy()

    def mul(self, M, x):
        return torch.bmm(M, x[..., None])[..., 0]

    def left(self, s, M):
        return torch.bmm(s[:, None, :], M)[:, 0, :]

    def dot(self, x, y):
        return (x * y).sum(1, keepdim=True)

    def run(self, item, N):
        with torch.no_grad():
            return super().run(item, N)


class Autograd(Bmm):
    """The loss alone is written; torch.autograd differentiates it twice."""

    def loss(self, x):
        value = (x * (0.5 * self.mul(self.A, x) + self.b)).sum()
        return value + (self.a * self.cos(self.mul(self.V, x) + self.p)).sum() if self.cosines else value

    def run(self, item, N):
        w = self.w.detach().clone().requires_grad_(True)
        x = w
        for _ in range(N):
            x = x - self.step * torch.autograd.grad(self.loss(x), x, create_graph=True)[0]
        return torch.autograd.grad(self.loss(x), w)[0].numpy()


class Vmap(Bmm):
    """vmap(grad) of the adapted loss of one instance."""

    def run(self, item, N):
        def loss(x, A, b, a, p, V):
            value = x @ (0.5 * (A @ x) + b)
            return value + (a * torch.cos(V @ x + p)).sum() if V.shape[0] else value

        def adapted(w, alpha, *rest):
            for _ in range(N):
                w = w - alpha * grad(loss)(w, *rest)
            return loss(w, *rest)

        return vmap(grad(adapted))(self.w, self.alpha, self.A, self.b, self.a, self.p, self.V).numpy()


VARIANTS = {}
if np is not None:
    VARIANTS["numpy matmul"] = Matmul
    VARIANTS["numpy einsum"] = Einsum
if torch is not None:
    VARIANTS["torch bmm"] = Bmm
    VARIANTS["torch autograd"] = Autograd
if transforms is not None:
    VARIANTS["torch vmap(grad)"] = Vmap
WRITTEN_OUT = [name for name, kind in VARIANTS.items() if kind not in (Autograd, Vmap)]
ITEMS = {"meta-gradient": list(VARIANTS), "CG": WRITTEN_OUT, "iMAML": WRITTEN_OUT}


class Server:
    def __init__(self):
        self.pools = {}
        self.prepared = {}
        self.best = {}

    def load(self, q):
        d, c, B, folder = q["d"], q["cosines"], q["count"], q["load"]
        shapes = dict(zip(FIELDS, [(B, d, d), (B, d), (B, d), (B,), (B, c), (B, c), (B, c, d)]))
        self.data = {k: np.fromfile(f"{folder}/{k}").reshape(s) for k, s in shapes.items()}
        self.folder, self.count, self.d, self.lam, self.m = folder, B, d, q["lambda"], q["m"]
        self.prepared.clear()
        self.best.clear()
        return {}

    def chunks(self, name, size):
        """Converted outside the clock, as the engine's tiles are."""
        if (name, size) not in self.prepared:
            self.prepared[name, size] = [
                VARIANTS[name]({k: v[i : i + size].copy() for k, v in self.data.items()}, self.lam, self.m)
                for i in range(0, self.count, size)
            ]
        return self.prepared[name, size]

    def once(self, name, item, size, N, threads):
        chunks = self.chunks(name, size)
        if name.startswith("torch"):
            torch.set_num_threads(threads)
        elif threads > 1 and len(chunks) > 1:
            if threads not in self.pools:
                self.pools[threads] = concurrent.futures.ThreadPoolExecutor(threads)
            return list(self.pools[threads].map(lambda x: x.run(item, N), chunks))
        return [x.run(item, N) for x in chunks]

    def time(self, name, item, size, N, threads):
        self.chunks(name, size)
        start, passes = time.perf_counter(), 0
        while passes == 0 or time.perf_counter() - start < LEAST_SECONDS:
            self.once(name, item, size, N, threads)
            passes += 1
        return (time.perf_counter() - start) / passes

    def choose(self, name, item, N, threads):
        """The batch size with the shortest time."""
        sizes = {min(s, self.count) for s in (64, 256, 1024, 4096)}
        if name.startswith("numpy"):
            sizes.add(self.count // threads)
        times = []
        for size in sorted(sizes, reverse=True):
            # The first call allocates; a slow one is not worth a second.
            seconds = self.time(name, item, size, N, threads)
            if seconds < 0.1:
                seconds = self.time(name, item, size, N, threads)
            times.append((seconds, size))
            if seconds > 1.5 * min(times)[0]:
                break
        return min(times)[1]

    def run(self, q):
        name, item, N, threads = q["run"], q["item"], q["N"], q["threads"]
        key = (name, item, N, threads)
        answer = {}
        if key not in self.best:
            self.best[key] = self.choose(*key)
            expected = np.fromfile(f"{self.folder}/{item}{N}").reshape(self.count, self.d)
            actual = np.concatenate(self.once(name, item, self.best[key], N, threads))
            error = float(np.abs(actual - expected).max() / np.abs(expected).max())
            answer["error"] = error if np.isfinite(error) else None
        answer["chunk"] = self.best[key]
        answer["seconds"] = self.time(name, item, self.best[key], N, threads)
        return answer


def main():
    server = Server()
    print(json.dumps({"versions": VERSIONS, "missing": MISSING, "items": ITEMS}), flush=True)
    for line in sys.stdin:
        q = json.loads(line)
        print(json.dumps(server.load(q) if "load" in q else server.run(q)), flush=True)


if __name__ == "__main__":
    main()
