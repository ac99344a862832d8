using System.Collections.Immutable;
using OrleansCompute.Contracts.Devices;

namespace OrleansCompute.Dashboard.Data;

/// <summary>The alarms of a device, newest first, and the counters of its twin when they were read.</summary>
/// <param name="Newest">Newest first, at most 1,000.</param>
/// <param name="Raised">Alarms ever raised.</param>
/// <param name="Active">Alarms that last.</param>
public sealed record DeviceAlarms(ImmutableArray<Alarm> Newest, long Raised, int Active);
