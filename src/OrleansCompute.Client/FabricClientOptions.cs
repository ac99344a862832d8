namespace OrleansCompute.Client;

/// <summary>Which server to talk to, and as whom.</summary>
public sealed class FabricClientOptions
{
    /// <summary>Address of the server, http or https, without the API's path. Default http://127.0.0.1:8080/.</summary>
    public Uri BaseAddress { get; set; } = new("http://127.0.0.1:8080/");

    /// <summary>The operator's or a tenant's key; null (the default) for a development server that asks for none.</summary>
    public string? ApiKey { get; set; }
}
