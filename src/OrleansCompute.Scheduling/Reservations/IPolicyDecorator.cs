using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Scheduling.Reservations;

/// <summary>A policy that changes what another is asked or answers.</summary>
internal interface IPolicyDecorator
{
    /// <summary>The other.</summary>
    ISchedulingPolicy Inner { get; }
}
