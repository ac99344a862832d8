using Microsoft.Extensions.Configuration;

namespace Orleans.Hosting;

/// <summary>Configures a silo.</summary>
public interface ISiloBuilder
{
    /// <summary>The services of the silo's host.</summary>
    IServiceCollection Services { get; }

    /// <summary>The configuration of the silo's host.</summary>
    IConfiguration Configuration { get; }
}
