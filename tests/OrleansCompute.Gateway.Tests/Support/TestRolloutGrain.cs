using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Rollouts;

namespace OrleansCompute.Gateway.Tests.Support;

internal sealed class TestRolloutGrain(string key) : IRolloutGrain
{
    private RolloutStatus? status;

    public Task<RolloutStatus> Start(RolloutSpec spec) => Task.FromResult(status = new RolloutStatus
    {
        Spec = spec,
        State = RolloutState.Running,
        Reason = "Offers to the first wave.",
        Devices = [.. spec.Devices.Select(d => new RolloutDevice { Device = d, Wave = 1 })],
        StartedAt = DateTimeOffset.UnixEpoch,
    });

    public Task<RolloutStatus> GetStatus() => status is null
        ? throw new FabricNotFoundException($"There is no roll-out '{key}'.")
        : Task.FromResult(status);

    public Task DeviceReported(string device, DeviceReport report) => Task.CompletedTask;
}
