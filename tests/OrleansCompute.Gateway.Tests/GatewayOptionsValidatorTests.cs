namespace OrleansCompute.Gateway.Tests;

public sealed class GatewayOptionsValidatorTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    [Fact]
    public void Validate_WhenDefaultsAndAKey_Succeeds() =>
        Assert.True(new GatewayOptionsValidator().Validate(null, new GatewayOptions { OperatorKey = Key }).Succeeded);

    [Fact]
    public void Validate_WhenSeveralAreWrong_NamesAllAtOnce()
    {
        var options = new GatewayOptions
        {
            MqttAddress = "localhost:1883",
            MqttPort = 65536,
            MaxConcurrentChunks = 0,
            MaxTwinBacklogReadings = -1,
            MaxArtifactBytes = 0,
            MaxListConcurrency = 1000,
        };

        var failures = new GatewayOptionsValidator().Validate(null, options).Failures!.ToList();

        Assert.Equal(7, failures.Count);
        Assert.Contains("Gateway:MqttPort is 65536; allowed: 0 to 65535.", failures);
        Assert.Contains(failures, f => f.StartsWith("Gateway:OperatorKey is missing", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("oc_acme_0123456789abcdef0123456789abcdef")]
    [InlineData("0123456789abcdef 0123456789abcdef")]
    public void Validate_WhenOperatorKeyIsUnfit_RefusesWithoutShowingIt(string key)
    {
        var result = new GatewayOptionsValidator().Validate(null, new GatewayOptions { OperatorKey = key });

        Assert.True(result.Failed);
        Assert.DoesNotContain(key, result.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_ArePinned()
    {
        var options = new GatewayOptions();
        Assert.Equal(
            ("127.0.0.1", 1883, false, 4096, 16, 512L << 20, 16),
            (options.MqttAddress, options.MqttPort, options.AllowAnonymous, options.MaxTwinBacklogReadings, options.MaxConcurrentChunks,
                options.MaxArtifactBytes, options.MaxListConcurrency));
    }
}
