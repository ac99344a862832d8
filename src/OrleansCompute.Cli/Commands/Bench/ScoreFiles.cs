using System.Text.Json;
using OrleansCompute.Tensors.Accelerators.Scoring;

namespace OrleansCompute.Cli.Commands.Bench;

/// <summary>Reads score cards that were written earlier, perhaps on other nodes.</summary>
internal static class ScoreFiles
{
    private const long MaxBytes = 1 << 20;
    private const int MaxCards = 256;
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, MaxDepth = 8, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <param name="option">Option that names the file, for messages.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="CommandException">The file is not one of score cards.</exception>
    public static IReadOnlyList<ScoreCard> Read(string option, FileInfo file)
    {
        if (!file.Exists)
        {
            throw new CommandException($"{option} is '{file.FullName}', which does not exist.");
        }

        if (file.Length > MaxBytes)
        {
            throw new CommandException($"{option} is '{file.FullName}' with {file.Length} bytes; allowed: up to {MaxBytes}.");
        }

        try
        {
            var cards = JsonSerializer.Deserialize<ScoreReport>(File.ReadAllBytes(file.FullName), Format)?.Cards
                ?? throw new CommandException($"{option} is '{file.FullName}', which holds no score cards.");
            if (cards.Count > MaxCards || cards.FirstOrDefault(card => card.FormatVersion != 1) is { })
            {
                throw new CommandException($"{option} is '{file.FullName}' with {cards.Count} cards of format {string.Join(", ", cards.Select(card => card.FormatVersion).Distinct())}; allowed: up to {MaxCards} of format 1.");
            }

            return cards;
        }
        catch (JsonException exception)
        {
            throw new CommandException($"{option} is '{file.FullName}', which holds no score cards: {exception.Message}", exception);
        }
    }
}
