namespace OrleansCompute.Cli.Bench;

/// <summary>
/// One peer process per number of threads, started when it is first asked for: OpenMP and OpenBLAS read that number when they are
/// loaded, and changing it later leaves PyTorch with pools of the wrong size. Disposing ends them. Not thread-safe.
/// </summary>
internal sealed class Peers : IAsyncDisposable
{
    private readonly Dictionary<int, PeerProcess> _processes = [];

    private Peers(PeerProcess first)
    {
        _processes[first.Threads] = first;
        Version = first.Version;
    }

    /// <summary>Version of PyTorch.</summary>
    public string Version { get; }

    /// <summary>Starts the first one.</summary>
    /// <returns>Null, and the reason, when Python, PyTorch or OpenBLAS is not installed.</returns>
    public static async Task<(Peers? Peers, string Reason)> StartAsync(int threads, CancellationToken cancellationToken)
    {
        var (process, reason) = await PeerProcess.StartAsync(threads, cancellationToken);
        return (process is null ? null : new Peers(process), reason);
    }

    /// <summary>The process with so many threads.</summary>
    /// <exception cref="InvalidOperationException">It does not start, though another one did.</exception>
    public async Task<PeerProcess> GetAsync(int threads, CancellationToken cancellationToken)
    {
        if (!_processes.TryGetValue(threads, out var process))
        {
            (process, var reason) = await PeerProcess.StartAsync(threads, cancellationToken);
            _processes[threads] = process ?? throw new InvalidOperationException($"The peer with {threads} threads did not start: {reason}.");
        }

        return process;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.Values)
        {
            await process.DisposeAsync();
        }
    }
}
