namespace OrleansCompute.Training.Compression;

/// <summary>
/// Singular value decomposition A = U diag(S) V^T by one-sided Jacobi rotations (Hestenes 1958; Golub and Van Loan, Matrix Computations,
/// 4th edition, section 8.6.3), in double precision: slow, and accurate for small singular values, too. Immutable.
/// </summary>
public sealed class SingularValues
{
    private const int MaxSweeps = 60;

    private SingularValues(int rows, int columns, double[] u, double[] values, double[] v) =>
        (Rows, Columns, Left, Values, Right) = (rows, columns, u, values, v);

    /// <summary>Rows of A.</summary>
    public int Rows { get; }

    /// <summary>Columns of A.</summary>
    public int Columns { get; }

    /// <summary>U, [rank, Rows]: its rows are the left vectors.</summary>
    public IReadOnlyList<double> Left { get; }

    /// <summary>Singular values, largest first: as many as the smaller side of A.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>V, [rank, Columns]: its rows are the right vectors.</summary>
    public IReadOnlyList<double> Right { get; }

    /// <summary>Decomposes a matrix.</summary>
    /// <param name="matrix">[rows, columns], finite.</param>
    /// <param name="rows">1 to 16,384.</param>
    /// <param name="columns">1 to 16,384.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, or a value is not finite.</exception>
    public static SingularValues Of(ReadOnlySpan<float> matrix, int rows, int columns)
    {
        if (rows is < 1 or > 16_384 || columns is < 1 or > 16_384 || matrix.Length != (long)rows * columns)
        {
            throw new ArgumentException($"A matrix of {matrix.Length} values cannot be [{rows}, {columns}]; allowed sides 1 to 16384.", nameof(matrix));
        }

        // Vectors of the shorter side are made orthogonal; they lie one after another in memory.
        var isWide = columns > rows;
        var (count, length) = isWide ? (rows, columns) : (columns, rows);
        var (work, turn) = (new double[count * length], new double[count * count]);
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                double value = matrix[(r * columns) + c];
                if (!double.IsFinite(value))
                {
                    throw new ArgumentException($"Element [{r}, {c}] is {value}; it must be finite.", nameof(matrix));
                }

                work[isWide ? (r * length) + c : (c * length) + r] = value;
            }
        }

        for (var i = 0; i < count; i++)
        {
            turn[(i * count) + i] = 1;
        }

        for (var sweep = 0; sweep < MaxSweeps && Sweep(work, turn, count, length); sweep++)
        {
        }

        return Sorted(work, turn, count, length, isWide, rows, columns);
    }

    /// <summary>One rotation of every pair; whether one of them was not yet orthogonal.</summary>
    private static bool Sweep(double[] work, double[] turn, int count, int length)
    {
        var rotated = false;
        for (var i = 0; i < count - 1; i++)
        {
            for (var j = i + 1; j < count; j++)
            {
                Span<double> x = work.AsSpan(i * length, length), y = work.AsSpan(j * length, length);
                var (alpha, beta, gamma) = (Dot(x, x), Dot(y, y), Dot(x, y));
                if (Math.Abs(gamma) <= 1e-12 * Math.Sqrt(alpha * beta) || gamma == 0)
                {
                    continue;
                }

                rotated = true;
                var zeta = (beta - alpha) / (2 * gamma);
                var t = (zeta >= 0 ? 1 : -1) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
                var cosine = 1 / Math.Sqrt(1 + (t * t));
                Rotate(x, y, cosine, cosine * t);
                Rotate(turn.AsSpan(i * count, count), turn.AsSpan(j * count, count), cosine, cosine * t);
            }
        }

        return rotated;
    }

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => System.Numerics.Tensors.TensorPrimitives.Dot(x, y);

    private static void Rotate(Span<double> x, Span<double> y, double cosine, double sine)
    {
        for (var k = 0; k < x.Length; k++)
        {
            (x[k], y[k]) = ((cosine * x[k]) - (sine * y[k]), (sine * x[k]) + (cosine * y[k]));
        }
    }

    private static SingularValues Sorted(double[] work, double[] turn, int count, int length, bool isWide, int rows, int columns)
    {
        var norms = new double[count];
        for (var i = 0; i < count; i++)
        {
            var vector = work.AsSpan(i * length, length);
            norms[i] = Math.Sqrt(Dot(vector, vector));
        }

        var order = Enumerable.Range(0, count).OrderByDescending(i => norms[i]).ToArray();
        var (longSide, shortSide) = (new double[count * length], new double[count * count]);
        for (var k = 0; k < count; k++)
        {
            var norm = norms[order[k]];
            for (var e = 0; e < length; e++)
            {
                longSide[(k * length) + e] = norm > 0 ? work[(order[k] * length) + e] / norm : 0;
            }

            turn.AsSpan(order[k] * count, count).CopyTo(shortSide.AsSpan(k * count));
        }

        double[] values = [.. order.Select(i => norms[i])];
        return isWide
            ? new SingularValues(rows, columns, shortSide, values, longSide)
            : new SingularValues(rows, columns, longSide, values, shortSide);
    }
}
