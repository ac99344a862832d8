using System.Globalization;
using System.Text;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Packing;

namespace OrleansCompute.Simulations.Reports;

/// <summary>A run as one HTML page that needs nothing else: the figures, and plots as SVG.</summary>
public static class HtmlReport
{
    private const string Style = """
        body{font:14px system-ui,sans-serif;margin:2em auto;max-width:60em;color:#222}table{border-collapse:collapse}
        td,th{padding:.2em .8em;border-bottom:1px solid #ddd;text-align:left}td.n,th:nth-child(n+3){text-align:right}td.n{font-variant-numeric:tabular-nums}
        svg{width:100%;margin-top:1.5em}svg text{font-size:11px}svg .title{font-size:13px;font-weight:600}.grid{stroke:#e5e5e5}.mark{stroke:#999}
        """;

    // Lines of jobs that were refused or not done: a page of a hundred thousand is read by nobody.
    private const int MaxListed = 500;

    /// <summary>Makes the page.</summary>
    /// <param name="title">Policy, workload and cluster.</param>
    /// <param name="result">The run.</param>
    /// <param name="refused">A sentence for each job that was refused.</param>
    /// <param name="notes">What whoever reads the figures should know.</param>
    public static string Create(string title, SimulationResult result, IReadOnlyList<string>? refused = null, IReadOnlyList<string>? notes = null)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(result);
        var page = new StringBuilder();
        Begin(page, title, Figures(result));
        AppendList(page, "Notes", "", notes ?? []);
        AppendList(
            page, "Not done", result.EndReason.Length == 0 ? "" : $"The run ended because {result.EndReason}.",
            [.. result.Unfinished.Select(job => $"{job.Id}{(job.Accelerators > 0 ? $", which held {job.Accelerators}" : "")}: {job.Reason}")]);
        AppendList(page, "Refused", "", refused ?? []);
        AppendTenants(page, result);
        var samples = result.Samples;
        page.Append(new SvgPlot("Accelerators", "hours", "accelerators")
            .Line("ready", [.. samples.Select(sample => (sample.Seconds / 3600, (double)sample.Ready))], isStep: true)
            .Line("held", [.. samples.Select(sample => (sample.Seconds / 3600, (double)sample.Held))], isStep: true));
        page.Append(new SvgPlot("Jobs", "hours", "jobs")
            .Line("running", [.. samples.Select(sample => (sample.Seconds / 3600, (double)sample.Running))], isStep: true)
            .Line("waiting", [.. samples.Select(sample => (sample.Seconds / 3600, (double)sample.Waiting))], isStep: true));
        page.Append(new SvgPlot("Fragmentation: free on partly used nodes while jobs wait", "hours", "share of accelerators")
            .Line("fragmented", [.. samples.Select(sample => (sample.Seconds / 3600, sample.Fragmented / (double)Math.Max(1, sample.Ready)))], isStep: true));
        page.Append(new SvgPlot("Completion times and waits for the first start", "hours from submission", "share of jobs", isLogarithmic: true)
            .Line("done", Distribution(result.Outcomes.Select(job => job.JctSeconds / 3600)), isStep: true)
            .Line("started", Distribution(result.Outcomes.Select(job => job.WaitSeconds / 3600)), isStep: true));
        page.Append(new SvgPlot("Finish-time fairness", "completion time over that alone on an equal share", "share of jobs", isLogarithmic: true)
            .Line("jobs", Distribution(result.Outcomes.Select(job => job.FinishTimeRatio)), isStep: true));
        return page.Append("</body></html>\n").ToString();
    }

    /// <summary>The figures with names and units, as the page and the command line show them.</summary>
    public static IReadOnlyList<(string Name, string Value)> Figures(SimulationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return
        [
            ("jobs finished", Number(result.Jobs, 0) + (result.UnfinishedJobs > 0 ? $" ({result.UnfinishedJobs} not)" : "")),
            ("completion time, mean", Number(result.AvgJctSeconds, 1) + " s"),
            ("completion time, median", Number(result.MedianJctSeconds, 1) + " s"),
            ("completion time, 99th percentile", Number(result.P99JctSeconds, 1) + " s"),
            ("makespan", Number(result.MakespanSeconds, 0) + " s"),
            ("wait for the first start, mean", Number(result.AvgWaitSeconds, 1) + " s"),
            ("utilisation", Percent(result.Utilisation)),
            ("held while demand was at least supply", Percent(result.SaturatedUtilisation)),
            ("held", Percent(result.AllocationFraction)),
            ("fragmented", Percent(result.FragmentedFraction)),
            ("worst finish-time ratio", Number(result.WorstFtf, 2)),
            ("jobs with a ratio above 1.05", Percent(result.UnfairFraction)),
            ("accelerator-hours per job", Number(result.GpuHoursPerJob, 2)),
            ("cost", result.Cost is { } cost ? Number(cost, 2) : "not known"),
            ("energy", result.EnergyKilowattHours is { } energy ? Number(energy, 1) + " kWh" : "not known"),
            ("restarts per job", Number(result.RestartsPerJob, 2)),
            ("nodes lost per job", Number(result.FailuresPerJob, 2)),
            ("deadlines met", result.Deadlines == 0 ? "none asked for"
                : $"{Number(result.DeadlinesMet, 0)} of {Number(result.Deadlines, 0)} ({Number(result.DeadlinesRefused, 0)} refused at submission)"),
            ("decision, 99th percentile", Number(result.DecisionMsP99, 2) + " ms"),
            ("simulated in", Number(result.WallSeconds, 1) + " s"),
        ];
    }

    /// <summary>A packing of tasks that never leave as a page: the figures, and what was allocated and of no use as the demand grew.</summary>
    /// <param name="title">Policy, tasks and machines.</param>
    /// <param name="result">The run.</param>
    /// <param name="demandPercent">Demand at which the figures are taken, percent of the pool.</param>
    /// <param name="refused">A sentence for each task that fits no machine.</param>
    public static string Create(string title, PackingResult result, int demandPercent, IReadOnlyList<string> refused)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(refused);
        var page = new StringBuilder();
        Begin(page, title,
        [
            ("tasks", Number(result.Tasks, 0)), ("tasks placed", Number(result.Placed, 0)),
            ("asked for", Percent(result.ArrivedFraction)),
            ($"allocated at {demandPercent} % demand", Percent(result.AllocationPercent(demandPercent) / 100)),
            ($"fragmented at {demandPercent} % demand", Percent(result.FragmentedPercent(demandPercent) / 100)),
        ]);
        AppendList(page, "Refused", "", refused);
        page.Append(new SvgPlot("Allocation and fragmentation by demand", "accelerators asked for, % of the pool", "% of the pool")
            .Line("allocated", [.. result.AllocationPercentAt.Select((value, at) => ((double)at, value))])
            .Line("fragmented", [.. result.FragmentedPercentAt.Select((value, at) => ((double)at, value))]));
        return page.Append("</body></html>\n").ToString();
    }

    private static void Begin(StringBuilder page, string title, IReadOnlyList<(string Name, string Value)> figures)
    {
        page.Append("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>").Append(SvgPlot.Escape(title))
            .Append("</title><style>").Append(Style).Append("</style></head><body><h1>").Append(SvgPlot.Escape(title)).Append("</h1><table>");
        foreach (var (name, value) in figures)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{SvgPlot.Escape(name)}</td><td class=\"n\">{SvgPlot.Escape(value)}</td></tr>");
        }

        page.Append("</table>");
    }

    private static void AppendList(StringBuilder page, string heading, string before, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        page.Append(CultureInfo.InvariantCulture, $"<h2>{SvgPlot.Escape(heading)} ({lines.Count})</h2><p>{SvgPlot.Escape(before)}</p><ul>");
        foreach (var line in lines.Take(MaxListed))
        {
            page.Append("<li>").Append(SvgPlot.Escape(line)).Append("</li>");
        }

        page.Append(lines.Count > MaxListed ? $"<li>and {lines.Count - MaxListed} more: all are in the JSON</li></ul>" : "</ul>");
    }

    private static void AppendTenants(StringBuilder page, SimulationResult result)
    {
        if (result.Tenants.IsEmpty)
        {
            return;
        }

        page.Append(CultureInfo.InvariantCulture, $"<h2>Tenants</h2><p>Fairness, Jain's index of service over entitlement: {Number(result.TenantFairness, 3)}</p><table><tr>");
        foreach (var heading in (string[])["tenant", "below", "jobs", "completion time, mean", "service", "entitled", "service over entitled", "restarts per job"])
        {
            page.Append("<th>").Append(heading).Append("</th>");
        }

        page.Append("</tr>");
        foreach (var tenant in result.Tenants)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{SvgPlot.Escape(tenant.Name)}</td><td>{SvgPlot.Escape(tenant.Parent)}</td>");
            foreach (var value in (string[])[Number(tenant.Jobs, 0), Number(tenant.AvgJctSeconds, 1) + " s", Percent(tenant.ServiceFraction), Percent(tenant.EntitledFraction), Number(tenant.ServiceOverEntitlement, 3), Number(tenant.RestartsPerJob, 2)])
            {
                page.Append("<td class=\"n\">").Append(value).Append("</td>");
            }

            page.Append("</tr>");
        }

        page.Append("</table>");
    }

    private static List<(double X, double Y)> Distribution(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        List<(double, double)> points = sorted.Count == 0 ? [] : [(0, 0)];
        points.AddRange(sorted.Select((value, index) => (value, (index + 1.0) / sorted.Count)));
        return points;
    }

    private static string Number(double value, int decimals) =>
        double.IsFinite(value) ? value.ToString("N" + decimals, CultureInfo.InvariantCulture) : "–";

    private static string Percent(double fraction) => double.IsFinite(fraction) ? Number(100 * fraction, 1) + " %" : "–";
}
