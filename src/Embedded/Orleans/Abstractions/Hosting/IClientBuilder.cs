using Microsoft.Extensions.Configuration;

namespace Orleans.Hosting;

/// <summary>Configures a client.</summary>
public interface IClientBuilder
{
    /// <summary>The services of the client's host.</summary>
    IServiceCollection Services { get; }

    /// <summary>The configuration of the client's host.</summary>
    IConfiguration Configuration { get; }
}
