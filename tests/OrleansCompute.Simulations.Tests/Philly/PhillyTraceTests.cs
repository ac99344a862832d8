using OrleansCompute.Scheduling.Mixing;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Formats;
using OrleansCompute.Simulations.Philly;

namespace OrleansCompute.Simulations.Tests.Philly;

public sealed class PhillyTraceTests
{
    private const string Header = "timestamp,duration,num_gpus,gpu_time,cluster\n";

    [Fact]
    public void Read_WhenWellFormed_SortsAndCountsFromTheFirst() =>
        Assert.Equal(
            [new PhillyRow("job-3", 0, 2951, 1, "b"), new PhillyRow("job-2", 2932, 66.5, 8, "a")],
            PhillyTrace.Read("p.csv", new StringReader(
                Header + "2017-10-09 07:01:55,66.5,8,532,a\n2017-10-09 06:13:03,2951.0,1,2951.0,b\n")).ToArray());

    [Theory]
    [InlineData("yesterday,1,1,1,a", "p.csv, line 2, column timestamp: 'yesterday' is no date and time")]
    [InlineData("5,-1,1,1,a", "p.csv, line 2, column duration: '-1'")]
    [InlineData("5,NaN,1,1,a", "p.csv, line 2, column duration: 'NaN'")]
    [InlineData("5,1,0,1,a", "p.csv, line 2, column num_gpus: '0' is no whole number from 1 to 100000")]
    [InlineData("5,1,1", "p.csv, line 2: the line has 3 fields")]
    [InlineData("", "p.csv, line 2: there is no job")]
    public void Read_WhenMalformed_NamesFileLineAndColumn(string lines, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<TraceFormatException>(
            () => PhillyTrace.Read("p.csv", new StringReader(Header + lines))).Message);

    [Theory]
    [InlineData("1017", "column timestamp: '1017-10-09 07:03:55' is 1000")]
    [InlineData("9017", "column timestamp: '9017-10-09 07:03:55' is 700")]
    public void Read_WhenOneYearIsWrong_NamesItsLineAndTheRange(string year, string expected)
    {
        var lines = string.Concat(Enumerable.Range(0, 9).Select(i => $"{(i == 2 ? year : "2017")}-10-09 07:0{i + 1}:55,60,1,60,a\n"));

        var error = Assert.Throws<TraceFormatException>(() => PhillyTrace.Read("p.csv", new StringReader(Header + lines)));

        Assert.StartsWith("p.csv, line 4, " + expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("all jobs of a trace are submitted within 10 years", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenTimesGoBack_SaysSoOnce()
    {
        var notes = new List<string>();

        PhillyTrace.Read("folder/p.csv", new StringReader(Header + "9,1,1,1,a\n5,1,1,1,a\n7,1,1,1,a\n6,1,1,1,a\n"), notes);
        PhillyTrace.Read("folder/q.csv", new StringReader(Header + "5,1,1,1,a\n5,1,1,1,a\n7,1,1,1,a\n"), notes);

        Assert.Equal(["p.csv: timestamps go back on 2 lines, first on line 3; jobs are submitted in the order of time, not of lines."], notes);
    }

    [Fact]
    public void Resample_WhenDemandIsGiven_MeetsIt()
    {
        var rows = Enumerable.Range(0, 50).Select(i => new PhillyRow($"job-{i}", 100 * i, 60 + 10 * i, 1 << (i % 5), "t")).ToList();

        var drawn = PhillyTrace.Resample(rows, 1_000, accelerators: 8, demandRatio: 1.5, new Random(2));

        Assert.Equal(1_000, drawn.Length);
        Assert.Equal(1_000, drawn.Select(row => row.Name).Distinct().Count());
        Assert.All(drawn, row => Assert.InRange(row.Accelerators, 1, 8));
        Assert.Equal(1.5, drawn.Sum(row => row.DurationSeconds * row.Accelerators) / drawn[^1].SubmitSeconds / 8, 1e-9);
        Assert.Throws<ArgumentException>(() => PhillyTrace.Resample(rows, 0, 8, 1, new Random(1)));
        Assert.Throws<ArgumentException>(() => PhillyTrace.Resample([rows[4]], 5, 8, 1, new Random(1)));
    }

    [Fact]
    public void Run_WhenDemandExceedsSupply_KeepsTheClusterBusy()
    {
        var random = new Random(6);
        var rows = Enumerable.Range(0, 600).Select(i => new PhillyRow(
            $"job-{i}", 40 * i, random.Next(100, 8_000), random.Next(10) == 0 ? 8 : 1, "t")).ToList();

        var result = new ClusterSimulator(
            ClusterSpec.Parse("gpu:8x8").ToSnapshot(), [.. rows.Select(row => new PhillyJob(row))], new MixedTypePolicy(),
            new SimulationOptions { RoundSeconds = 60 }, TimeProvider.System).Run();

        Assert.Equal(600, result.Jobs);
        Assert.True(result.Samples.Max(sample => sample.Waiting) > 50);
        Assert.InRange(result.SaturatedUtilisation, 0.9, 1);
    }
}
