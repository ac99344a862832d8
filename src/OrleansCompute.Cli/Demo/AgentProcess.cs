using System.Diagnostics;

namespace OrleansCompute.Cli.Demo;

/// <summary>An agent as an operating-system process of its own; it stops when this program ends, however that happens.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);
    private readonly Process _process;
    private readonly Task<string> _errors;

    private AgentProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();

        // Nobody reads what it prints; an unread pipe would block it.
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts `oc agent` with a settings file.</summary>
    public static AgentProcess Start(string configFile)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // `dotnet oc.dll …` or the program's own launcher: the agent is started as this program was.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet")
        {
            start.ArgumentList.Add(typeof(AgentProcess).Assembly.Location);
        }

        foreach (var argument in (string[])["agent", "--config", configFile, "--until-input-ends"])
        {
            start.ArgumentList.Add(argument);
        }

        return new AgentProcess(Process.Start(start)!);
    }

    /// <summary>What it wrote to standard error; complete once it has exited.</summary>
    public Task<string> ReadErrorsAsync() => _errors;

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            using var timeout = new CancellationTokenSource(StopTimeout);
            try
            {
                await _process.WaitForExitAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        _process.Dispose();
    }
}
