namespace OrleansCompute.Scheduling.Rollouts;

/// <summary>
/// Waves with a gate: a wave is offered the model when every device of the earlier waves runs it; one failure anywhere rolls all
/// of them back. Pure.
/// </summary>
public static class WaveRolloutPolicy
{
    /// <summary>The next move.</summary>
    /// <param name="devices">Devices in order of their waves, at least one.</param>
    public static RolloutDecision Decide(IReadOnlyList<RolloutDeviceState> devices)
    {
        ArgumentNullException.ThrowIfNull(devices);
        ArgumentOutOfRangeException.ThrowIfZero(devices.Count);
        if (devices.FirstOrDefault(device => device.Health == RolloutHealth.Failed) is { } failed)
        {
            var offered = devices.Where(device => device.Health != RolloutHealth.NotOffered).Select(device => device.Device);
            return new RolloutDecision.RollBack([.. offered], $"{failed.Device} (wave {failed.Wave}) did not take the model: {failed.Detail}");
        }

        var underWay = devices.Where(device => device.Health == RolloutHealth.UnderWay).ToList();
        if (underWay.Count > 0)
        {
            return new RolloutDecision.Wait(
                $"wave {underWay[0].Wave}: waits for {underWay.Count} of {devices.Count(d => d.Wave == underWay[0].Wave)} devices.");
        }

        var next = devices.Where(device => device.Health == RolloutHealth.NotOffered).Select(device => device.Wave).DefaultIfEmpty().Min();
        return next == 0
            ? new RolloutDecision.Complete($"all {devices.Count} devices run the model.")
            : new RolloutDecision.Offer(
                [.. devices.Where(device => device.Wave == next && device.Health == RolloutHealth.NotOffered).Select(device => device.Device)],
                next == 1 ? "first wave." : $"every device of wave {next - 1} runs the model.");
    }
}
