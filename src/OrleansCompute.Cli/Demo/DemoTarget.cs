namespace OrleansCompute.Cli.Demo;

/// <summary>What the demo must reach; known before it begins, or from the registry.</summary>
/// <param name="ModelVersion">Version that every agent must run.</param>
/// <param name="Nodes">Nodes that must take part in the training.</param>
/// <param name="Images">Images that must be classified, each once.</param>
/// <param name="Readings">Readings that must be sent.</param>
internal sealed record DemoTarget(int ModelVersion, int Nodes, long Images, long Readings);
