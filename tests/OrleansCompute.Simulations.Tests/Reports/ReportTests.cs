using System.Text.Json;
using System.Xml.Linq;
using OrleansCompute.Scheduling.Packing;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Packing;
using OrleansCompute.Simulations.Pollux;
using OrleansCompute.Simulations.Reports;
using OrleansCompute.Simulations.Tests.Pollux;

namespace OrleansCompute.Simulations.Tests.Reports;

public sealed class ReportTests
{
    [Fact]
    public void Create_OfARun_IsAPageWithPlots()
    {
        var page = HtmlReport.Create("default on T4:2x4: a <b>", Run());
        Assert.Contains("default on T4:2x4: a &lt;b&gt;", page, StringComparison.Ordinal);
        var plots = page.Split("<svg").Skip(1).Select(part => XElement.Parse("<svg" + part[..(part.IndexOf("</svg>", StringComparison.Ordinal) + 6)])).ToList();
        Assert.Equal(5, plots.Count);
        Assert.All(plots, plot => Assert.Contains(plot.Descendants(), element => element.Name.LocalName == "polyline"));
    }

    [Fact]
    public void Create_WhenJobsAreLeftOrRefused_NamesThemAndWhy()
    {
        var result = Run() with
        {
            EndReason = "time was up", Unfinished = [new UnfinishedJob("left <1>", 5, 0, "needs 9")],
        };

        var page = HtmlReport.Create("t", result, ["big asks for too much."], ["H100 runs as T4."]);

        Assert.Contains("<h2>Not done (1)</h2><p>The run ended because time was up.</p><ul><li>left &lt;1&gt;: needs 9</li></ul>", page, StringComparison.Ordinal);
        Assert.Contains("<h2>Refused (1)</h2><p></p><ul><li>big asks for too much.</li></ul>", page, StringComparison.Ordinal);
        Assert.Contains("<li>H100 runs as T4.</li>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", HtmlReport.Create("t", Run() with { Outcomes = [], Samples = [], AvgJctSeconds = double.NaN }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0 0.2 0.4 0.6 0.8 1")]
    [InlineData(7, "0 2 4 6 8")]
    [InlineData(16.6, "0 5 10 15 20")]
    [InlineData(64, "0 20 40 60 80")]
    [InlineData(130, "0 50 100 150")]
    [InlineData(0.03, "0 0.005 0.01 0.015 0.02 0.025 0.03")]
    public void Linear_WhateverTheLargest_MarksAreOneTwoOrFive(double most, string expected) =>
        Assert.Equal(expected, string.Join(' ', PlotAxis.Linear(most).Marks.Select(PlotAxis.Text)));

    [Theory]
    [InlineData(new[] { 0.3, 40 }, "0.2 0.5 1 2 5 10 20 50")]
    [InlineData(new[] { 0.0, 3, 30_000 }, "10 100 1,000 10,000")]
    [InlineData(new[] { 1.0 }, "1 2")]
    [InlineData(new double[0], "1 2")]
    public void Logarithmic_WhateverTheValues_CoversThemWithShortMarks(double[] values, string expected)
    {
        var axis = PlotAxis.Logarithmic(values);

        Assert.Equal(expected, string.Join(' ', axis.Marks.Select(PlotAxis.Text)));
        Assert.All(values, value => Assert.InRange(axis.At(value), 0, 1));
    }

    [Fact]
    public void Write_OfARun_TellsOfEveryJob()
    {
        using var trace = new StringWriter();
        DecisionTrace.Write(trace, Run());
        var lines = trace.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var jobs = lines.SelectMany(line => line.GetProperty("changes").EnumerateArray()).Select(change => change.GetProperty("job").GetString());
        Assert.Equal(24, jobs.Distinct().Count());
        Assert.All(lines, line => Assert.InRange(line.GetProperty("held_accelerators").GetInt32(), 0, 8));
    }

    [Fact]
    public void Write_OfAPackingWithoutItsTasks_NamesTheParameter()
    {
        PackingNode[] nodes = [new("n", "T4", 8_000, 1_024, 2)];
        var shape = new PackingShape(1_000, 10, 1, 600, "");
        var result = new PackingSimulation(nodes, TaskMix.Typical([KeyValuePair.Create(shape, 1L)])).Run([shape, shape], "default", 1, null, CancellationToken.None);
        using var trace = new StringWriter();

        var error = Assert.Throws<ArgumentException>(() => DecisionTrace.Write(trace, nodes, result));
        Assert.Equal("result", error.ParamName);
        Assert.Contains("2 steps and 0 arrivals", error.Message, StringComparison.Ordinal);

        var named = result with { Arrivals = [new PackingTask("a", 2, shape), new PackingTask("b", 3, shape)] };
        Assert.Equal("nodes", Assert.Throws<ArgumentException>(() => DecisionTrace.Write(trace, [], named)).ParamName);
        Assert.Empty(trace.ToString());
        DecisionTrace.Write(trace, nodes, named);
        Assert.Equal(2, trace.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private static SimulationResult Run()
    {
        using var files = new PolluxFiles();
        var setup = PolluxSetup.Load(files.Workload, files.Profiles, ClusterSpec.Parse("T4:2x4"), "default", ApplicationFacts.Pollux);
        return new ClusterSimulator(setup.Cluster, setup.Jobs, setup.Policy, new SimulationOptions(), TimeProvider.System) { RecordsRounds = true }.Run();
    }
}
