namespace OrleansCompute.Edge.Agent.Models;

/// <summary>What a <see cref="ModelUpdater"/> needs of the agent's options.</summary>
/// <param name="Tenant">Tenant of the device.</param>
/// <param name="Device">Name of the device.</param>
/// <param name="FetchWindow">Pieces asked for at once.</param>
/// <param name="FetchTimeout">After which missing pieces are asked for again.</param>
/// <param name="MaxModelBytes">Largest package taken.</param>
/// <param name="TrialImage">The image that a new model is tried with; empty for a black one.</param>
internal sealed record ModelUpdaterSettings(
    string Tenant, string Device, int FetchWindow, TimeSpan FetchTimeout, long MaxModelBytes, ReadOnlyMemory<byte> TrialImage);
