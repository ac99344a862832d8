using OrleansCompute.Scheduling.Rollouts;

namespace OrleansCompute.Scheduling.Tests.Rollouts;

public sealed class WaveRolloutPolicyTests
{
    [Fact]
    public void Decide_AtTheStart_OffersTheFirstWave() =>
        Assert.Equal<IEnumerable<string>>(["a"], Assert.IsType<RolloutDecision.Offer>(Decide(
            ("a", 1, RolloutHealth.NotOffered), ("b", 2, RolloutHealth.NotOffered))).Devices);

    [Fact]
    public void Decide_WhileTheFirstWaveIsUnderWay_Waits() =>
        Assert.Equal("wave 1: waits for 1 of 1 devices.", Assert.IsType<RolloutDecision.Wait>(Decide(
            ("a", 1, RolloutHealth.UnderWay), ("b", 2, RolloutHealth.NotOffered))).Reason);

    [Fact]
    public void Decide_WhenTheFirstWaveRuns_OffersAllOfTheNext() =>
        Assert.Equal<IEnumerable<string>>(["b", "c"], Assert.IsType<RolloutDecision.Offer>(Decide(
            ("a", 1, RolloutHealth.Running), ("b", 2, RolloutHealth.NotOffered), ("c", 2, RolloutHealth.NotOffered))).Devices);

    [Fact]
    public void Decide_WhenAllRun_Completes() =>
        Assert.IsType<RolloutDecision.Complete>(Decide(("a", 1, RolloutHealth.Running), ("b", 2, RolloutHealth.Running)));

    [Fact]
    public void Decide_WhenOneFails_RollsBackThoseThatWereOffered()
    {
        var decision = Assert.IsType<RolloutDecision.RollBack>(Decide(
            ("a", 1, RolloutHealth.Running), ("b", 2, RolloutHealth.Failed), ("c", 2, RolloutHealth.UnderWay), ("d", 3, RolloutHealth.NotOffered)));

        Assert.Equal<IEnumerable<string>>(["a", "b", "c"], decision.Devices);
        Assert.Equal("b (wave 2) did not take the model: detail of b", decision.Reason);
    }

    private static RolloutDecision Decide(params (string Device, int Wave, RolloutHealth Health)[] devices) =>
        WaveRolloutPolicy.Decide([.. devices.Select(device =>
            new RolloutDeviceState(device.Device, device.Wave, device.Health, $"detail of {device.Device}"))]);
}
