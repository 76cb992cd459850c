using System.Runtime.CompilerServices;
using Verify.Algorithms.Numbers;

namespace Verify.Algorithms.Engine;

/// <summary>
/// The working memory of one worker: taken piece by piece by a trial, given back all at once. Cache-line aligned where
/// the type holds no references; it grows to what the largest trial needs and then allocates no more.
/// </summary>
public sealed unsafe class Scratch<T>
    where T : struct, IReal<T>
{
    private const int Alignment = 64;
    private const int LeastChunk = 1 << 14;

    private readonly List<(T[]? Managed, byte[]? Pinned, int Length)> _chunks = [];
    private int _chunk;
    private int _used;

    /// <summary>A piece of <paramref name="count"/> elements with arbitrary contents.</summary>
    public Ref<T> Take(int count)
    {
        while (_chunk < _chunks.Count && _used + count > _chunks[_chunk].Length)
            (_chunk, _used) = (_chunk + 1, 0);
        if (_chunk == _chunks.Count)
            _chunks.Add(Allocate(Math.Max(count, LeastChunk)));
        var (managed, pinned, _) = _chunks[_chunk];
        var start = _used;
        _used += count;
        if (managed is not null)
            return new Ref<T>(ref managed[start]);
        var address = ((nint)Unsafe.AsPointer(ref pinned![0]) + Alignment - 1) / Alignment * Alignment;
        return new Ref<T>(ref Unsafe.Add(ref Unsafe.AsRef<T>((void*)address), start));
    }

    /// <summary>Takes back every piece; the references to them must no longer be used.</summary>
    public void Reset() => (_chunk, _used) = (0, 0);

    private static (T[]?, byte[]?, int) Allocate(int length) =>
        RuntimeHelpers.IsReferenceOrContainsReferences<T>()
            ? (new T[length], null, length)
            : (null, GC.AllocateArray<byte>(length * Unsafe.SizeOf<T>() + Alignment, pinned: true), length);
}
