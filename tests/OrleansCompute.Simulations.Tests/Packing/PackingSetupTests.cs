using OrleansCompute.Scheduling.Packing;
using OrleansCompute.Simulations.Packing;

namespace OrleansCompute.Simulations.Tests.Packing;

public sealed class PackingSetupTests
{
    [Fact]
    public void Make_WhenATaskFitsNoMachine_RefusesItAndKeepsTheRest()
    {
        var setup = PackingSetup.Make(
            [new PackingNode("n", "T4", 8_000, 1_024, 2)],
            [
                new PackingTask("a", 2, new PackingShape(1_000, 10, 1, 500, "")), new PackingTask("b", 3, new PackingShape(1_000, 10, 1, 500, "A100")),
                new PackingTask("c", 5, new PackingShape(9_000, 10, 0, 0, "")),
            ],
            "folder/tasks.csv");

        Assert.Single(setup.Tasks);
        Assert.Equal(
            [
                "tasks.csv, line 3: task 'b' asks for 1000 cpu_milli, 10 memory_mib, 1 × 500 gpu_milli of A100; no machine has that.",
                "tasks.csv, line 5: task 'c' asks for 9000 cpu_milli, 10 memory_mib, 0 × 0 gpu_milli; no machine has that.",
            ],
            setup.Refused.ToArray());
    }

    [Fact]
    public void Run_WhenSeedDiffers_DrawsOtherArrivals()
    {
        var setup = PackingSetup.Make(
            [.. Enumerable.Range(0, 8).Select(i => new PackingNode($"n{i}", "T4", 32_000, 65_536, 4))],
            [.. Enumerable.Range(1, 30).Select(i => new PackingTask($"t{i}", i + 1, new PackingShape(i * 300, i * 100, 1, i % 3 == 0 ? 1_000 : 25 * i, "")))]);

        var runs = new[] { 1, 1, 2 }.Select(seed => setup.Run("default", seed, 1.3, null, CancellationToken.None)).ToList();

        Assert.Equal(runs[0].AllocationPercentAt.ToArray(), runs[1].AllocationPercentAt.ToArray());
        Assert.NotEqual(runs[0].AllocationPercentAt.ToArray(), runs[2].AllocationPercentAt.ToArray());
    }

    [Fact]
    public void Run_WhenTasksArrive_TellsOfEachWhereItWent()
    {
        var setup = PackingSetup.Make(
            [new PackingNode("n", "T4", 8_000, 1_024, 2)],
            [.. Enumerable.Range(0, 4).Select(i => new PackingTask($"t{i}", i + 2, new PackingShape(1_000, 10, 1, 600, "")))]);

        var result = setup.Run("default", 1, 1.2, null, CancellationToken.None);

        Assert.Equal((4, 2), (result.Tasks, result.Placed));
        Assert.Equal(["t0", "t1", "t2", "t3"], result.Arrivals.Select(task => task.Name).Order());
        Assert.Equal([true, true, false, false], result.Steps.Select(step => step.Placement is not null));
        Assert.Equal([0.3, 0.6, 0.6, 0.6], result.Steps.Select(step => step.AllocationFraction));
    }
}
