using System.Collections.Immutable;

namespace OrleansCompute.Scheduling.Rollouts;

/// <summary>What to do next in a roll-out, and why.</summary>
/// <param name="Reason">A sentence.</param>
public abstract record RolloutDecision(string Reason)
{
    /// <summary>Offer the model to these devices.</summary>
    /// <param name="Devices">Devices of the next wave.</param>
    /// <param name="Reason">A sentence.</param>
    public sealed record Offer(ImmutableArray<string> Devices, string Reason) : RolloutDecision(Reason);

    /// <summary>Wait for devices of the present wave.</summary>
    /// <param name="Reason">A sentence.</param>
    public sealed record Wait(string Reason) : RolloutDecision(Reason);

    /// <summary>Give devices that were offered the model what they ran before.</summary>
    /// <param name="Devices">Devices that were offered it.</param>
    /// <param name="Reason">A sentence.</param>
    public sealed record RollBack(ImmutableArray<string> Devices, string Reason) : RolloutDecision(Reason);

    /// <summary>Every device runs the model.</summary>
    /// <param name="Reason">A sentence.</param>
    public sealed record Complete(string Reason) : RolloutDecision(Reason);
}
