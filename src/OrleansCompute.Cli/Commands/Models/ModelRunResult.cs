namespace OrleansCompute.Cli.Commands.Models;

/// <summary>What `oc model run` found.</summary>
internal sealed record ModelRunResult(
    string Accelerator,
    string Execution,
    int Runs,
    double FirstMilliseconds,
    double MedianMilliseconds,
    double P90Milliseconds,
    double CpuMillisecondsPerRun,
    ModelPasses? Passes,
    IReadOnlyList<OperatorTime>? Operators,
    IReadOnlyList<ModelRunResult.Output> Outputs)
{
    /// <summary>An output and what its values are like.</summary>
    internal sealed record Output(string Name, string Type, double Smallest, double Largest, double Mean);
}
