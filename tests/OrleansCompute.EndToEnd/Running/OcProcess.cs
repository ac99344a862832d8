using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using OrleansCompute.TestKit;

namespace OrleansCompute.EndToEnd.Running;

/// <summary>The built `oc` in a process of its own; killed on dispose where it still runs. For one reader at a time.</summary>
internal sealed class OcProcess : IAsyncDisposable
{
    // Generous: the machine may do other things as well.
    public static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];

    private OcProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Take(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Lines of standard output so far.</summary>
    public IReadOnlyList<string> Output => Copy(_output);

    /// <summary>Lines of standard error so far.</summary>
    public IReadOnlyList<string> Errors => Copy(_errors);

    public static OcProcess Start(params IEnumerable<string> arguments) => Start([], arguments);

    public static OcProcess Start(IReadOnlyCollection<(string Name, string Value)> environment, IEnumerable<string> arguments)
    {
        var host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(host)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "oc.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // What the person at this machine has set must not decide a test.
        start.Environment.Remove("OC_SERVER");
        start.Environment.Remove("OC_KEY");
        start.Environment.Remove("OC_DRIVERS");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new OcProcess(Process.Start(start)!);
    }

    /// <summary>The next line of standard output or error that contains a text.</summary>
    public async Task<string> ReadLineAsync(string containing, TimeSpan? limit = null)
    {
        using var timeout = new CancellationTokenSource(limit ?? StartLimit);
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(timeout.Token))
            {
                if (line.Contains(containing, StringComparison.Ordinal))
                {
                    return line;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Said below.
        }

        throw new TimeoutException($"This line never came: '…{containing}…'. {this}");
    }

    /// <summary>The exit status, once all output is read.</summary>
    public async Task<int> WaitAsync(TimeSpan? limit = null)
    {
        using var timeout = new CancellationTokenSource(limit ?? StartLimit);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The process did not end within {(limit ?? StartLimit).TotalSeconds:0} s. {this}");
        }
    }

    /// <summary>What Ctrl-C sends; SIGTERM where the tests run in the background of a shell, whose children ignore Ctrl-C.</summary>
    public async Task InterruptAsync()
    {
        var signal = IgnoresInterrupt() ? "TERM" : "INT";
        using var kill = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {Id}")]);
        await kill.WaitForExitAsync().OrFailAsync("the signal was sent");
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await WaitAsync();
    }

    public override string ToString() =>
        $"Standard output:\n{string.Join('\n', Output.TakeLast(40))}\nStandard error:\n{string.Join('\n', Errors.TakeLast(40))}";

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync().OrFailAsync("the killed process ended");
        }

        _process.Dispose();
    }

    private bool IgnoresInterrupt()
    {
        const ulong Interrupt = 1UL << (2 - 1);
        const string Ignored = "SigIgn:";
        var line = File.ReadLines($"/proc/{Id}/status").First(line => line.StartsWith(Ignored, StringComparison.Ordinal));
        return (ulong.Parse(line.AsSpan(Ignored.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Interrupt) != 0;
    }

    private static List<string> Copy(List<string> lines)
    {
        lock (lines)
        {
            return [.. lines];
        }
    }

    private void Take(List<string> lines, string? line)
    {
        if (line is not null)
        {
            lock (lines)
            {
                lines.Add(line);
            }

            _lines.Writer.TryWrite(line);
        }
    }
}
