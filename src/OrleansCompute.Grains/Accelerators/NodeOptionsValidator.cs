using Microsoft.Extensions.Options;
using OrleansCompute.Contracts;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Grains.Accelerators;

/// <summary>Checks <see cref="NodeOptions"/>; all problems at once.</summary>
internal sealed class NodeOptionsValidator : IValidateOptions<NodeOptions>
{
    public ValidateOptionsResult Validate(string? name, NodeOptions options)
    {
        var problems = new List<string>();
        Add(FabricNames.Explain("Node:Name", options.Name));
        Add(FabricNames.Explain("Node:Pool", options.Pool));
        if (options.MeasureFor <= TimeSpan.Zero || options.MeasureFor > TimeSpan.FromMinutes(1))
        {
            problems.Add($"Node:MeasureFor is {options.MeasureFor}; allowed: above 0 to 00:01:00.");
        }

        if (options.HeartbeatPeriod < TimeSpan.FromMilliseconds(100) || options.HeartbeatPeriod > TimeSpan.FromMinutes(1))
        {
            problems.Add($"Node:HeartbeatPeriod is {options.HeartbeatPeriod}; allowed: 00:00:00.100 to 00:01:00.");
        }

        if (options.LeaseDuration <= 2 * options.HeartbeatPeriod || options.LeaseDuration > TimeSpan.FromHours(1))
        {
            problems.Add(
                $"Node:LeaseDuration is {options.LeaseDuration}; allowed: above {2 * options.HeartbeatPeriod} (two heartbeats) to 01:00:00.");
        }

        problems.AddRange(options.Host.Problems("Node:Host:"));
        foreach (var accelerator in options.Accelerators)
        {
            Add(FabricNames.Explain("Node:Accelerators:Name", accelerator.Name));
            if (accelerator.Threads is < 1 or > CpuAccelerator.MaxThreads)
            {
                problems.Add($"Node:Accelerators:{accelerator.Name}:Threads is {accelerator.Threads}; allowed: 1 to {CpuAccelerator.MaxThreads}.");
            }

            if (accelerator.ComputeShareFraction is not (> 0 and <= 1))
            {
                problems.Add(
                    $"Node:Accelerators:{accelerator.Name}:ComputeShareFraction is {accelerator.ComputeShareFraction}; allowed: above 0 to 1.");
            }

            if (accelerator.ScoreGflops is not (null or (> 0 and < double.PositiveInfinity)))
            {
                problems.Add($"Node:Accelerators:{accelerator.Name}:ScoreGflops is {accelerator.ScoreGflops}; allowed: above 0.");
            }

            if (string.IsNullOrWhiteSpace(accelerator.Device))
            {
                problems.Add($"Node:Accelerators:{accelerator.Name}:Device is empty; allowed: cpu, ilgpu, ilgpu:1, … (`oc bench accelerators` lists them).");
            }

            if (!SimdSupport.IsSupported(accelerator.Level))
            {
                problems.Add(
                    $"Node:Accelerators:{accelerator.Name}:Level is {accelerator.Level}; this processor's best is {SimdSupport.Best}.");
            }
        }

        if (options.Accelerators.GroupBy(accelerator => accelerator.Name).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
        {
            problems.Add($"Node:Accelerators names '{twice.Key}' {twice.Count()} times; allowed: once.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Add(string? problem)
        {
            if (problem is not null)
            {
                problems.Add(problem);
            }
        }
    }
}
