using OrleansCompute.Tensors.Graphs.Passes;

namespace OrleansCompute.Cli.Commands.Models;

/// <summary>What the passes made of a model, for `--verbose` and JSON.</summary>
/// <param name="NodesBefore">Nodes with the sizes of the inputs bound.</param>
/// <param name="NodesAfter">Nodes that run.</param>
/// <param name="UnplannedBytes">Memory of all intermediate values next to each other.</param>
/// <param name="PeakBytes">Memory of the block that holds them.</param>
/// <param name="Passes">The passes that did something, in order.</param>
internal sealed record ModelPasses(int NodesBefore, int NodesAfter, long UnplannedBytes, long PeakBytes, IReadOnlyList<PassReport> Passes)
{
    /// <summary>Writes the table and the totals.</summary>
    public void Write(CommandContext context)
    {
        var table = Tables.Create("pass", ">nodes", "operators put in");
        foreach (var pass in Passes)
        {
            var change = pass.NodesAfter - pass.NodesBefore;
            table.Row(pass.Pass, change == 0 ? "0" : $"{change:+#;-#}", string.Join(", ", pass.Added.Select(added => $"{added.Value} {added.Key}")));
        }

        context.Output.Write(table);
        context.Line($"nodes: {Tables.Number(NodesBefore)} before the passes, {Tables.Number(NodesAfter)} after");
        context.Line($"intermediate values: {Tables.Number(UnplannedBytes)} bytes one after another, {Tables.Number(PeakBytes)} bytes at the peak as planned");
    }
}
