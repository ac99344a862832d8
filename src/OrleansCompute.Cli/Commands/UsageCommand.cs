using System.CommandLine;
using System.Globalization;
using OrleansCompute.Client;

namespace OrleansCompute.Cli.Commands;

/// <summary>`oc usage`: what a tenant used in a month, and what it costs.</summary>
internal sealed class UsageCommand : ClientCommand
{
    private readonly TenantOption _tenant = new();
    private readonly Option<string?> _month = new("--month") { Description = "The month, UTC. Default: this one.", HelpName = "yyyy-MM" };

    public UsageCommand(CommandContext context)
        : base(context, "usage", "Show what a tenant used in a month, by job, and what it costs.")
    {
        _tenant.AddTo(Command);
        Command.Options.Add(_month);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var tenant = await _tenant.ResolveAsync(arguments, client, cancellationToken);
        var month = arguments.GetValue(_month) ?? Context.Clock.GetUtcNow().ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var invoice = await client.Usage.GetInvoiceAsync(tenant, month, cancellationToken);
        var table = Tables.Create("JOB", ">HELD S", ">SHARE", ">ACCELERATOR S", $">{invoice.Currency}");
        foreach (var line in invoice.Lines)
        {
            table.Row(
                line.Job,
                Tables.Number((double)line.HeldSeconds, 1),
                line.HeldSeconds > 0 ? Tables.Percent((double)(line.AcceleratorSeconds / line.HeldSeconds)) : "–",
                Tables.Number((double)line.AcceleratorSeconds, 1),
                Tables.Number((double)line.Amount, 4));
        }

        if (!invoice.Lines.IsEmpty)
        {
            Context.Output.Write(table);
        }

        Context.Line($"{invoice.Tenant}, {invoice.Month}: {Tables.Number((double)invoice.AcceleratorSeconds, 1)} accelerator seconds, "
            + $"{Tables.Number((double)invoice.Amount, 2)} {invoice.Currency}.");
        await WriteJsonAsync(arguments, invoice, cancellationToken);
        return ExitCodes.Success;
    }
}
