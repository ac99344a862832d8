using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>A reduction of the middle of [outer, axis, inner].</summary>
internal readonly record struct AxisPass(int Outer, int Axis, int Inner)
{
    /// <summary>
    /// The passes that reduce a shape's dimensions: neighbours together, the innermost first, each over what the one before left. Without
    /// any it is one pass over single elements, so that what is done with them (an absolute value, a square) is done.
    /// </summary>
    public static AxisPass[] Of(Shape shape, ReadOnlySpan<bool> reduced)
    {
        var passes = new List<AxisPass>();
        var sizes = shape.ToArray();
        for (var end = sizes.Length; end > 0;)
        {
            if (!reduced[end - 1] || sizes[end - 1] == 1)
            {
                end--;
                continue;
            }

            var start = end - 1;
            while (start > 0 && (reduced[start - 1] || sizes[start - 1] == 1))
            {
                start--;
            }

            var left = new Shape(sizes);
            passes.Add(new AxisPass(left.Product(0, start), left.Product(start, end), left.Product(end, sizes.Length)));
            Array.Fill(sizes, 1, start, end - start);
            end = start;
        }

        return passes.Count > 0 ? [.. passes] : [new AxisPass(1, 1, shape.Elements)];
    }
}
