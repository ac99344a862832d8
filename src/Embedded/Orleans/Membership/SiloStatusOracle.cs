using System.Diagnostics.CodeAnalysis;

namespace Orleans.Embedded;

internal sealed class SiloStatusOracle(SiloRuntime silo) : ISiloStatusOracle
{
    public SiloStatus CurrentStatus => silo.Status;

    public string SiloName => silo.Name;

    public SiloAddress SiloAddress => silo.Address;

    public SiloStatus GetApproximateSiloStatus(SiloAddress siloAddress) =>
        silo.Cluster.Members.TryGetValue(siloAddress, out var member) ? member.Status : SiloStatus.None;

    public Dictionary<SiloAddress, SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false) =>
        silo.Cluster.Members.Values.Where(member => !onlyActive || member.Status == SiloStatus.Active)
            .ToDictionary(member => member.Address, member => member.Status);

    public SiloAddress[] GetActiveSilos() => [.. silo.Cluster.ActiveSilos.Select(active => active.Address)];

    public bool TryGetSiloName(SiloAddress siloAddress, [NotNullWhen(true)] out string? siloName)
    {
        siloName = silo.Cluster.Members.GetValueOrDefault(siloAddress)?.Name;
        return siloName is not null;
    }

    public bool IsFunctionalDirectory(SiloAddress siloAddress) => GetApproximateSiloStatus(siloAddress) == SiloStatus.Active;

    public bool IsDeadSilo(SiloAddress silo) => GetApproximateSiloStatus(silo) == SiloStatus.Dead;

    public bool SubscribeToSiloStatusEvents(ISiloStatusListener observer) => silo.Cluster.Subscribe(observer);

    public bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer) => silo.Cluster.Unsubscribe(observer);
}
