namespace OrleansCompute.Dashboard.Data;

/// <summary>What a grain said when it was asked: a value, or why there is none.</summary>
/// <typeparam name="T">What it was asked for.</typeparam>
/// <param name="Tenant">Tenant; empty for what belongs to the whole fabric.</param>
/// <param name="Name">Name in the tenant.</param>
/// <param name="Value">The answer; null where the grain failed.</param>
/// <param name="Error">A sentence; null where it answered.</param>
/// <param name="Missing">Whether the grain says that there is no such thing.</param>
public sealed record Probe<T>(string Tenant, string Name, T? Value, string? Error, bool Missing = false)
    where T : class;
