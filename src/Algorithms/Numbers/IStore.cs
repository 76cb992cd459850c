using System.Runtime.CompilerServices;

namespace Verify.Algorithms.Numbers;

/// <summary>
/// Where a kernel reads and writes its numbers: a position in memory and the elements that follow it. Kernels address
/// with constant indices after <see cref="At"/>, which the JIT folds into the instruction.
/// </summary>
public interface IStore<T, TSelf>
    where T : struct, IReal<T>
    where TSelf : IStore<T, TSelf>, allows ref struct
{
    T this[int index] { get; set; }

    /// <summary>The store that begins <paramref name="offset"/> elements further on.</summary>
    TSelf At(int offset);
}

/// <summary>The store of the CPU: a managed reference, over an array or over aligned native memory. Unchecked.</summary>
public readonly ref struct Ref<T>(ref T origin) : IStore<T, Ref<T>>
    where T : struct, IReal<T>
{
    private readonly ref T _origin = ref origin;

    /// <summary>Element 0 itself.</summary>
    public ref T Origin => ref _origin;

    public T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.Add(ref _origin, index);
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => Unsafe.Add(ref _origin, index) = value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Ref<T> At(int offset) => new(ref Unsafe.Add(ref _origin, offset));
}
