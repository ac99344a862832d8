using System.CommandLine;
using OrleansCompute.Cli.Datasets;
using OrleansCompute.Client;

namespace OrleansCompute.Cli.Commands;

/// <summary>`oc dataset add NAME`.</summary>
internal sealed class DatasetAddCommand : ClientCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "Name of the dataset." };
    private readonly Option<FileInfo> _images = new("--images")
    {
        Description = "IDX file of the images, plain or gzip.", HelpName = "FILE", Required = true,
    };

    private readonly Option<FileInfo> _labels = new("--labels")
    {
        Description = "IDX file of the labels, plain or gzip.", HelpName = "FILE", Required = true,
    };

    private readonly TenantOption _tenant = new();

    public DatasetAddCommand(CommandContext context)
        : base(context, "add", "Upload a dataset, or a new version of one.")
    {
        Command.Arguments.Add(_name);
        Command.Options.Add(_images);
        Command.Options.Add(_labels);
        _tenant.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var tenant = await _tenant.ResolveAsync(arguments, client, cancellationToken);
        var dataset = await DatasetUpload.AddAsync(
            client, tenant, arguments.GetValue(_name)!, arguments.GetValue(_images)!, arguments.GetValue(_labels)!, cancellationToken);
        Context.Line(
            $"{dataset.Tenant}/{dataset.Name} version {dataset.Version}: {Tables.Number(dataset.Count)} images of {dataset.Height} × {dataset.Width}, {dataset.Classes} classes.");
        await WriteJsonAsync(arguments, dataset, cancellationToken);
        return ExitCodes.Success;
    }
}
