using System.Text;

namespace OrleansCompute.Training.Data;

/// <summary>
/// A text as tokens, one per character: the vocabulary are the characters that occur, in the order of their code units. The first nine
/// tenths are for training, the rest for validation. Immutable; thread-safe.
/// </summary>
public sealed class TextDataset
{
    /// <summary>Largest file, bytes: 256 MB.</summary>
    public const long MaxBytes = 1L << 28;

    private readonly int[] _tokens;

    /// <summary>Turns a text into tokens.</summary>
    /// <param name="text">At least 20 characters.</param>
    /// <param name="trainingFraction">Part for training, above 0 to below 1. Default 0.9.</param>
    /// <exception cref="ArgumentException">The text is too short, or the fraction out of range.</exception>
    public TextDataset(string text, double trainingFraction = 0.9)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length < 20)
        {
            throw new ArgumentException($"The text has {text.Length} characters; at least 20 are needed.", nameof(text));
        }

        if (!(trainingFraction > 0 && trainingFraction < 1))
        {
            throw new ArgumentException($"trainingFraction is {trainingFraction}; allowed above 0 to below 1.", nameof(trainingFraction));
        }

        Vocabulary = string.Concat(text.Distinct().Order());
        var numbers = new Dictionary<char, int>();
        foreach (var character in Vocabulary)
        {
            numbers.Add(character, numbers.Count);
        }

        _tokens = new int[text.Length];
        for (var i = 0; i < _tokens.Length; i++)
        {
            _tokens[i] = numbers[text[i]];
        }

        TrainingCount = (int)(trainingFraction * text.Length);
    }

    /// <summary>The characters by token.</summary>
    public string Vocabulary { get; }

    /// <summary>Tokens for training.</summary>
    public int TrainingCount { get; }

    /// <summary>Tokens for training, in the order of the text.</summary>
    public ReadOnlySpan<int> Training => _tokens.AsSpan(0, TrainingCount);

    /// <summary>Tokens for validation, in the order of the text.</summary>
    public ReadOnlySpan<int> Validation => _tokens.AsSpan(TrainingCount);

    /// <summary>Reads a text file in UTF-8.</summary>
    /// <param name="path">The file, up to <see cref="MaxBytes"/>.</param>
    /// <exception cref="DatasetFormatException">The file is too large, too short, or not UTF-8.</exception>
    public static TextDataset Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var length = new FileInfo(path).Length;
        if (length is < 20 or > MaxBytes)
        {
            throw new DatasetFormatException(path, 0, $"20 to {MaxBytes} bytes of text", $"{length}");
        }

        try
        {
            return new TextDataset(File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true)));
        }
        catch (Exception exception) when (exception is DecoderFallbackException or ArgumentException)
        {
            throw new DatasetFormatException(path, 0, "at least 20 characters of UTF-8 text", exception.Message);
        }
    }

    /// <summary>Copies windows from random places: each token of the inputs has the next one of the text as its label.</summary>
    /// <param name="random">A seeded generator.</param>
    /// <param name="fromTraining">Whether from the part for training; else from that for validation.</param>
    /// <param name="length">Tokens of a window, 1 or more.</param>
    /// <param name="inputs">Receives windows one after another; a multiple of the length.</param>
    /// <param name="labels">As long as the inputs.</param>
    /// <exception cref="ArgumentException">The spans do not fit, or the part is shorter than a window.</exception>
    public void Sample(Random random, bool fromTraining, int length, Span<int> inputs, Span<int> labels)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        var part = fromTraining ? Training : Validation;
        if (inputs.Length != labels.Length || inputs.Length % length != 0 || part.Length <= length)
        {
            throw new ArgumentException(
                $"{inputs.Length} inputs and {labels.Length} labels for windows of {length} from {part.Length} tokens: the spans must be equally long multiples of the window, which must be shorter than the part.");
        }

        for (var at = 0; at < inputs.Length; at += length)
        {
            var first = random.Next(part.Length - length);
            part.Slice(first, length).CopyTo(inputs[at..]);
            part.Slice(first + 1, length).CopyTo(labels[at..]);
        }
    }

    /// <summary>The text of tokens.</summary>
    /// <param name="tokens">Numbers below the vocabulary's length.</param>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        var text = new StringBuilder(tokens.Length);
        foreach (var token in tokens)
        {
            text.Append(Vocabulary[token]);
        }

        return text.ToString();
    }
}
