using System.CommandLine;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Rollouts;

namespace OrleansCompute.Cli.Commands.Rollouts;

/// <summary>`oc rollout start NAME`.</summary>
internal sealed class RolloutStartCommand : ClientCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "Name of the roll-out." };
    private readonly Option<string> _model = new("--model") { Description = "Model.", HelpName = "NAME", Required = true };
    private readonly Option<int> _version = new("--version") { Description = "Version; 0 is the newest.", HelpName = "N" };
    private readonly Option<string[]> _devices = new("--device")
    {
        Description = "Device, in the order of the waves; repeat it. Default: all of the tenant.", HelpName = "NAME",
    };

    private readonly Option<int> _firstWave = new("--first-wave")
    {
        Description = "Devices in the first wave.", HelpName = "N", DefaultValueFactory = _ => 1,
    };

    private readonly TenantOption _tenant = new();

    public RolloutStartCommand(CommandContext context)
        : base(context, "start", "Bring a model to devices, a few first, the others when those run it.")
    {
        Command.Arguments.Add(_name);
        Command.Options.Add(_model);
        Command.Options.Add(_version);
        Command.Options.Add(_devices);
        Command.Options.Add(_firstWave);
        _tenant.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var tenant = await _tenant.ResolveAsync(arguments, client, cancellationToken);
        var devices = arguments.GetValue(_devices) is { Length: > 0 } named
            ? named
            : [.. (await client.Devices.ListAsync(tenant, cancellationToken)).Select(device => device.Device)];
        var status = await client.Rollouts.StartAsync(
            new RolloutSpec
            {
                Tenant = tenant,
                Name = arguments.GetValue(_name)!,
                Model = arguments.GetValue(_model)!,
                Version = arguments.GetValue(_version),
                Devices = [.. devices],
                FirstWaveSize = arguments.GetValue(_firstWave),
            },
            cancellationToken);
        RolloutView.Write(Context, status);
        await WriteJsonAsync(arguments, status, cancellationToken);
        return ExitCodes.Success;
    }
}
