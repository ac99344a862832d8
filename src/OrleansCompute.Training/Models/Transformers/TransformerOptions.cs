using System.Globalization;

namespace OrleansCompute.Training.Models.Transformers;

/// <summary>Sizes of a causal language model with layer normalisation before each block. Immutable.</summary>
public sealed record TransformerOptions
{
    /// <summary>Most parameters: 64 million.</summary>
    public const long MaxParameters = 1 << 26;

    /// <summary>Different tokens, 2 to 1 million.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Tokens of a sequence, 1 to 65,536. Default 64.</summary>
    public int Context { get; init; } = 64;

    /// <summary>Values per token, 1 to 16,384, a multiple of the heads. Default 128.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Blocks, 1 to 256. Default 2.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Heads of the attention, 1 to 256. Default 4.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Units of the hidden layer of a block, 1 to 65,536. Default 512.</summary>
    public int Hidden { get; init; } = 512;

    /// <summary>How the parameters start. Default: as GPT-2's.</summary>
    public TransformerInitialisation Initialisation { get; init; }

    /// <summary>Number of parameters.</summary>
    public long ParameterCount
    {
        get
        {
            long v = Vocabulary, t = Context, d = Width, f = Hidden;
            return (v * d) + (t * d) + (Layers * ((4 * d * d) + (2 * d * f) + (9 * d) + f)) + (2 * d) + (d * v) + v;
        }
    }

    /// <summary>Every value outside its range, as sentences; empty if all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        Check(errors, nameof(Vocabulary), Vocabulary, 2, 1_000_000);
        Check(errors, nameof(Context), Context, 1, 65_536);
        Check(errors, nameof(Width), Width, 1, 16_384);
        Check(errors, nameof(Layers), Layers, 1, 256);
        Check(errors, nameof(Heads), Heads, 1, 256);
        Check(errors, nameof(Hidden), Hidden, 1, 65_536);
        if (errors.Count == 0 && Width % Heads != 0)
        {
            errors.Add($"Width is {Width}; it must be a multiple of Heads, {Heads}.");
        }

        if (errors.Count == 0 && ParameterCount > MaxParameters)
        {
            errors.Add(string.Create(CultureInfo.InvariantCulture, $"The model would have {ParameterCount} parameters; allowed up to {MaxParameters}."));
        }

        return errors;
    }

    private static void Check(List<string> errors, string name, int value, int min, int max)
    {
        if (value < min || value > max)
        {
            errors.Add($"{name} is {value}; allowed {min} to {max}.");
        }
    }
}
