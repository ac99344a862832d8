using System.Diagnostics;
using System.Globalization;
using OrleansCompute.TestKit;

namespace OrleansCompute.Storage.Tests;

public sealed class KillTests
{
    [Fact]
    public async Task AppendReadingsAsync_WhenProcessIsKilled_EveryAcknowledgedReadingIsThere()
    {
        using var folder = new TemporaryFolder();
        var acknowledged = new long[Program.Callers];
        for (var round = 1; round <= 3; round++)
        {
            await AppendUntilKilledAsync(folder["data"], acknowledged, round * 200);

            await using var storage = TestStorage.Open(folder["data"]);
            for (var caller = 0; caller < acknowledged.Length; caller++)
            {
                var stored = await storage.Telemetry.ReadReadingsAsync("acme", $"d{caller}", 0, 10_000, CancellationToken.None);
                Assert.True(stored.Count >= acknowledged[caller], $"d{caller}: {acknowledged[caller]} acknowledged, {stored.Count} stored");
                Assert.Equal(Enumerable.Range(1, stored.Count).Select(x => (long)x), stored.Select(reading => reading.Sequence));
            }
        }
    }

    /// <summary>Lets a process append, kills it after some acknowledgements, and notes every one that it gave.</summary>
    private static async Task AppendUntilKilledAsync(string folder, long[] acknowledged, int goal)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            ArgumentList = { "exec", typeof(Program).Assembly.Location, "append", folder },
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            for (var lines = 0; await process.StandardOutput.ReadLineAsync().OrFailAsync("the process acknowledged a reading") is { } line; lines++)
            {
                if (lines == goal)
                {
                    process.Kill();
                }

                // The last line may be cut off by the kill; a whole one ends with a digit as well, so a cut number is only smaller.
                var parts = line.Split(' ');
                if (parts.Length == 2 && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var sequence))
                {
                    var caller = int.Parse(parts[0], CultureInfo.InvariantCulture);
                    acknowledged[caller] = Math.Max(acknowledged[caller], sequence);
                }
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync().OrFailAsync("the killed process ended");
        }

        Assert.True(acknowledged.Sum() >= goal / 2, $"only {acknowledged.Sum()} readings were acknowledged before the kill");
    }
}
