using System.Text.Json;
using OrleansCompute.Scheduling.Packing;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Packing;

namespace OrleansCompute.Simulations.Reports;

/// <summary>The trace of decisions: a line of JSON for each round in which something changed.</summary>
public static class DecisionTrace
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Writes the recorded rounds.</summary>
    public static void Write(TextWriter writer, SimulationResult result)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(result);
        foreach (var round in result.Rounds)
        {
            writer.Write(JsonSerializer.Serialize(round, Format));
            writer.Write('\n');
        }
    }

    /// <summary>Writes where each task of a packing went, a line each; one that found no room has no node.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="nodes">The machines that were packed.</param>
    /// <param name="result">A run of a list of tasks, as <see cref="PackingSetup.Run"/> gives it.</param>
    /// <exception cref="ArgumentException">The result does not say which tasks arrived, or names machines that are not given.</exception>
    public static void Write(TextWriter writer, IReadOnlyList<PackingNode> nodes, PackingResult result)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(result);
        if (result.Arrivals.Length != result.Steps.Length)
        {
            throw new ArgumentException(
                $"The result has {result.Steps.Length} steps and {result.Arrivals.Length} arrivals; the trace needs the task of each step. PackingSetup.Run gives both; with PackingSimulation.Run, set Arrivals.",
                nameof(result));
        }

        if (result.Steps.Any(step => step.Placement is { } place && place.Node >= nodes.Count))
        {
            throw new ArgumentException($"There are {nodes.Count} machines; the result places tasks on more. Give those that it was made with.", nameof(nodes));
        }

        for (var arrival = 0; arrival < result.Steps.Length; arrival++)
        {
            var (step, task) = (result.Steps[arrival], result.Arrivals[arrival]);
            writer.Write(JsonSerializer.Serialize(
                new
                {
                    Arrival = arrival + 1,
                    Task = task.Name,
                    task.Line,
                    task.Shape.Accelerators,
                    GpuMilli = task.Shape.ShareMilli,
                    Node = step.Placement is { } place ? nodes[place.Node].Name : null,
                    Devices = step.Placement is { } at ? Enumerable.Range(0, 64).Where(device => (at.Devices >> device & 1) != 0).ToArray() : null,
                    step.AllocationFraction,
                    step.FragmentedFraction,
                },
                Format));
            writer.Write('\n');
        }
    }
}
