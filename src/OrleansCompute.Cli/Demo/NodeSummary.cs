namespace OrleansCompute.Cli.Demo;

/// <summary>A node's part in the training.</summary>
internal sealed record NodeSummary(string Name, string Accelerator, double ScoreGflops, double Share, double ImagesPerSecond);
