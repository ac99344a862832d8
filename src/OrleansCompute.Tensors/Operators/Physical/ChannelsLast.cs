using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>Shapes of images between the orders of their channels: [N, C, …] and [N, …, C]. Stateless.</summary>
internal static class ChannelsLast
{
    /// <summary>[N, …, C] to [N, C, …].</summary>
    public static Shape ToFirst(Shape shape) => new([shape[0], shape[shape.Rank - 1], .. shape.Dimensions[1..^1]]);

    /// <summary>[N, C, …] to [N, …, C].</summary>
    public static Shape FromFirst(Shape shape) => new([shape[0], .. shape.Dimensions[2..], shape[1]]);

    /// <summary>The transposition from channels first to channels last.</summary>
    public static int[] OrderFromFirst(int rank) => [0, .. Enumerable.Range(2, rank - 2), 1];

    /// <summary>The transposition from channels last to channels first.</summary>
    public static int[] OrderToFirst(int rank) => [0, rank - 1, .. Enumerable.Range(1, rank - 2)];
}
