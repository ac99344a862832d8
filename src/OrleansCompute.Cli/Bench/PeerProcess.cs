using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace OrleansCompute.Cli.Bench;

/// <summary>
/// PyTorch and OpenBLAS in a process of their own, for work side by side: it answers one request at a time and does nothing in between.
/// Not thread-safe. Disposing ends the process.
/// </summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private const string Script = "OrleansCompute.Cli.Bench.peer.py";
    private const string DebianPython = "/usr/bin/python3";
    // A convolutional network's three epochs take minutes, on a busy machine many.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromHours(1);
    private readonly Process _process;
    private readonly string _script;

    private PeerProcess(Process process, string script, int threads)
    {
        _process = process;
        _script = script;
        Threads = threads;
    }

    /// <summary>Threads of PyTorch and of OpenBLAS.</summary>
    public int Threads { get; }

    /// <summary>Version of PyTorch.</summary>
    public string Version { get; private set; } = "";

    /// <summary>Starts the peer.</summary>
    /// <param name="threads">Threads of PyTorch and of OpenBLAS, 1 or more.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <returns>Null, and the reason, when Python, PyTorch or OpenBLAS is not installed.</returns>
    public static async Task<(PeerProcess? Peer, string Reason)> StartAsync(int threads, CancellationToken cancellationToken)
    {
        var script = Path.Combine(Directory.CreateTempSubdirectory("oc-bench-peer-").FullName, "peer.py");
        await using (var source = typeof(PeerProcess).Assembly.GetManifestResourceStream(Script)!)
        await using (var target = File.Create(script))
        {
            await source.CopyToAsync(target, cancellationToken);
        }

        // A python3 of the user's may lie before Debian's, which has the packages.
        var python = File.Exists(DebianPython) ? DebianPython : "python3";
        var start = new ProcessStartInfo(python, [script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };

        // These two make OpenBLAS choose kernels for another processor than the one it runs on.
        start.Environment.Remove("OPENBLAS_CORETYPE");
        start.Environment.Remove("OPENBLAS_L2_SIZE");

        // Read once, when the libraries are loaded: set later, PyTorch reaches half of its speed on two threads.
        foreach (var variable in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS" })
        {
            start.Environment[variable] = threads.ToString(CultureInfo.InvariantCulture);
        }

        PeerProcess? peer = null;
        try
        {
            var process = Process.Start(start) ?? throw new InvalidOperationException("python3 did not start.");
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            peer = new PeerProcess(process, script, threads);
            var hello = await peer.AskAsync(new JsonObject { ["do"] = "hello", ["threads"] = threads }, cancellationToken);
            peer.Version = $"PyTorch {hello["torch"]!.GetValue<string>()}";
            return (peer, "");
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or InvalidOperationException)
        {
            if (peer is not null)
            {
                await peer.DisposeAsync();
            }

            Directory.Delete(Path.GetDirectoryName(script)!, recursive: true);
            return (null, "python3 with torch, numpy and OpenBLAS is not installed (Debian: python3-torch libopenblas0-pthread)");
        }
    }

    /// <summary>Sends a request and waits for the answer.</summary>
    public async Task<JsonNode> AskAsync(JsonObject request, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(request.ToJsonString().AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(AnswerTimeout, cancellationToken);
        return line is null ? throw new InvalidOperationException("The peer ended.") : JsonNode.Parse(line)!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or Win32Exception)
        {
            // It has ended by itself.
        }

        _process.Dispose();
        Directory.Delete(Path.GetDirectoryName(_script)!, recursive: true);
    }
}
