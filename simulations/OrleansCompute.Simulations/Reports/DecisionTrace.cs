using System.Text.Json;
using OrleansCompute.Simulations.Engine;

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
}
