using System.CommandLine;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Gateway.Jobs;

namespace OrleansCompute.Cli.Commands.Jobs;

/// <summary>`oc job submit FILE`.</summary>
internal sealed class JobSubmitCommand : ClientCommand
{
    // As the server allows; refused here so that nobody uploads a disk image by mistake.
    private const long MaxSpecBytes = 256 * 1024;
    private readonly Argument<FileInfo> _file = new("FILE") { Description = "The job's spec, YAML." };
    private readonly Option<bool> _wait = new("--wait") { Description = "Show progress until the job has ended." };
    private readonly Option<string?> _tenant = new("--tenant") { Description = "The tenant. Default: the one that the spec names.", HelpName = "NAME" };

    public JobSubmitCommand(CommandContext context)
        : base(context, "submit", "Submit a job.")
    {
        Command.Arguments.Add(_file);
        Command.Options.Add(_wait);
        Command.Options.Add(_tenant);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var yaml = await ReadAsync(arguments.GetValue(_file)!, cancellationToken);
        var (spec, problems) = JobSpecYaml.Parse(yaml);
        if (spec is null)
        {
            throw new CommandException(string.Join('\n', problems));
        }

        var tenant = arguments.GetValue(_tenant) ?? spec.Tenant;
        var status = await client.Jobs.SubmitYamlAsync(tenant, yaml, cancellationToken);
        Context.Line($"{status.Spec.Tenant}/{status.Spec.Name}: {status.State}. {status.Reason}".TrimEnd());
        if (arguments.GetValue(_wait))
        {
            status = await JobProgressView.FollowAsync(Context, client, tenant, status.Spec.Name, cancellationToken);
            Context.Line($"{status.State}: {status.Reason}");
        }

        await WriteJsonAsync(arguments, status, cancellationToken);
        return status.State is JobState.Failed or JobState.Cancelled ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static async Task<string> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        if (!file.Exists)
        {
            throw new CommandException($"FILE is '{file.FullName}', which does not exist.");
        }

        if (file.Length > MaxSpecBytes)
        {
            throw new CommandException($"FILE is '{file.FullName}' of {file.Length} bytes; allowed: up to {MaxSpecBytes}.");
        }

        try
        {
            return await File.ReadAllTextAsync(file.FullName, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"FILE is '{file.FullName}', which cannot be read: {exception.Message}", exception);
        }
    }
}
