using Microsoft.Extensions.Logging.Abstractions;

namespace OrleansCompute.Storage.Tests;

/// <summary>The process that <c>KillTests</c> kills: appends readings and prints each that was acknowledged.</summary>
internal static class Program
{
    /// <summary>Callers at a time, each with a device of its own.</summary>
    public const int Callers = 8;

    // So that a process whose parent died before it could kill it ends by itself, after a minute or so.
    private const long MaxReadingsPerCaller = 100_000;

    public static async Task<int> Main(string[] args)
    {
        if (args is not ["append", var folder])
        {
            await Console.Error.WriteLineAsync("usage: append FOLDER");
            return 1;
        }

        await using var storage = FabricStorage.Open(folder, TimeProvider.System, NullLoggerFactory.Instance);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var sequence = 1L; sequence <= MaxReadingsPerCaller; sequence++)
            {
                await storage.Telemetry.AppendReadingsAsync("acme", $"d{caller}", [TestStorage.Reading(sequence)], CancellationToken.None);
                await Console.Out.WriteLineAsync($"{caller} {sequence}");
            }
        })));
        return 0;
    }
}
