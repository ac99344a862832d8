using OrleansCompute.Tensors.Execution;

namespace OrleansCompute.Cli.Commands.Models;

/// <summary>Where the time of a model's runs goes, by operator and kernels, for `--verbose` and JSON.</summary>
/// <param name="Operator">Name of the operator.</param>
/// <param name="Kernels">Library of its kernels; <c>reference</c> marks what has no fast one.</param>
/// <param name="Nodes">Nodes that ran.</param>
/// <param name="MicrosecondsPerRun">Time of all of them in one run.</param>
/// <param name="TimeFraction">Share of the time of all nodes.</param>
internal sealed record OperatorTime(string Operator, string Kernels, int Nodes, double MicrosecondsPerRun, double TimeFraction)
{
    private const string Slow = "reference";
    private const int Shown = 12;

    /// <summary>The operators of a profile, the slowest first.</summary>
    public static IReadOnlyList<OperatorTime> Of(ExecutionProfile profile)
    {
        var all = profile.Entries.Sum(entry => entry.Time.TotalMicroseconds);
        return
        [
            .. profile.Entries.Where(entry => entry.Calls > 0).GroupBy(entry => (entry.Operator, entry.Library)).Select(group =>
            {
                var time = group.Sum(entry => entry.Time.TotalMicroseconds);
                return new OperatorTime(group.Key.Operator, group.Key.Library, group.Count(), time / profile.Runs, all > 0 ? time / all : 0);
            }).OrderByDescending(entry => entry.MicrosecondsPerRun),
        ];
    }

    /// <summary>Writes a table, and what ran on slow kernels.</summary>
    public static void Write(CommandContext context, IReadOnlyList<OperatorTime> times)
    {
        var table = Tables.Create("operator", "kernels", ">nodes", ">us a run", ">time");
        foreach (var entry in times.Take(Shown))
        {
            table.Row(entry.Operator, entry.Kernels, Tables.Number(entry.Nodes), Tables.Number(entry.MicrosecondsPerRun, 1), Tables.Percent(entry.TimeFraction));
        }

        if (times.Count > Shown)
        {
            table.Row(
                $"{times.Count - Shown} others", "", Tables.Number(times.Skip(Shown).Sum(entry => entry.Nodes)),
                Tables.Number(times.Skip(Shown).Sum(entry => entry.MicrosecondsPerRun), 1), Tables.Percent(times.Skip(Shown).Sum(entry => entry.TimeFraction)));
        }

        context.Output.Write(table);
        var slow = times.Where(entry => entry.Kernels == Slow).ToList();
        context.Line(slow.Count == 0
            ? "reference kernels: none ran"
            : $"reference kernels, which are slow, ran for {Tables.Percent(slow.Sum(entry => entry.TimeFraction))} of the time: {string.Join(", ", slow.Select(entry => $"{entry.Operator} ({Tables.Percent(entry.TimeFraction)})"))}");
    }
}
