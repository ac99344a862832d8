using Microsoft.Extensions.Options;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Grains.Pools;

/// <summary>Checks <see cref="PoolOptions"/>; all problems at once.</summary>
internal sealed class PoolOptionsValidator : IValidateOptions<PoolOptions>
{
    public ValidateOptionsResult Validate(string? name, PoolOptions options)
    {
        var problems = new List<string>();
        if (!SchedulingPolicies.Names.Contains(options.Policy, StringComparer.Ordinal))
        {
            problems.Add($"Pool:Policy is '{options.Policy}'; allowed: {string.Join(", ", SchedulingPolicies.Names)}.");
        }

        Range(nameof(options.RoundPeriod), options.RoundPeriod, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        Range(nameof(options.LeaseDuration), options.LeaseDuration, TimeSpan.FromSeconds(10.001), TimeSpan.FromHours(1));
        Range(nameof(options.YieldTimeout), options.YieldTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Range(nameof(options.FairShareQuantum), options.FairShareQuantum, TimeSpan.Zero, TimeSpan.FromDays(1));
        if (options.IncrementalJobs is < 0 or > 1_000_000)
        {
            problems.Add($"Pool:IncrementalJobs is {options.IncrementalJobs}; allowed: 0 to 1000000.");
        }

        if (options.RestartSeconds is not (>= 0 and <= 3600))
        {
            problems.Add($"Pool:RestartSeconds is {options.RestartSeconds}; allowed: 0 to 3600.");
        }

        if (options.SettleRestarts is not (>= 0 and <= 1000))
        {
            problems.Add($"Pool:SettleRestarts is {options.SettleRestarts}; allowed: 0 to 1000.");
        }

        Part(nameof(options.Cost), options.Cost is { } cost ? cost.Validate : null);
        Part(nameof(options.Spot), options.Spot is { } spot ? spot.Validate : () => throw new ArgumentException("is none; allowed: options."));
        Part(nameof(options.Defragmentation), options.Defragmentation is { } defragmentation ? defragmentation.Validate : null);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Part(string option, Action? validate)
        {
            try
            {
                validate?.Invoke();
            }
            catch (ArgumentException exception)
            {
                problems.Add($"Pool:{option}: {exception.Message}");
            }
        }

        void Range(string option, TimeSpan value, TimeSpan min, TimeSpan max)
        {
            if (value < min || value > max)
            {
                problems.Add($"Pool:{option} is {value}; allowed: {min} to {max}.");
            }
        }
    }
}
