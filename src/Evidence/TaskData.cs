using System.Globalization;
using System.Text;
using CsvHelper;
using Verify.Algorithms.Instances;
using Verify.Algorithms.Losses;
using Verify.Algorithms.Numbers;

namespace Verify.Evidence;

/// <summary>What a task's rows (x, y) are turned into.</summary>
public enum DataLoss
{
    /// <summary>|X w - y|^2/(2n) + r |w|^2/2, less its value at w = 0.</summary>
    Squared,

    /// <summary>sum log(1 + exp(-y x'w))/n + r |w|^2/2, y in {-1, 1}.</summary>
    Logistic,
}

/// <summary>The loss of one group of rows.</summary>
/// <param name="Name">The group.</param>
/// <param name="Rows">n, the number of its rows.</param>
/// <param name="Terms">The terms of its loss, each with its numbers in storage order.</param>
/// <param name="MatrixError">
/// At or above |A - (X'X/n + r I)| in the Frobenius norm, A as stored; 0 for a logistic loss, which has no such matrix.
/// </param>
/// <param name="VectorError">
/// At or above |b + X'y/n|, b as stored. Of a logistic loss: of the weights 1/n, relative to them.
/// </param>
public sealed record DataTask(
    string Name,
    int Rows,
    IReadOnlyList<(TermKind Kind, double[] Numbers)> Terms,
    double MatrixError,
    double VectorError
);

/// <summary>A table of tasks, read from CSV: one row per sample, a column that names its task, one to predict, the rest features.</summary>
public sealed class TaskData
{
    /// <summary>The most features.</summary>
    public const int MostFeatures = 100;

    /// <summary>The most tasks.</summary>
    public const int MostTasks = 10_000;

    /// <summary>The most numbers that all losses together hold: a squared loss its moments, a logistic one each of its rows.</summary>
    public const long MostNumbers = 500_000;

    private const int ShownColumns = 20;

    private static readonly CsvReaderOptions s_csv = new()
    {
        Separator = ',',
        SkipEmptyLines = false,
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
        // An open quote would take in the rest of the file.
        MaxRecordSize = 1 << 20,
    };

    private TaskData(
        string source,
        DataLoss loss,
        double ridge,
        IReadOnlyList<string> features,
        IReadOnlyList<DataTask> tasks
    ) => (Source, Loss, Ridge, Features, Tasks) = (source, loss, ridge, features, tasks);

    /// <summary>The file.</summary>
    public string Source { get; }
    public DataLoss Loss { get; }

    /// <summary>r.</summary>
    public double Ridge { get; }

    /// <summary>The columns that make up x, in the file's order: the names of the coordinates of w.</summary>
    public IReadOnlyList<string> Features { get; }

    /// <summary>In the order in which the file names them.</summary>
    public IReadOnlyList<DataTask> Tasks { get; }

    /// <summary>Reads a comma-separated file whose first line names the columns. Nothing is scaled, and no row left out.</summary>
    /// <param name="path">The file, UTF-8 with or without a mark.</param>
    /// <param name="group">The column that names a row's task.</param>
    /// <param name="target">The column of y; all others are features.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="ridge">r, at least 0.</param>
    /// <exception cref="InputException">The first fault found, with its line and column.</exception>
    public static TaskData Read(string path, string group, string target, DataLoss loss, double ridge = 0)
    {
        if (!(ridge >= 0 && double.IsFinite(ridge)))
            throw new InputException($"the ridge {ridge:R} is not a finite number, at least 0");
        if (Directory.Exists(path))
            throw new InputException($"{path}: a folder, not a file");
        if (!File.Exists(path))
            throw new InputException($"{path}: no such file");
        try
        {
            using var reader = CsvReader.Create(new StreamReader(path, new UTF8Encoding(false, true), true), s_csv);
            reader.ReadHeader();
            if (reader.Headers.Count == 0)
                throw new InputException($"{path}: the file is empty");
            var table = new Table(path, [.. reader.Headers], group, target, loss, ridge);
            while (reader.Read())
                table.Add((int)reader.LineNumber, [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
            return new TaskData(path, loss, ridge, table.Features, table.Tasks());
        }
        catch (CsvFormatException e)
        {
            throw new InputException($"{path}: line {e.LineNumber}: {e.Message.ReplaceLineEndings(" ")}");
        }
        catch (DecoderFallbackException)
        {
            throw new InputException($"{path}: not UTF-8");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>Tasks as an instance whose constants, points and step sizes are not filled in yet.</summary>
    /// <param name="shape">Where it has a train and a test loss, both are the task's.</param>
    /// <param name="tasks">Of these data.</param>
    /// <param name="counts">The counts of steps.</param>
    public Instance InstanceOf(Shape shape, IReadOnlyList<DataTask> tasks, Counts counts)
    {
        var layout = new Layout(
            shape,
            Features.Count,
            tasks.Count,
            0,
            (_, i) => [.. tasks[i].Terms.Select(t => t.Kind)]
        );
        var record = new double[layout.Size];
        Array.Fill(record, double.NaN);
        foreach (var losses in shape.Fields.Where(f => f.Kind == FieldKind.Losses).Select(layout.LossesOf))
        foreach (var (terms, task) in losses.Zip(tasks))
        foreach (var (at, term) in terms.Zip(task.Terms))
            term.Numbers.CopyTo(record, at.Offset);
        return new Instance(layout, counts, record);
    }

    /// <summary>The rows read so far.</summary>
    private sealed class Table
    {
        private readonly string _path;
        private readonly string[] _header;
        private readonly int _group;
        private readonly int _target;
        private readonly int[] _features;
        private readonly DataLoss _loss;
        private readonly double _ridge;
        private readonly Dictionary<string, IRows> _tasks = [];
        private readonly List<string> _names = [];
        private readonly double[] _x;
        private long _numbers;
        private int _zeroLine;
        private int _minusLine;

        public Table(string path, string[] header, string group, string target, DataLoss loss, double ridge)
        {
            (_path, _header, _loss, _ridge) = (path, header, loss, ridge);
            for (var k = 0; k < header.Length; k++)
                if (string.IsNullOrWhiteSpace(header[k]))
                    throw new InputException($"{path}: line 1: column {k + 1} has no name");
                else if (Array.IndexOf(header, header[k]) is var first && first < k)
                    throw new InputException(
                        $"{path}: line 1: columns {first + 1} and {k + 1} are both named '{InstanceJson.Short(header[k])}'"
                    );
            (_group, _target) = (Find("group", group), Find("target", target));
            if (_group == _target)
                throw new InputException($"{path}: '{group}' is both the group and the target column");
            _features = [.. Enumerable.Range(0, header.Length).Where(k => k != _group && k != _target)];
            if (_features.Length == 0)
                throw new InputException($"{path}: no feature column beside '{group}' and '{target}'");
            if (_features.Length > MostFeatures)
                throw new InputException(
                    $"{path}: {_features.Length} feature columns, above the limit of {MostFeatures}"
                );
            _x = new double[_features.Length];
        }

        public IReadOnlyList<string> Features => [.. _features.Select(k => _header[k])];

        public void Add(int line, string[] cells)
        {
            if (cells is [""] && _header.Length > 1)
                throw new InputException($"{_path}: line {line} is empty");
            if (cells.Length != _header.Length)
                throw new InputException(
                    $"{_path}: line {line} has {cells.Length} cells, not {_header.Length} as the header"
                );
            var name = cells[_group];
            if (string.IsNullOrWhiteSpace(name))
                throw Fault(line, _group, "is empty");
            for (var k = 0; k < _features.Length; k++)
                _x[k] = Number(line, _features[k], cells[_features[k]]);
            var y = Number(line, _target, cells[_target]);
            if (_loss == DataLoss.Logistic)
                y = Label(line, y);
            if (!_tasks.TryGetValue(name, out var rows))
            {
                if (_names.Count == MostTasks)
                    throw new InputException($"{_path}: line {line}: more than {MostTasks} tasks, the limit");
                rows = _loss == DataLoss.Squared ? new Moments(_x.Length) : new LabelledRows();
                _tasks[name] = rows;
                _names.Add(name);
            }
            _numbers += rows.Add(_x, y);
            if (_numbers > MostNumbers)
                throw new InputException(
                    $"{_path}: line {line}: the losses hold more than {MostNumbers} numbers, the limit "
                        + (
                            _loss == DataLoss.Squared
                                ? "(the moments of each task)"
                                : "(a logistic loss keeps every row; a squared one would not)"
                        )
                );
        }

        public IReadOnlyList<DataTask> Tasks()
        {
            if (_names.Count == 0)
                throw new InputException($"{_path}: no row below the header");
            return
            [
                .. _names.Select(name =>
                    _tasks[name].Loss(name, _x.Length, _ridge)
                    ?? throw new InputException(
                        $"{_path}: task '{InstanceJson.Short(name)}': the squares of its numbers overflow"
                    )
                ),
            ];
        }

        private int Find(string role, string name)
        {
            var k = Array.IndexOf(_header, name);
            if (k >= 0)
                return k;
            var shown = _header.Take(ShownColumns).Select(InstanceJson.Short);
            var more = _header.Length > ShownColumns ? $" and {_header.Length - ShownColumns} more" : "";
            throw new InputException(
                $"{_path}: no {role} column '{InstanceJson.Short(name)}'; the columns are {string.Join(", ", shown)}{more}"
            );
        }

        private double Number(int line, int column, string cell) =>
            string.IsNullOrWhiteSpace(cell) ? throw Fault(line, column, "is empty")
            : double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) && double.IsFinite(x)
                ? x
            : throw Fault(line, column, $"is '{InstanceJson.Short(cell)}', not a finite number");

        /// <summary>-1 or 1; 0 stands for -1 where the file has no -1.</summary>
        private double Label(int line, double y)
        {
            if (y is not (-1 or 0 or 1))
                throw Fault(line, _target, $"is {y:R}, no label: -1 and 1, or 0 and 1");
            if (y == 0 && _zeroLine == 0)
                _zeroLine = line;
            if (y == -1 && _minusLine == 0)
                _minusLine = line;
            if (_zeroLine > 0 && _minusLine > 0)
                throw Fault(
                    line,
                    _target,
                    $"is {y:R}, but {-1 - y:R} on line {Math.Min(_zeroLine, _minusLine)}: labels are -1 and 1, or 0 and 1"
                );
            return y == 0 ? -1 : y;
        }

        private InputException Fault(int line, int column, string what) =>
            new($"{_path}: line {line}, column '{InstanceJson.Short(_header[column])}' {what}");
    }

    private interface IRows
    {
        /// <summary>Takes a row; returns by how many numbers the loss has grown.</summary>
        int Add(double[] x, double y);

        /// <summary>The loss of all rows; null where a number is beyond the doubles.</summary>
        DataTask? Loss(string name, int d, double ridge);
    }

    /// <summary>X'X and X'y, enclosed.</summary>
    private sealed class Moments(int d) : IRows
    {
        private readonly Interval[] _matrix = Zeros(SymmetricMatrix.PackedLength(d));
        private readonly Interval[] _vector = Zeros(d);
        private int _rows;

        public int Add(double[] x, double y)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var xi = Interval.From(x[i]);
                for (var j = 0; j <= i; j++)
                {
                    ref var sum = ref _matrix[SymmetricMatrix.IndexOf(x.Length, i, j)];
                    sum = Interval.Fma(xi, Interval.From(x[j]), sum);
                }
                _vector[i] = Interval.Fma(xi, Interval.From(y), _vector[i]);
            }
            return _rows++ == 0 ? _matrix.Length + _vector.Length : 0;
        }

        public DataTask? Loss(string name, int d, double ridge)
        {
            var n = Interval.From((double)_rows);
            var matrix = Array.ConvertAll(_matrix, a => a / n);
            for (var i = 0; i < d; i++)
                matrix[SymmetricMatrix.IndexOf(d, i, i)] += Interval.From(ridge);
            var vector = Array.ConvertAll(_vector, b => -b / n);
            double[] numbers = [.. matrix.Concat(vector).Select(Middle)];
            if (!Array.TrueForAll(numbers, double.IsFinite))
                return null;
            var (inMatrix, inVector) = (Interval.From(0.0), Interval.From(0.0));
            for (var i = 0; i < d; i++)
            {
                inVector += Square(vector[i], numbers[matrix.Length + i]);
                for (var j = 0; j < d; j++)
                {
                    var k = SymmetricMatrix.IndexOf(d, i, j);
                    inMatrix += Square(matrix[k], numbers[k]);
                }
            }
            return new DataTask(
                name,
                _rows,
                [(TermKind.Quadratic, numbers)],
                Interval.Sqrt(inMatrix).Upper,
                Interval.Sqrt(inVector).Upper
            );
        }

        private static Interval[] Zeros(int count) => [.. Enumerable.Repeat(Interval.From(0.0), count)];

        private static double Middle(Interval a) => a.Lower == a.Upper ? a.Lower : 0.5 * a.Lower + 0.5 * a.Upper;

        private static Interval Square(Interval a, double stored) => Interval.Pow(a - Interval.From(stored), 2);
    }

    /// <summary>The directions -y x, which are exact.</summary>
    private sealed class LabelledRows : IRows
    {
        private readonly List<double[]> _directions = [];

        public int Add(double[] x, double y)
        {
            _directions.Add(Array.ConvertAll(x, v => -y * v));
            return x.Length + 2;
        }

        public DataTask Loss(string name, int d, double ridge)
        {
            var weight = 1.0 / _directions.Count;
            var terms = _directions.Select(v => (TermKind.RidgeLogistic, (double[])[weight, 0, .. v]));
            if (ridge > 0)
            {
                // A matrix and a vector, 0 but for the diagonal.
                var numbers = new double[SymmetricMatrix.PackedLength(d) + d];
                for (var i = 0; i < d; i++)
                    numbers[SymmetricMatrix.IndexOf(d, i, i)] = ridge;
                terms = terms.Prepend((TermKind.Quadratic, numbers));
            }
            var rounding = Interval.From(weight) * Interval.From((double)_directions.Count) - Interval.From(1.0);
            return new DataTask(name, _directions.Count, [.. terms], 0, Interval.Abs(rounding).Upper);
        }
    }
}
