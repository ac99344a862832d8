using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace Orleans.Embedded;

/// <summary>Registers a client's services, once per service collection.</summary>
internal sealed class ClientBuilder : IClientBuilder
{
    public ClientBuilder(IServiceCollection services, IConfiguration configuration)
    {
        Services = services;
        Configuration = configuration;
        if (services.Any(service => service.ServiceType == typeof(ClientRuntime)))
        {
            return;
        }

        if (services.Any(service => service.ServiceType == typeof(SiloRuntime)))
        {
            throw new OrleansConfigurationException("UseOrleansClient and UseOrleans cannot be combined: a silo is a client already.");
        }

        services.AddLogging();
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ClientRuntime>();
        services.AddSingleton<GrainReferenceRuntime>(static provider => provider.GetRequiredService<ClientRuntime>());
        services.AddSingleton<ClusterClient>();
        services.AddSingleton<IClusterClient>(static provider => provider.GetRequiredService<ClusterClient>());
        services.AddSingleton<IGrainFactory>(static provider => provider.GetRequiredService<ClusterClient>());
        services.AddSingleton<IHostedService, ClientHostedService>();
    }

    public IServiceCollection Services { get; }

    public IConfiguration Configuration { get; }
}
