using Microsoft.Extensions.Options;
using OrleansCompute.Dashboard.Access;
using OrleansCompute.TestKit;

namespace OrleansCompute.Dashboard.Tests.Access;

public sealed class OperatorKeyCheckTests
{
    private const string Key = "correct horse battery";

    private readonly ManualTimeProvider _clock = new();
    private readonly OperatorKeyCheck _check;

    public OperatorKeyCheckTests() => _check = new OperatorKeyCheck(Options.Create(new DashboardOptions { OperatorKey = Key }), _clock);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("correct horse batterY")]
    [InlineData("correct horse battery ")]
    public void Check_WhenTheKeyIsWrong_Refuses(string? key) => Assert.Equal(KeyVerdict.Refused, _check.Check(key));

    [Fact]
    public void Check_WhenTheKeyIsFarTooLong_Refuses() => Assert.Equal(KeyVerdict.Refused, _check.Check(new string('x', 1_000_000)));

    [Fact]
    public void Check_WhenAMinuteHasPassedSinceTooManyFailures_AcceptsTheRightKey()
    {
        for (var i = 0; i < OperatorKeyCheck.MaxFailures; i++)
        {
            Assert.Equal(KeyVerdict.Refused, _check.Check("guess"));
        }

        Assert.Equal(KeyVerdict.TooManyFailures, _check.Check(Key));
        _clock.Advance(OperatorKeyCheck.Window);
        Assert.Equal(KeyVerdict.Accepted, _check.Check(Key));
    }
}
