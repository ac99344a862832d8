using System.Diagnostics;
using OrleansCompute.TestKit;

namespace OrleansCompute.Mqtt.Tests.Interop;

/// <summary>Runs one of mosquitto's programs and ends exactly that process.</summary>
internal sealed class MosquittoProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private MosquittoProgram(string program, string arguments)
    {
        _process = Process.Start(new ProcessStartInfo(ProgramPath.Find(program)!, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public static MosquittoProgram Start(string program, string arguments) => new(program, arguments);

    /// <summary>Runs to the end; the exit status and both outputs.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, string arguments)
    {
        await using var running = new MosquittoProgram(program, arguments);
        var output = await running._process.StandardOutput.ReadToEndAsync().OrFailAsync($"{program} ends");
        await running._process.WaitForExitAsync().OrFailAsync($"{program} ends");
        return (running._process.ExitCode, output + await running._errors);
    }

    public async Task<string?> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync().OrFailAsync("another line of output");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
