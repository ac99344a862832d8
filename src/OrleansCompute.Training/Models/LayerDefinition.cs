namespace OrleansCompute.Training.Models;

/// <summary>One layer of a network. Values are flattened before the first dense layer.</summary>
public abstract record LayerDefinition
{
    private LayerDefinition()
    {
    }

    /// <summary>A convolution with stride 1 and bias.</summary>
    /// <param name="Filters">Output channels, 1 to 4096.</param>
    /// <param name="KernelSize">Height and width of the kernel, 1 to 31, not larger than the padded input.</param>
    /// <param name="Padding">Zeros around the input on each side, 0 to KernelSize - 1; default 0: the output is smaller by KernelSize - 1.</param>
    /// <param name="Relu">Whether a ReLU follows. Default true.</param>
    public sealed record Conv(int Filters, int KernelSize, int Padding = 0, bool Relu = true) : LayerDefinition
    {
        /// <inheritdoc/>
        public override string ToString() => $"conv {Filters} {KernelSize} {Padding}{(Relu ? " relu" : "")}";
    }

    /// <summary>The maximum over squares side by side; what does not fill a square at the right and lower edge is dropped.</summary>
    /// <param name="Size">Side of the square and stride, 2 to 16, not larger than the input.</param>
    public sealed record MaxPool(int Size = 2) : LayerDefinition
    {
        /// <inheritdoc/>
        public override string ToString() => $"max-pool {Size}";
    }

    /// <summary>A fully connected layer with bias.</summary>
    /// <param name="Units">Outputs, 1 to 65536. Of the last layer: the number of classes.</param>
    /// <param name="Relu">Whether a ReLU follows. Default true. The last layer gives logits: nothing follows it, whatever is said here.</param>
    public sealed record Dense(int Units, bool Relu = true) : LayerDefinition
    {
        /// <inheritdoc/>
        public override string ToString() => $"dense {Units}{(Relu ? " relu" : "")}";
    }
}
