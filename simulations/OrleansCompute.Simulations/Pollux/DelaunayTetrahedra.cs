namespace OrleansCompute.Simulations.Pollux;

/// <summary>
/// Delaunay tetrahedra of points with whole coordinates (Bowyer 1981, Watson 1981), with a vertex at infinity behind every face of the
/// hull. The points of a profile lie on grids, where many are on one sphere: each coordinate is moved by less than 1/36, always the same
/// way, and all tests are exact, so that no tetrahedron is flat and none is lost.
/// </summary>
internal sealed class DelaunayTetrahedra
{
    // Coordinates up to 10^5 times this, to the 5th power in the sphere test, stay below 2^127.
    private const int Scale = 256;
    private const int Infinity = -1;
    private const int MaxCoordinate = 100_000;
    private readonly long[][] _points;
    private List<int[]> _cells = [];

    public DelaunayTetrahedra(IReadOnlyList<(int X, int Y, int Z)> points)
    {
        _points = [.. points.Select((point, index) => Perturb(point, index))];
        Start(out var first);
        for (var point = 0; point < _points.Length; point++)
        {
            if (!first.Contains(point))
            {
                Insert(point);
            }
        }

        _cells = [.. _cells.Where(cell => !cell.Contains(Infinity))];
    }

    /// <summary>The tetrahedron of a point, and the weights of its corners; the nearest one, where none holds the point.</summary>
    public (int[] Corners, double[] Weights) Locate(double x, double y, double z)
    {
        double[] at = [x * Scale, y * Scale, z * Scale];
        (int[] Corners, double[] Weights) best = ([], []);
        var depth = double.NegativeInfinity;
        foreach (var cell in _cells)
        {
            var weights = Weights(cell, at);
            var smallest = Math.Min(Math.Min(weights[0], weights[1]), Math.Min(weights[2], weights[3]));
            if (smallest > depth)
            {
                (best, depth) = ((cell, weights), smallest);
                if (smallest >= 0)
                {
                    return best;
                }
            }
        }

        var sum = 0.0;
        for (var i = 0; i < 4; i++)
        {
            best.Weights[i] = Math.Max(0, best.Weights[i]);
            sum += best.Weights[i];
        }

        for (var i = 0; i < 4; i++)
        {
            best.Weights[i] /= sum;
        }

        return best;
    }

    private static long[] Perturb((int X, int Y, int Z) point, int index)
    {
        if (Math.Max(Math.Abs(point.X), Math.Max(Math.Abs(point.Y), Math.Abs(point.Z))) > MaxCoordinate)
        {
            throw new ArgumentOutOfRangeException(nameof(point), point, $"Coordinates must be within ±{MaxCoordinate}.");
        }

        // A small multiplicative hash of the index: what matters is only that no lattice is left.
        var hash = (uint)(index + 1) * 2_654_435_761u;
        return
        [
            ((long)point.X * Scale) + (hash >> 4) % 15 - 7,
            ((long)point.Y * Scale) + (hash >> 12) % 15 - 7,
            ((long)point.Z * Scale) + (hash >> 20) % 15 - 7,
        ];
    }

    private void Start(out int[] first)
    {
        for (var a = 3; a < _points.Length; a++)
        {
            if (Orientation(0, 1, 2, a) is var side and not 0)
            {
                first = side > 0 ? [0, 1, 2, a] : [1, 0, 2, a];
                _cells.Add(first);
                for (var i = 0; i < 4; i++)
                {
                    // The cell behind a face: the corner opposite to it becomes infinity, and two others change places.
                    var cell = (int[])first.Clone();
                    cell[i] = Infinity;
                    var (j, k) = ((i + 1) % 4, (i + 2) % 4);
                    (cell[j], cell[k]) = (cell[k], cell[j]);
                    _cells.Add(cell);
                }

                return;
            }
        }

        throw new InvalidOperationException("All points lie in one plane; a profile needs several numbers of nodes and of accelerators.");
    }

    private void Insert(int point)
    {
        var border = new Dictionary<(int, int, int), int[]>();
        var kept = new List<int[]>(_cells.Count + 16);
        foreach (var cell in _cells)
        {
            if (!IsInConflict(cell, point))
            {
                kept.Add(cell);
                continue;
            }

            for (var i = 0; i < 4; i++)
            {
                // A face between two cells that both go is inside of the hole; the others are its border.
                var face = Face(cell, i);
                if (!border.Remove(face))
                {
                    var replaced = (int[])cell.Clone();
                    replaced[i] = point;
                    border.Add(face, replaced);
                }
            }
        }

        kept.AddRange(border.Values);
        _cells = kept;
    }

    private static (int, int, int) Face(int[] cell, int opposite)
    {
        Span<int> face = stackalloc int[3];
        for (int i = 0, next = 0; i < 4; i++)
        {
            if (i != opposite)
            {
                face[next++] = cell[i];
            }
        }

        face.Sort();
        return (face[0], face[1], face[2]);
    }

    private bool IsInConflict(int[] cell, int point)
    {
        var infinite = Array.IndexOf(cell, Infinity);
        if (infinite < 0)
        {
            return IsInSphere(cell, point);
        }

        Span<int> corners = [cell[0], cell[1], cell[2], cell[3]];
        corners[infinite] = point;
        return Orientation(corners[0], corners[1], corners[2], corners[3]) > 0;
    }

    private int Orientation(int a, int b, int c, int d)
    {
        var (p, q, r, o) = (_points[a], _points[b], _points[c], _points[d]);
        return Int128.Sign(Determinant(
            p[0] - o[0], p[1] - o[1], p[2] - o[2], q[0] - o[0], q[1] - o[1], q[2] - o[2], r[0] - o[0], r[1] - o[1], r[2] - o[2]));
    }

    private bool IsInSphere(int[] cell, int point)
    {
        var o = _points[point];
        Span<double> x = stackalloc double[4];
        Span<double> y = stackalloc double[4];
        Span<double> z = stackalloc double[4];
        Span<double> s = stackalloc double[4];
        for (var i = 0; i < 4; i++)
        {
            var p = _points[cell[i]];
            (x[i], y[i], z[i]) = (p[0] - o[0], p[1] - o[1], p[2] - o[2]);
            s[i] = (x[i] * x[i]) + (y[i] * y[i]) + (z[i] * z[i]);
        }

        var (sum, size) = (0.0, 0.0);
        for (var i = 0; i < 4; i++)
        {
            var (j, k, l) = i switch { 0 => (1, 2, 3), 1 => (0, 2, 3), 2 => (0, 1, 3), _ => (0, 1, 2) };
            var minor = (x[j] * ((y[k] * z[l]) - (z[k] * y[l]))) - (y[j] * ((x[k] * z[l]) - (z[k] * x[l])))
                + (z[j] * ((x[k] * y[l]) - (y[k] * x[l])));
            var magnitude = (Math.Abs(x[j]) * (Math.Abs(y[k] * z[l]) + Math.Abs(z[k] * y[l])))
                + (Math.Abs(y[j]) * (Math.Abs(x[k] * z[l]) + Math.Abs(z[k] * x[l])))
                + (Math.Abs(z[j]) * (Math.Abs(x[k] * y[l]) + Math.Abs(y[k] * x[l])));
            sum += (i % 2 == 0 ? -1 : 1) * s[i] * minor;
            size += s[i] * magnitude;
        }

        // Whole numbers below 2^53 are exact in a double; only the sums round. Where that could matter, the sum is done exactly.
        return Math.Abs(sum) > size * 1e-13 ? sum > 0 : IsInSphereExactly(cell, o);
    }

    private bool IsInSphereExactly(int[] cell, long[] o)
    {
        Int128 sum = 0;
        for (var i = 0; i < 4; i++)
        {
            var (j, k, l) = i switch { 0 => (1, 2, 3), 1 => (0, 2, 3), 2 => (0, 1, 3), _ => (0, 1, 2) };
            var (p, q, r, t) = (_points[cell[j]], _points[cell[k]], _points[cell[l]], _points[cell[i]]);
            var minor = Determinant(
                p[0] - o[0], p[1] - o[1], p[2] - o[2], q[0] - o[0], q[1] - o[1], q[2] - o[2], r[0] - o[0], r[1] - o[1], r[2] - o[2]);
            var (x, y, z) = (t[0] - o[0], t[1] - o[1], t[2] - o[2]);
            Int128 square = (x * x) + (y * y) + (z * z);
            sum += i % 2 == 0 ? -square * minor : square * minor;
        }

        return sum > 0;
    }

    private static Int128 Determinant(long a, long b, long c, long d, long e, long f, long g, long h, long i) =>
        (a * (((Int128)e * i) - ((Int128)f * h))) - (b * (((Int128)d * i) - ((Int128)f * g))) + (c * (((Int128)d * h) - ((Int128)e * g)));

    private double[] Weights(int[] cell, double[] at)
    {
        var o = _points[cell[3]];
        Span<double> m = stackalloc double[9];
        for (var i = 0; i < 3; i++)
        {
            for (var axis = 0; axis < 3; axis++)
            {
                m[(axis * 3) + i] = _points[cell[i]][axis] - o[axis];
            }
        }

        var (x, y, z) = (at[0] - o[0], at[1] - o[1], at[2] - o[2]);
        var all = Det(m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8]);
        var first = Det(x, m[1], m[2], y, m[4], m[5], z, m[7], m[8]) / all;
        var second = Det(m[0], x, m[2], m[3], y, m[5], m[6], z, m[8]) / all;
        var third = Det(m[0], m[1], x, m[3], m[4], y, m[6], m[7], z) / all;
        return [first, second, third, 1 - first - second - third];
    }

    private static double Det(double a, double b, double c, double d, double e, double f, double g, double h, double i) =>
        (a * ((e * i) - (f * h))) - (b * ((d * i) - (f * g))) + (c * ((d * h) - (e * g)));
}
