using System.Collections.Immutable;
using OrleansCompute.Scheduling.Packing;
using OrleansCompute.Simulations.Formats;

namespace OrleansCompute.Simulations.Packing;

/// <summary>A list of tasks and a list of machines, ready to run as the published experiments were.</summary>
/// <param name="Nodes">The machines.</param>
/// <param name="Tasks">The tasks that can run on one of them.</param>
/// <param name="Refused">A sentence for each task that asks for what cannot be, or fits no machine, were it empty.</param>
public sealed record PackingSetup(ImmutableArray<PackingNode> Nodes, ImmutableArray<PackingTask> Tasks, ImmutableArray<string> Refused)
{
    /// <summary>Demand of the published runs, as a multiple of the pool.</summary>
    public const double PublishedDemandRatio = 1.3;

    /// <summary>Reads the files.</summary>
    /// <param name="tasksPath">The tasks.</param>
    /// <param name="nodesPath">The machines.</param>
    /// <exception cref="TraceFormatException">A file is malformed; the message names file, line and column.</exception>
    public static PackingSetup Load(string tasksPath, string nodesPath)
    {
        using var nodeText = new StreamReader(nodesPath);
        using var taskText = new StreamReader(tasksPath);
        var refused = new List<string>();
        var setup = Make(OpenBTrace.ReadNodes(nodesPath, nodeText), OpenBTrace.ReadTasks(tasksPath, taskText, refused), tasksPath);
        return setup with { Refused = [.. refused, .. setup.Refused] };
    }

    /// <summary>Runs a policy on the tasks in an order drawn from the seed, with more of them until the demand is reached.</summary>
    /// <param name="policyName">One of <see cref="PackingPolicies.Names"/>.</param>
    /// <param name="seed">Of order, sample and policy.</param>
    /// <param name="demandRatio">Demand as a multiple of the pool, above 0, up to 100.</param>
    /// <param name="clock">Times the decisions; null does not.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    public PackingResult Run(string policyName, int seed, double demandRatio, TimeProvider? clock, CancellationToken cancellationToken)
    {
        var target = TaskMix.Typical(Tasks.GroupBy(task => task.Shape).Select(group => KeyValuePair.Create(group.Key, (long)group.Count())));
        var arrivals = PackingWorkload.Arrivals(Tasks, task => task.Shape, Nodes.Sum(node => 1_000L * node.Accelerators), demandRatio, new Random(seed));
        return new PackingSimulation(Nodes, target).Run([.. arrivals.Select(task => task.Shape)], policyName, seed, clock, cancellationToken) with
        {
            Arrivals = arrivals,
        };
    }

    internal static PackingSetup Make(ImmutableArray<PackingNode> nodes, ImmutableArray<PackingTask> tasks, string file = "tasks")
    {
        var pool = new PackingPool(nodes);
        var fits = tasks.Select(task => task.Shape).Distinct().ToDictionary(shape => shape, shape => Enumerable.Range(0, nodes.Length).Any(
            node => pool.FitsEmpty(node, pool.ShapeOf(shape))));
        return new PackingSetup(
            nodes,
            [.. tasks.Where(task => fits[task.Shape])],
            [
                .. tasks.Where(task => !fits[task.Shape]).Select(task =>
                    $"{Path.GetFileName(file)}, line {task.Line}: task '{task.Name}' asks for {task.Shape.CpuMilli} cpu_milli, {task.Shape.MemoryMib} memory_mib, {task.Shape.Accelerators}"
                    + $" × {task.Shape.ShareMilli} gpu_milli{(task.Shape.Models.Length > 0 ? $" of {task.Shape.Models}" : "")}; no machine has that."),
            ]);
    }
}
