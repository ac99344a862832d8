using System.CommandLine;
using System.Net;
using OrleansCompute.Client;
using OrleansCompute.Edge.Agent.Configuration;

namespace OrleansCompute.Cli.Commands.Devices;

/// <summary>`oc device add DEVICE`.</summary>
internal sealed class DeviceAddCommand : ClientCommand
{
    private readonly Argument<string> _device = new("DEVICE") { Description = "Name of the device." };
    private readonly Option<FileInfo?> _config = new("--config")
    {
        Description = "Write settings for `oc agent` to this file. Default: print the credentials.", HelpName = "FILE",
    };

    private readonly Option<FileInfo?> _camera = new("--camera")
    {
        Description = "Let the agent classify the images of this IDX file, plain or gzip.", HelpName = "FILE",
    };

    private readonly Option<FileInfo?> _mote = new("--mote")
    {
        Description = "Let the agent replay a recorded sensor, CSV, plain or gzip.", HelpName = "FILE",
    };

    private readonly Option<int> _moteId = new("--mote-id")
    {
        Description = "Which sensor of the recording.", HelpName = "N", DefaultValueFactory = _ => 1,
    };

    private readonly TenantOption _tenant = new();

    public DeviceAddCommand(CommandContext context)
        : base(context, "add", "Create a device, or give an existing one a new secret.")
    {
        Command.Arguments.Add(_device);
        Command.Options.Add(_config);
        Command.Options.Add(_camera);
        Command.Options.Add(_mote);
        Command.Options.Add(_moteId);
        _tenant.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var tenant = await _tenant.ResolveAsync(arguments, client, cancellationToken);
        if (arguments.GetValue(_config) is { } wanted && (wanted.Directory is not { Exists: true } || Directory.Exists(wanted.FullName)))
        {
            // Before the device gets a new secret: the old one would be void, and the new one lost.
            throw new CommandException($"--config is '{wanted.FullName}'; it must be a file in a folder that exists. Create the folder first.");
        }

        var credentials = await client.Devices.ProvisionAsync(tenant, arguments.GetValue(_device)!, cancellationToken);
        if (arguments.GetValue(_config) is { } file)
        {
            var server = await client.Server.GetStatusAsync(cancellationToken);
            var broker = IPEndPoint.Parse(server.MqttEndpoint ?? throw new CommandException("The server's MQTT broker does not listen."));
            AgentConfigFile.Write(file.FullName, new AgentOptions
            {
                Tenant = credentials.Tenant,
                Device = credentials.Device,
                Host = broker.Address.ToString(),
                Port = broker.Port,
                Password = credentials.Secret,
                ModelPublicKey = credentials.ModelPublicKey,
                StateDirectory = Path.Combine(file.DirectoryName!, $"{credentials.Tenant}-{credentials.Device}-state"),
                Camera = arguments.GetValue(_camera) is { } camera ? new CameraOptions { ImagesPath = camera.FullName } : null,
                Mote = arguments.GetValue(_mote) is { } mote
                    ? new MoteOptions { Path = mote.FullName, MoteId = arguments.GetValue(_moteId) }
                    : null,
            });
            Context.Line($"Settings of {credentials.UserName} are in {file.FullName}; start it with `oc agent --config {file.FullName}`.");
        }
        else
        {
            Context.Line($"user name         {credentials.UserName}");
            Context.Line($"password          {credentials.Secret}");
            Context.Line($"model public key  {credentials.ModelPublicKey}");
        }

        await WriteJsonAsync(arguments, credentials, cancellationToken);
        return ExitCodes.Success;
    }
}
