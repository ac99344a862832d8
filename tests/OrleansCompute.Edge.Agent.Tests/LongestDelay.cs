namespace OrleansCompute.Edge.Agent.Tests;

/// <summary>Delays are drawn from zero to a limit: this makes them the limit.</summary>
internal sealed class LongestDelay : Random
{
    public override double NextDouble() => 1;
}
