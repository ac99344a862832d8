using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>Knows the silos of the cluster. Thread-safe.</summary>
public interface ISiloStatusOracle
{
    /// <summary>The local silo's status.</summary>
    SiloStatus CurrentStatus { get; }

    /// <summary>The local silo's name.</summary>
    string SiloName { get; }

    /// <summary>The local silo.</summary>
    SiloAddress SiloAddress { get; }

    /// <summary>The status of a silo; <see cref="SiloStatus.None"/> when unknown.</summary>
    SiloStatus GetApproximateSiloStatus(SiloAddress siloAddress);

    /// <summary>The status of every known silo, dead ones too unless only the active are asked for.</summary>
    Dictionary<SiloAddress, SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false);

    /// <summary>The active silos.</summary>
    SiloAddress[] GetActiveSilos();

    /// <summary>The name of a known silo.</summary>
    bool TryGetSiloName(SiloAddress siloAddress, [NotNullWhen(true)] out string? siloName);

    /// <summary>Whether the silo may hold directory entries.</summary>
    bool IsFunctionalDirectory(SiloAddress siloAddress);

    /// <summary>Whether the silo is known to be dead.</summary>
    bool IsDeadSilo(SiloAddress silo);

    /// <summary>Starts to notify; false if it did before.</summary>
    bool SubscribeToSiloStatusEvents(ISiloStatusListener observer);

    /// <summary>Stops to notify; false if it did not.</summary>
    bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer);
}
