using OrleansCompute.Dashboard.Access;
using OrleansCompute.TestKit;

namespace OrleansCompute.Dashboard.Tests.Access;

public sealed class SignInLinksTests
{
    private static readonly Uri _root = new("http://127.0.0.1:8080/");

    private readonly ManualTimeProvider _clock = new();
    private readonly SignInLinks _links;

    public SignInLinksTests() => _links = new SignInLinks(_clock);

    [Fact]
    public void TryRedeem_WhenUsedOnce_IsRefusedTheSecondTime()
    {
        var key = KeyOf(_links.Create(_root));

        Assert.True(_links.TryRedeem(key));
        Assert.False(_links.TryRedeem(key));
    }

    [Fact]
    public void TryRedeem_WhenExpired_IsRefused()
    {
        var key = KeyOf(_links.Create(_root));
        _clock.Advance(SignInLinks.Lifetime);

        Assert.False(_links.TryRedeem(key));
    }

    [Fact]
    public void Create_WhenManyAreOutstanding_VoidsTheOldest()
    {
        var keys = Enumerable.Range(0, SignInLinks.MaxOutstanding + 1).Select(_ => KeyOf(_links.Create(_root))).ToArray();

        Assert.False(_links.TryRedeem(keys[0]));
        Assert.True(_links.TryRedeem(keys[1]));
        Assert.True(_links.TryRedeem(keys[^1]));
    }

    private static string KeyOf(Uri link) => link.Query["?key=".Length..];
}
