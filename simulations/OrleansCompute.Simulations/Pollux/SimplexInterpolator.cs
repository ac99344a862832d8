namespace OrleansCompute.Simulations.Pollux;

/// <summary>
/// Linear interpolation between scattered points in three dimensions: the Delaunay tetrahedra of the points, and within each the plane
/// through its corners, as scipy's LinearNDInterpolator, which the authors of the Pollux and Sia traces used. Outside of the points it
/// answers for the nearest tetrahedron, at its border.
/// </summary>
internal sealed class SimplexInterpolator
{
    private readonly DelaunayTetrahedra _mesh;
    private readonly double[][] _values;

    /// <summary>Makes the tetrahedra.</summary>
    /// <param name="points">Four or more, not all in one plane.</param>
    /// <param name="values">What to interpolate, per point.</param>
    public SimplexInterpolator(IReadOnlyList<(int X, int Y, int Z)> points, double[][] values)
    {
        _mesh = new DelaunayTetrahedra(points);
        _values = values;
    }

    /// <summary>Values at a point.</summary>
    public double[] At(double x, double y, double z)
    {
        var (corners, weights) = _mesh.Locate(x, y, z);
        var result = new double[_values[0].Length];
        for (var corner = 0; corner < 4; corner++)
        {
            for (var i = 0; i < result.Length; i++)
            {
                result[i] += weights[corner] * _values[corners[corner]][i];
            }
        }

        return result;
    }
}
