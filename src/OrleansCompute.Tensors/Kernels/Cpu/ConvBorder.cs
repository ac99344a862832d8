namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Zeros around an output gradient, so that every input position finds all of its windows. Immutable.</summary>
internal readonly struct ConvBorder
{
    public ConvBorder(in ConvGeometry g)
    {
        // The window furthest up left of input position 0, and furthest down right of the last one.
        Top = Math.Max(0, FloorNegative(g.PadTop - ((g.KernelHeight - 1) * g.DilationY), g.StrideY));
        Left = Math.Max(0, FloorNegative(g.PadLeft - ((g.KernelWidth - 1) * g.DilationX), g.StrideX));
        Height = Top + Math.Max(g.OutputHeight, ((g.Height - 1 + g.PadTop) / g.StrideY) + 1);
        Width = Left + Math.Max(g.OutputWidth, ((g.Width - 1 + g.PadLeft) / g.StrideX) + 1);
    }

    /// <summary>Rows of zeros above.</summary>
    public int Top { get; }

    /// <summary>Columns of zeros on the left.</summary>
    public int Left { get; }

    /// <summary>Rows with the border.</summary>
    public int Height { get; }

    /// <summary>Columns with the border.</summary>
    public int Width { get; }

    private static int FloorNegative(int value, int divisor) => value >= 0 ? 0 : (-value + divisor - 1) / divisor;
}
