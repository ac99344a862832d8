using System.CommandLine;
using OrleansCompute.Cli.Commands;

namespace OrleansCompute.Cli.Tests.Commands;

public sealed class ObjectiveOptionsTests
{
    [Fact]
    public void Values_WhenNothingIsSaid_AreTheLibrarys()
    {
        var (options, arguments) = Parse();
        Assert.Null(options.Cost(arguments));
        Assert.Equal(new(), options.Spot(arguments));
        Assert.Equal(new(), options.Defragmentation(arguments));
    }

    [Fact]
    public void Values_WhenAllIsSaid_AreRead()
    {
        var (options, arguments) = Parse("--cost", "tolerance=0.3,saving=0.05,kwh=0.25", "--spot", "long=1h,lead=90s", "--defragment", "moves=3,horizon=2h,gain=4");
        Assert.Equal(new() { SpeedTolerance = 0.3, LeastSaving = 0.05, PricePerKilowattHour = 0.25 }, options.Cost(arguments));
        Assert.Equal(new() { LongSeconds = 3600, LeadSeconds = 90 }, options.Spot(arguments));
        Assert.Equal(new() { MaxMoves = 3, HorizonSeconds = 7200, GainFactor = 4 }, options.Defragmentation(arguments));
    }

    [Fact]
    public void Values_WhenOnlyTheWordIsSaid_AreTheUsual()
    {
        var (options, arguments) = Parse("--cost", "--defragment", "off");
        Assert.Equal(new(), options.Cost(arguments));
        Assert.Null(options.Defragmentation(arguments));
    }

    [Theory]
    [InlineData("--cost", "tolerant=1", "--cost has 'tolerant'; allowed: tolerance, saving, kwh.")]
    [InlineData("--spot", "lead=2", "--spot: lead is '2'; allowed: a time with its unit")]
    [InlineData("--defragment", "moves=1.5", "--defragment: moves is 1.5; allowed: 0 to 1000, a whole number.")]
    [InlineData("--defragment", "on", "--defragment has 'on'; allowed: moves, horizon, gain.")]
    public void Values_WhenTheyMakeNoSense_AreRefused(string option, string value, string expected)
    {
        var (options, arguments) = Parse(option, value);
        var error = Assert.Throws<CommandException>(() => (options.Cost(arguments), options.Spot(arguments), options.Defragmentation(arguments)));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    private static (ObjectiveOptions Options, ParseResult Arguments) Parse(params string[] arguments)
    {
        var (options, command) = (new ObjectiveOptions(), new Command("up"));
        options.AddTo(command);
        return (options, command.Parse(arguments));
    }
}
