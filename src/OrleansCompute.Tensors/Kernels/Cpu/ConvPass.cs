namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Where a convolution finds its operands in an image with a border, as tables of offsets. The forward product is one pass. The input
/// gradient with strides is one pass for every remainder of a position divided by the stride, each with the filter positions that reach
/// it, so that no zeros are multiplied. Immutable.
/// </summary>
internal sealed class ConvPass
{
    /// <summary>Creates a pass.</summary>
    /// <param name="positions">Per result position the offset of its source.</param>
    /// <param name="targets">Per result position the offset of its result; null when they follow each other.</param>
    /// <param name="taps">Filter positions (row * width + column) in the order of the runs.</param>
    /// <param name="offsets">Per tap the offset of its source.</param>
    /// <param name="channels">Source channels of one group.</param>
    /// <param name="merge">Whether taps that follow each other in memory may form one run.</param>
    /// <param name="spare">Entries to repeat at the end of the table, so that the last tile reads valid ones.</param>
    public ConvPass(nint[] positions, nint[]? targets, int[] taps, nint[] offsets, int channels, bool merge, int spare)
    {
        Count = positions.Length;
        Positions = new nint[Count + spare];
        positions.CopyTo(Positions, 0);
        Positions.AsSpan(Count).Fill(Count == 0 ? 0 : positions[^1]);
        Targets = targets;
        Taps = taps;
        var length = 1;
        while (merge && length < taps.Length && offsets[length] == offsets[length - 1] + channels)
        {
            length++;
        }

        // Runs must be equally long: every filter row starts a new one.
        var equal = taps.Length % length == 0;
        for (var i = 0; equal && i < taps.Length; i++)
        {
            equal = i % length == 0 || offsets[i] == offsets[i - 1] + channels;
        }

        length = equal ? length : 1;
        RunLength = length * channels;
        Runs = new nint[taps.Length / length];
        for (var i = 0; i < Runs.Length; i++)
        {
            Runs[i] = offsets[i * length];
        }
    }

    /// <summary>Result positions.</summary>
    public int Count { get; }

    /// <summary>Source offset of each, and some more.</summary>
    public nint[] Positions { get; }

    /// <summary>Result offset of each, or null.</summary>
    public nint[]? Targets { get; }

    /// <summary>Filter positions in the order in which they are summed.</summary>
    public int[] Taps { get; }

    /// <summary>Offset of each run.</summary>
    public nint[] Runs { get; }

    /// <summary>Floats of a run.</summary>
    public int RunLength { get; }

    /// <summary>The pass of the forward product over a padded image with channels last.</summary>
    public static ConvPass Forward(in ConvGeometry g, int spare)
    {
        var positions = new nint[g.OutputHeight * g.OutputWidth];
        for (var p = 0; p < positions.Length; p++)
        {
            positions[p] = (((nint)(p / g.OutputWidth) * g.StrideY * g.PaddedWidth) + ((nint)(p % g.OutputWidth) * g.StrideX)) * g.Channels;
        }

        var taps = new int[g.Area];
        var offsets = new nint[g.Area];
        for (var tap = 0; tap < g.Area; tap++)
        {
            taps[tap] = tap;
            offsets[tap] = (((nint)(tap / g.KernelWidth) * g.DilationY * g.PaddedWidth) + ((nint)(tap % g.KernelWidth) * g.DilationX)) * g.Channels;
        }

        return new ConvPass(positions, null, taps, offsets, g.GroupChannels, g.Groups == 1, spare);
    }

    /// <summary>The passes of the input gradient over an output gradient with a border.</summary>
    public static ConvPass[] InputGradient(in ConvGeometry g, in ConvBorder border, int spare)
    {
        var passes = new List<ConvPass>();
        for (var phaseY = 0; phaseY < Math.Min(g.StrideY, g.Height); phaseY++)
        {
            for (var phaseX = 0; phaseX < Math.Min(g.StrideX, g.Width); phaseX++)
            {
                passes.Add(Phase(g, border, phaseY, phaseX, spare));
            }
        }

        return [.. passes];
    }

    private static ConvPass Phase(in ConvGeometry g, in ConvBorder border, int phaseY, int phaseX, int spare)
    {
        int rows = (g.Height - phaseY + g.StrideY - 1) / g.StrideY, columns = (g.Width - phaseX + g.StrideX - 1) / g.StrideX;
        var positions = new nint[rows * columns];
        var targets = new nint[rows * columns];
        for (var p = 0; p < positions.Length; p++)
        {
            int row = p / columns, column = p % columns;
            positions[p] = (((nint)row * border.Width) + column) * g.Filters;
            targets[p] = ((((nint)phaseY + (row * g.StrideY)) * g.Width) + phaseX + (column * g.StrideX)) * g.Channels;
        }

        // Descending filter positions reach ascending outputs, so that they can form runs.
        var taps = new List<int>();
        var offsets = new List<nint>();
        for (var ky = g.KernelHeight - 1; ky >= 0; ky--)
        {
            for (var kx = g.KernelWidth - 1; kx >= 0; kx--)
            {
                int y = phaseY + g.PadTop - (ky * g.DilationY), x = phaseX + g.PadLeft - (kx * g.DilationX);
                if (y % g.StrideY == 0 && x % g.StrideX == 0)
                {
                    taps.Add((ky * g.KernelWidth) + kx);
                    offsets.Add(((((nint)(y / g.StrideY) + border.Top) * border.Width) + (x / g.StrideX) + border.Left) * g.Filters);
                }
            }
        }

        var dense = g.StrideY == 1 && g.StrideX == 1;
        return new ConvPass(positions, dense ? null : targets, [.. taps], [.. offsets], g.GroupFilters, g.Groups == 1, spare);
    }
}
