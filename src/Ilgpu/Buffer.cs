using ILGPU;
using ILGPU.Runtime;

namespace Verify.Ilgpu;

/// <summary>Memory of a device that grows to what the largest batch needs.</summary>
internal sealed class Buffer<T>(Accelerator accelerator) : IDisposable
    where T : unmanaged
{
    private MemoryBuffer1D<T, Stride1D.Dense>? _memory;
    private int _length;

    /// <summary>The elements in use.</summary>
    public ArrayView<T> View => _memory!.View.SubView(0, _length);

    /// <summary>Makes room for at least one element; what was there is lost.</summary>
    public void Resize(int length)
    {
        _length = Math.Max(1, length);
        if (_memory is not null && _memory.Length >= _length)
            return;
        _memory?.Dispose();
        _memory = accelerator.Allocate1D<T>(_length);
    }

    /// <summary>Takes the size and the contents of a span.</summary>
    public void Upload(ReadOnlySpan<T> values)
    {
        Resize(values.Length);
        Upload(values, 0);
    }

    /// <summary>Overwrites the elements from a place on.</summary>
    public void Upload(ReadOnlySpan<T> values, int at)
    {
        if (!values.IsEmpty)
            View.SubView(at, values.Length).CopyFromCPU(values);
    }

    /// <summary>The elements in use.</summary>
    public T[] Download()
    {
        var values = new T[_length];
        View.CopyToCPU(values);
        return values;
    }

    public void Dispose() => _memory?.Dispose();
}
