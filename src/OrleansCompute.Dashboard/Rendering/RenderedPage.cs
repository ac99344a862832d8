namespace OrleansCompute.Dashboard.Rendering;

/// <summary>The live part of a page.</summary>
/// <param name="Html">Its markup.</param>
/// <param name="StatusCode">200, or 404 where there is no such thing.</param>
internal sealed record RenderedPage(string Html, int StatusCode);
