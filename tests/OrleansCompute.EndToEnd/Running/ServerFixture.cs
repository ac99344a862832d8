using OrleansCompute.TestKit;

namespace OrleansCompute.EndToEnd.Running;

/// <summary>One running server for tests that leave each other's tenants alone.</summary>
public sealed class ServerFixture : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private OcServer _server = null!;

    internal OcServer Server => _server;

    /// <summary>The full path of a file that is deleted at the end.</summary>
    public string File(string name) => _folder[name];

    public async Task InitializeAsync() => _server = await OcServer.StartAsync(_folder["data"]);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();
}
