using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Convolutions;

/// <summary>A convolution with all sizes known; the weights are [map channels, image channels / groups, window…]. Immutable.</summary>
/// <param name="Batch">Images.</param>
/// <param name="Groups">Groups of channels that do not mix.</param>
/// <param name="ImageChannels">Channels of the large side.</param>
/// <param name="MapChannels">Channels of the small side.</param>
/// <param name="Window">Where the window lies.</param>
public sealed record ConvolutionGeometry(int Batch, int Groups, int ImageChannels, int MapChannels, WindowGeometry Window)
{
    /// <summary>Arithmetic operations of one pass; a multiply-add counts as two.</summary>
    public long Flops => 2L * Batch * MapChannels * Window.MapSize * (ImageChannels / Groups) * Window.KernelSize;

    /// <summary>Shape of the image.</summary>
    public Shape ImageShape => new([Batch, ImageChannels, .. Window.Image]);

    /// <summary>Shape of the map.</summary>
    public Shape MapShape => new([Batch, MapChannels, .. Window.Map]);
}
