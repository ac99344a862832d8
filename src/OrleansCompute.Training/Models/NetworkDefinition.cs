using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Training.Models;

/// <summary>A feed-forward image classifier as a list of layers: what a job's specification says and a checkpoint's hash identifies. Immutable.</summary>
public sealed record NetworkDefinition
{
    /// <summary>Most layers.</summary>
    public const int MaxLayers = 64;

    /// <summary>Most parameters: 64 million, 256 MB of floats, four times that with Adam and gradients.</summary>
    public const long MaxParameters = 1 << 26;

    /// <summary>Most values that one layer may produce per sample: 16 million.</summary>
    public const long MaxActivations = 1 << 24;

    /// <summary>Channels of the input, 1 to 1024; 1 for grey-scale.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Height of the input in pixels, 1 to 4096.</summary>
    public required int Rows { get; init; }

    /// <summary>Width of the input in pixels, 1 to 4096.</summary>
    public required int Columns { get; init; }

    /// <summary>The layers in order, 1 to 64; the last is dense.</summary>
    public required ImmutableArray<LayerDefinition> Layers { get; init; }

    /// <summary>Values per sample.</summary>
    public int SampleLength => Channels * Rows * Columns;

    /// <summary>Number of classes: the units of the last layer; 0 if that is not dense.</summary>
    public int ClassCount => !Layers.IsDefaultOrEmpty && Layers[^1] is LayerDefinition.Dense last ? last.Units : 0;

    /// <summary>SHA-256, lower-case hex, of a canonical text of the definition: equal exactly for networks with the same parameters in the same order.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToString())));

    /// <summary>Every error, as a sentence with the layer's index (from 0), the value and the allowed range; empty if the network can be built.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        Check(errors, "Channels", Channels, 1, 1024);
        Check(errors, "Rows", Rows, 1, 4096);
        Check(errors, "Columns", Columns, 1, 4096);
        var count = Layers.IsDefault ? 0 : Layers.Length;
        Check(errors, "The number of layers", count, 1, MaxLayers);
        if (errors.Count > 0)
        {
            return errors;
        }

        if (Layers[^1] is not LayerDefinition.Dense)
        {
            errors.Add($"Layer {count - 1} is '{Layers[^1]}'; the last layer must be dense, with one unit per class.");
        }

        var size = new LayerSize(Channels, Rows, Columns, IsFlat: false);
        var parameters = 0L;
        for (var i = 0; i < count && errors.Count == 0; i++)
        {
            // Sizes behind a wrong layer mean nothing, so its errors are the last ones.
            (size, var added) = Next(errors, i, Layers[i], size);
            parameters += added;
            if (size.Count > MaxActivations || parameters > MaxParameters)
            {
                errors.Add(
                    $"Layer {i} ('{Layers[i]}') brings {size.Count} values per sample and {parameters} parameters so far; " +
                    $"allowed up to {MaxActivations} and {MaxParameters}.");
            }
        }

        return errors;
    }

    /// <summary>The graph of the network: logits out.</summary>
    /// <exception cref="InvalidOperationException">The definition is invalid; the message has all errors.</exception>
    public Graph ToGraph()
    {
        if (Validate() is { Count: > 0 } errors)
        {
            throw new InvalidOperationException(string.Join(" ", errors));
        }

        var builder = new NetworkBuilder(Channels, Rows, Columns) { Initialisation = LayerInitialisation.He };
        var isFlat = false;
        for (var i = 0; i < Layers.Length; i++)
        {
            switch (Layers[i])
            {
                case LayerDefinition.Conv conv:
                    builder.Conv2d(conv.Filters, conv.KernelSize, padding: conv.Padding, activation: conv.Relu ? Activation.Relu : Activation.None);
                    break;
                case LayerDefinition.MaxPool pool:
                    builder.MaxPool2d(pool.Size);
                    break;
                case LayerDefinition.Dense dense:
                    if (!isFlat)
                    {
                        builder.Flatten();
                        isFlat = true;
                    }

                    builder.Dense(dense.Units, dense.Relu && i < Layers.Length - 1 ? Activation.Relu : Activation.None);
                    break;
                default:
                    throw new UnreachableException($"Layer {i} passed the check, but is '{Layers[i]}'.");
            }
        }

        return builder.Build();
    }

    /// <summary>The canonical text: input size, then one layer after the other.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"input {Channels} {Rows} {Columns}; {string.Join("; ", Layers.IsDefault ? [] : Layers)}");

    /// <summary>Compares layer by layer.</summary>
    /// <param name="other">The other definition.</param>
    public bool Equals(NetworkDefinition? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static (LayerSize Size, long Parameters) Next(List<string> errors, int index, LayerDefinition layer, LayerSize size)
    {
        switch (layer)
        {
            case LayerDefinition.Conv or LayerDefinition.MaxPool when size.IsFlat:
                errors.Add($"Layer {index} is '{layer}' behind a dense layer; allowed there: dense.");
                return (size, 0);

            case LayerDefinition.Conv conv:
                Check(errors, $"Layer {index} ('{conv}'): Filters", conv.Filters, 1, 4096);
                Check(errors, $"Layer {index} ('{conv}'): KernelSize", conv.KernelSize, 1, 31);
                Check(errors, $"Layer {index} ('{conv}'): Padding", conv.Padding, 0, Math.Max(0, conv.KernelSize - 1));
                if (errors.Count == 0)
                {
                    Check(errors, $"Layer {index} ('{conv}'): KernelSize", conv.KernelSize, 1, Math.Min(size.Rows, size.Columns) + (2 * conv.Padding));
                }

                return (
                    new LayerSize(
                        conv.Filters, size.Rows + (2 * conv.Padding) - conv.KernelSize + 1, size.Columns + (2 * conv.Padding) - conv.KernelSize + 1, false),
                    conv.Filters * (((long)size.Channels * conv.KernelSize * conv.KernelSize) + 1));

            case LayerDefinition.MaxPool pool:
                Check(errors, $"Layer {index} ('{pool}'): Size", pool.Size, 2, Math.Min(16, Math.Min(size.Rows, size.Columns)));
                return errors.Count > 0 ? (size, 0) : (size with { Rows = size.Rows / pool.Size, Columns = size.Columns / pool.Size }, 0);

            case LayerDefinition.Dense dense:
                Check(errors, $"Layer {index} ('{dense}'): Units", dense.Units, 1, 65536);
                return (new LayerSize(dense.Units, 1, 1, true), dense.Units * (size.Count + 1));

            default:
                errors.Add($"Layer {index} is null; allowed: conv, max-pool, dense.");
                return (size, 0);
        }
    }

    private static void Check(List<string> errors, string name, int value, int min, int max)
    {
        if (value < min || value > max)
        {
            errors.Add(min <= max ? $"{name} is {value}; allowed {min} to {max}." : $"{name} is {value}; the input is too small for this layer.");
        }
    }

    private readonly record struct LayerSize(int Channels, int Rows, int Columns, bool IsFlat)
    {
        public long Count => (long)Channels * Rows * Columns;
    }
}
