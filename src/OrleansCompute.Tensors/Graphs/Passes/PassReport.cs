namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>What one run of a pass did to a graph. Immutable.</summary>
/// <param name="Pass">Name of the pass.</param>
/// <param name="NodesBefore">Nodes before.</param>
/// <param name="NodesAfter">Nodes after.</param>
/// <param name="Added">Operators of which there are more than before, with how many more: the fused ones.</param>
public sealed record PassReport(string Pass, int NodesBefore, int NodesAfter, IReadOnlyDictionary<string, int> Added)
{
    /// <summary>Compares the graph before with the one after.</summary>
    public static PassReport Of(string pass, Graph before, Graph after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var counts = before.Nodes.CountBy(node => node.Operator.Name).ToDictionary(StringComparer.Ordinal);
        var added = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, count) in after.Nodes.CountBy(node => node.Operator.Name))
        {
            if (count > counts.GetValueOrDefault(name))
            {
                added[name] = count - counts.GetValueOrDefault(name);
            }
        }

        return new PassReport(pass, before.Nodes.Count, after.Nodes.Count, added);
    }

    /// <summary>The runs of each pass as one, in the order of their first ones; those that did nothing are left out.</summary>
    public static IReadOnlyList<PassReport> Total(IEnumerable<PassReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        var totals = new List<PassReport>();
        foreach (var report in reports.Where(report => report.NodesBefore != report.NodesAfter || report.Added.Count > 0))
        {
            var at = totals.FindIndex(total => total.Pass == report.Pass);
            if (at < 0)
            {
                totals.Add(report);
                continue;
            }

            var added = new SortedDictionary<string, int>(StringComparer.Ordinal);
            foreach (var (name, count) in totals[at].Added.Concat(report.Added))
            {
                added[name] = added.GetValueOrDefault(name) + count;
            }

            totals[at] = totals[at] with { NodesAfter = totals[at].NodesAfter + report.NodesAfter - report.NodesBefore, Added = added };
        }

        return totals;
    }
}
