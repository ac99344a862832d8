namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>A convolution for device code: image [batch, groups * image channels, plane], weights [groups * filters, image channels, kernel].</summary>
/// <param name="plane">Where the window lies.</param>
/// <param name="batch">Images.</param>
/// <param name="groups">Groups of channels.</param>
/// <param name="channels">Image channels of a group.</param>
/// <param name="filters">Map channels of a group.</param>
internal readonly struct ConvolutionShape(PlaneShape plane, int batch, int groups, int channels, int filters)
{
    /// <summary>First element of the launch: long convolutions are cut into several.</summary>
    public int First { get; init; }

    public readonly PlaneShape Plane = plane;
    public readonly int Batch = batch;
    public readonly int Groups = groups;
    public readonly int Channels = channels;
    public readonly int Filters = filters;
}
