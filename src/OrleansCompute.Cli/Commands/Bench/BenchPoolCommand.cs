using System.CommandLine;
using OrleansCompute.Cli.Commands.Models;
using OrleansCompute.Silo.Bench;

namespace OrleansCompute.Cli.Commands.Bench;

/// <summary>`oc bench pool`: how long a live pool takes to decide, store and give, with its journal on disk.</summary>
internal sealed class BenchPoolCommand : LocalCommand
{
    private readonly Option<int> _accelerators = Number("--accelerators", "Accelerators in the pool, in nodes of eight.", 10_000);
    private readonly Option<int> _jobs = Number("--jobs", "Unfinished jobs.", 10_000);
    private readonly Option<int> _kinds = Number("--types", "Kinds of accelerators.", 2);
    private readonly Option<int> _tenants = Number("--tenants", "Tenants with limits and guarantees.", 50);
    private readonly Option<int> _events = Number("--events", "Jobs that end, and as many that come.", 500);
    private readonly Option<double> _rate = new("--rate") { Description = "How many of each in a second.", HelpName = "N", DefaultValueFactory = _ => 10 };
    private readonly Option<int> _seed = Number("--seed", "Seed of the pool.", 1);
    private readonly Option<string> _policy = new("--policy") { Description = "Policy that decides.", HelpName = "NAME", DefaultValueFactory = _ => "default" };

    private readonly Option<bool> _whole = new("--whole") { Description = "Decide about all jobs after each change, as in small pools, for comparison." };

    public BenchPoolCommand(CommandContext context)
        : base(context, "pool", "How long a live pool takes: whole rounds, one job coming or going, what is stored and given.")
    {
        foreach (Option option in new Option[] { _accelerators, _jobs, _kinds, _tenants, _events, _rate, _policy, _seed, _whole })
        {
            Command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var options = new PoolBenchOptions(
            arguments.GetValue(_accelerators), arguments.GetValue(_jobs), arguments.GetValue(_kinds), arguments.GetValue(_tenants), arguments.GetValue(_events),
            arguments.GetValue(_rate), arguments.GetValue(_seed), arguments.GetValue(_policy)!, arguments.GetValue(_whole));
        var folder = Directory.CreateTempSubdirectory("oc-bench-pool-");
        try
        {
            options.Validate();
            var result = await PoolBench.RunAsync(options, folder.FullName, Context.Clock, Context.Line, cancellationToken);
            var table = Tables.Create("STEP", ">COUNT", ">p50 ms", ">p99 ms", ">MAX ms");
            foreach (var step in result.Steps)
            {
                table.Row(step.Step, Tables.Number(step.Count), Tables.Number(step.MsP50, 2), Tables.Number(step.MsP99, 2), Tables.Number(step.MsMax, 2));
            }

            Context.Output.Write(table);
            Context.Line($"CPU: {result.IdleCpuFraction:0.00} of a core without events; {result.CpuMsPerEvent:0.0} ms for each job that comes or ends.");
            await WriteJsonAsync(arguments, result, cancellationToken);
            return ExitCodes.Success;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            throw new CommandException(exception.Message, exception);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Option<int> Number(string name, string description, int standard) =>
        new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => standard };
}
