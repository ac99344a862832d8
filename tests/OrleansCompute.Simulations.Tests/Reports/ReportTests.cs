using System.Text.Json;
using System.Xml.Linq;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
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
        Assert.Equal(4, plots.Count);
        Assert.All(plots, plot => Assert.Contains(plot.Descendants(), element => element.Name.LocalName == "polyline"));
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

    private static SimulationResult Run()
    {
        using var files = new PolluxFiles();
        var setup = PolluxSetup.Load(files.Workload, files.Profiles, ClusterSpec.Parse("T4:2x4"), "default", ApplicationFacts.Pollux);
        return new ClusterSimulator(setup.Cluster, setup.Jobs, setup.Policy, new SimulationOptions(), TimeProvider.System) { RecordsRounds = true }.Run();
    }
}
