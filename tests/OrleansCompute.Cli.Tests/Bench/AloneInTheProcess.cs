namespace OrleansCompute.Cli.Tests.Bench;

/// <summary>Tests that run when no other test does.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;
