using OrleansCompute.Grains.Pools;

namespace OrleansCompute.Grains.Tests.Pools;

public sealed class RemovedRunsTests
{
    [Fact]
    public void Add_WhenThereAreTooMany_ForgetsTheOldestRunAndNeverTheNewOne()
    {
        var removed = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var i = 0; i < RemovedRuns.Max; i++)
        {
            RemovedRuns.Add(removed, $"n{i}", 1_000 + ((i * 7) % RemovedRuns.Max));
        }

        // Also where the new one began before all others.
        RemovedRuns.Add(removed, "old", 1);
        Assert.Equal((RemovedRuns.Max, true, false), (removed.Count, removed.ContainsKey("old"), removed.ContainsKey("n0")));
        RemovedRuns.Add(removed, "new", 1_000_000);
        Assert.Equal((RemovedRuns.Max, true, false), (removed.Count, removed.ContainsKey("new"), removed.ContainsKey("old")));
        RemovedRuns.Add(removed, "new", 2_000_000);
        Assert.Equal((RemovedRuns.Max, 2_000_000), (removed.Count, removed["new"]));
    }
}
