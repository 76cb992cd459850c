using ILGPU;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Ilgpu;

/// <summary>
/// One lane of a device's memory, global or shared: element k of lane i lies at k times the number of lanes plus i, so that
/// neighbouring threads read neighbouring numbers.
/// </summary>
/// <param name="memory">The numbers of all lanes.</param>
/// <param name="origin">Where element 0 lies.</param>
/// <param name="stride">From one element to the next.</param>
internal readonly struct LaneStore<T>(ArrayView<T> memory, int origin, int stride) : IStore<T, LaneStore<T>>
    where T : unmanaged, IReal<T>
{
    private readonly ArrayView<T> _memory = memory;
    private readonly int _origin = origin;
    private readonly int _stride = stride;

    public T this[int index]
    {
        get => _memory[_origin + index * _stride];
        set => _memory[_origin + index * _stride] = value;
    }

    public LaneStore<T> At(int offset) => new(_memory, _origin + offset * _stride, _stride);
}

/// <summary>The terms of one loss in a device's memory.</summary>
internal readonly struct DeviceTerms(ArrayView<TermAt> terms, int first, int count) : ITerms
{
    private readonly ArrayView<TermAt> _terms = terms;
    private readonly int _first = first;
    private readonly int _count = count;

    public int Count => _count;

    public TermAt this[int index] => _terms[_first + index];
}

/// <summary>One loss per task in a device's memory: the terms of all, and where those of each begin.</summary>
/// <param name="terms">The terms of all losses.</param>
/// <param name="starts">Where the terms of each loss begin; one more than there are losses.</param>
/// <param name="first">Which start is that of task 0.</param>
internal readonly struct DeviceLosses(ArrayView<TermAt> terms, ArrayView<int> starts, int first) : ILosses<DeviceTerms>
{
    private readonly ArrayView<TermAt> _terms = terms;
    private readonly ArrayView<int> _starts = starts;
    private readonly int _first = first;

    public DeviceTerms this[int task]
    {
        get
        {
            var start = _starts[_first + task];
            return new DeviceTerms(_terms, start, _starts[_first + task + 1] - start);
        }
    }
}
