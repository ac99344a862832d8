using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Weights in the order in which a pass reads them. Stateless.</summary>
internal static unsafe class ConvWeights
{
    /// <summary>Floats that the packed weights of one group and pass take.</summary>
    public static int Length(in Panels panels, ConvPass pass, int inner) => pass.Taps.Length * inner * panels.PackedColumns;

    /// <summary>Packs one group: panel after panel, [tap][inner channel][column], with zeros for missing columns.</summary>
    /// <param name="panels">The result's columns.</param>
    /// <param name="pass">Gives the taps.</param>
    /// <param name="weights">The group's weights.</param>
    /// <param name="inner">Channels that are summed over.</param>
    /// <param name="innerStride">Floats between two of them.</param>
    /// <param name="columnStride">Floats between two columns.</param>
    /// <param name="packed">Where they go.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(
        in Panels panels, ConvPass pass, float* weights, int inner, nint innerStride, nint columnStride, float* packed)
    {
        for (var panel = 0; panel < panels.Count; panel++)
        {
            int width = panels.Width(panel), count = panels.ColumnsIn(panel);
            var first = weights + (panels.FirstColumn(panel) * columnStride);
            foreach (var tap in pass.Taps)
            {
                for (var i = 0; i < inner; i++, packed += width)
                {
                    var from = first + (i * innerStride) + tap;
                    for (var j = 0; j < count; j++, from += columnStride)
                    {
                        packed[j] = *from;
                    }

                    new Span<float>(packed + count, width - count).Clear();
                }
            }
        }
    }

    /// <summary>Adds the sums [tap][inner][filter] of one group to the weight gradient [filter][inner][tap].</summary>
    public static void Unpack(in ConvGeometry g, ReadOnlySpan<float> sums, Span<float> gradient)
    {
        for (var tap = 0; tap < g.Area; tap++)
        {
            for (var channel = 0; channel < g.GroupChannels; channel++)
            {
                var row = sums.Slice(((tap * g.GroupChannels) + channel) * g.GroupFilters, g.GroupFilters);
                for (var filter = 0; filter < row.Length; filter++)
                {
                    gradient[(((filter * g.GroupChannels) + channel) * g.Area) + tap] = row[filter];
                }
            }
        }
    }
}
