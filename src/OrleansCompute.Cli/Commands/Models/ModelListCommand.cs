using System.CommandLine;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Models;
using Spectre.Console;

namespace OrleansCompute.Cli.Commands.Models;

/// <summary>`oc model list`.</summary>
internal sealed class ModelListCommand : ClientCommand
{
    private readonly TenantOption _tenant = new();

    public ModelListCommand(CommandContext context)
        : base(context, "list", "List the newest version of every model.") => _tenant.AddTo(Command);

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var models = new List<ModelVersion>();
        foreach (var tenant in await _tenant.ResolveAllAsync(arguments, client, cancellationToken))
        {
            models.AddRange(await client.Models.ListAsync(tenant, cancellationToken));
        }

        var table = Tables.Create("TENANT", "MODEL", ">VERSION", ">ACCURACY", ">BYTES", "SHA-256", "FROM", "CREATED (UTC)");
        foreach (var model in models)
        {
            table.Row(
                model.Tenant,
                model.Name,
                Tables.Number(model.Version),
                model.Metrics.TryGetValue("accuracy", out var accuracy) ? Tables.Percent(accuracy) : "–",
                Tables.Number(model.SizeBytes),
                model.Sha256[..12],
                model.Lineage.Job,
                Tables.Time(model.CreatedAt));
        }

        Context.Output.Write(models.Count == 0 ? new Text("No models. A job that succeeds puts its model here.\n") : table);
        await WriteJsonAsync(arguments, models, cancellationToken);
        return ExitCodes.Success;
    }
}
