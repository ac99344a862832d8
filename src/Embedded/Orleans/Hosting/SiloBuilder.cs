using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace Orleans.Embedded;

/// <summary>Registers a silo's services, once per service collection.</summary>
internal sealed class SiloBuilder : ISiloBuilder
{
    public SiloBuilder(IServiceCollection services, IConfiguration configuration)
    {
        Services = services;
        Configuration = configuration;
        if (services.Any(service => service.ServiceType == typeof(SiloRuntime)))
        {
            return;
        }

        if (services.Any(service => service.ServiceType == typeof(ClientRuntime)))
        {
            throw new OrleansConfigurationException("UseOrleansClient and UseOrleans cannot be combined: a silo is a client already.");
        }

        services.AddLogging();
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IPostConfigureOptions<SiloOptions>, SiloNameDefault>();
        services.AddSingleton<SiloRuntime>();
        services.AddSingleton<GrainReferenceRuntime>(static provider => provider.GetRequiredService<SiloRuntime>());
        services.AddSingleton<ClusterClient>();
        services.AddSingleton<IClusterClient>(static provider => provider.GetRequiredService<ClusterClient>());
        services.AddSingleton<IGrainFactory>(static provider => provider.GetRequiredService<ClusterClient>());
        services.AddSingleton<IGrainRuntime, GrainRuntime>();
        services.AddSingleton<ITimerRegistry, TimerRegistry>();
        services.AddSingleton<IPersistentStateFactory, PersistentStateFactory>();
        services.AddSingleton<ILocalSiloDetails, LocalSiloDetails>();
        services.AddSingleton<ISiloStatusOracle, SiloStatusOracle>();
        services.AddSingleton<SiloLifecycle>();
        services.AddSingleton<ISiloLifecycle>(static provider => provider.GetRequiredService<SiloLifecycle>());
        services.AddSingleton<IHostedService, SiloHostedService>();
    }

    public IServiceCollection Services { get; }

    public IConfiguration Configuration { get; }
}
