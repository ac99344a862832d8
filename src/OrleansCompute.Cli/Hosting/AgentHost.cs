using Microsoft.Extensions.Logging;
using OrleansCompute.Cli.Commands;
using OrleansCompute.Edge.Agent;
using OrleansCompute.Edge.Agent.Configuration;
using OrleansCompute.Edge.Agent.Telemetry;

namespace OrleansCompute.Cli.Hosting;

/// <summary>Runs an agent from its settings file.</summary>
internal static class AgentHost
{
    /// <exception cref="CommandException">The settings or the files they name are unsound, or the broker refuses the device.</exception>
    public static async Task RunAsync(string configFile, bool verbose, CommandContext context, CancellationToken cancellationToken)
    {
        using var loggers = LoggerFactory.Create(logging =>
        {
            logging.SetMinimumLevel(verbose ? LogLevel.Debug : LogLevel.Warning);
            logging.AddProvider(new TextWriterLoggerProvider(context.Error, context.Clock));
        });
        try
        {
            var options = AgentConfigFile.Read(configFile);
            await Console.Out.WriteLineAsync($"agent {options.UserName} runs against mqtt {options.Host}:{options.Port}; Ctrl-C stops it.");
            await new EdgeAgent(options, loggers, context.Clock).RunAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is AgentConfigException or AgentStoppedException
            or MoteFormatException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(exception.Message, exception);
        }
    }
}
