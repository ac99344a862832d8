namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Scratch memory of one thread of a convolution. Not thread-safe.</summary>
internal sealed unsafe class ConvScratch(int tileLength)
{
    private readonly AlignedBuffer _tile = new(tileLength);

    /// <summary>One register tile.</summary>
    public float* TilePointer => Pointers.Of(_tile);

    /// <summary>Input image with its padding.</summary>
    public AlignedBuffer Image { get; } = new();

    /// <summary>Output gradient with its border.</summary>
    public AlignedBuffer Bordered { get; } = new();

    /// <summary>Result with channels last, of images with channels first.</summary>
    public AlignedBuffer Result { get; } = new();

    /// <summary>Output gradient with channels last, of images with channels first.</summary>
    public AlignedBuffer Gradient { get; } = new();

    /// <summary>Output gradient in panels.</summary>
    public AlignedBuffer PackedGradient { get; } = new();

    /// <summary>Sums of the weight gradient.</summary>
    public AlignedBuffer WeightGradient { get; } = new();

    /// <summary>Sums of the bias gradient.</summary>
    public AlignedBuffer BiasGradient { get; } = new();
}
