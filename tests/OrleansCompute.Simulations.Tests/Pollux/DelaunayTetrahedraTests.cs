using OrleansCompute.Simulations.Pollux;

namespace OrleansCompute.Simulations.Tests.Pollux;

public sealed class DelaunayTetrahedraTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void At_OfALinearFunctionOnAGrid_IsThatFunction(int seed)
    {
        // A grid, where all is degenerate, as the profiles are.
        var points = (from x in Enumerable.Range(1, 5) from y in Enumerable.Range(1, 6) from z in Enumerable.Range(0, 5) select (x, x + (3 * y), 17 * z)).ToList();
        var interpolator = new SimplexInterpolator(points, [.. points.Select(point => new[] { Function(point.x, point.Item2, point.Item3) })]);
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var x = 1 + (4 * random.NextDouble());
            var (y, z) = (x + 3 + (15 * random.NextDouble()), 68 * random.NextDouble());
            Assert.Equal(Function(x, y, z), interpolator.At(x, y, z)[0], 0.3);
        }
    }

    [Fact]
    public void Locate_OfAPointInside_GivesItsWeights()
    {
        var random = new Random(7);
        var points = Enumerable.Range(0, 60).Select(_ => (random.Next(1000), random.Next(1000), random.Next(1000))).ToList();
        var mesh = new DelaunayTetrahedra(points);
        var (corners, weights) = mesh.Locate(500, 500, 500);
        Assert.Equal(1, weights.Sum(), 1e-9);
        Assert.All(weights, weight => Assert.InRange(weight, 0, 1));
        Assert.Equal(500, corners.Select((corner, i) => weights[i] * points[corner].Item1).Sum(), 0.1);
    }

    [Fact]
    public void At_OfAPointFarOutside_StaysBetweenTheValues()
    {
        var points = new List<(int, int, int)> { (0, 0, 0), (10, 0, 0), (0, 10, 0), (0, 0, 10), (10, 10, 10) };
        var interpolator = new SimplexInterpolator(points, [[1], [2], [3], [4], [5]]);
        Assert.InRange(interpolator.At(-100, -100, -100)[0], 1, 5);
    }

    private static double Function(double x, double y, double z) => 3 + x - (2 * y) + (0.5 * z);
}
