using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace OrleansCompute.Storage.Hosting;

/// <summary>Registers the storage as the interfaces of the contracts.</summary>
public static class StorageServiceCollectionExtensions
{
    /// <summary>Opens the storage of a data folder when it is first asked for; the container closes it.</summary>
    /// <param name="services">Services.</param>
    /// <param name="dataFolder">Folder; see <see cref="FabricStorage.Open"/>.</param>
    public static IServiceCollection AddFabricStorage(this IServiceCollection services, string dataFolder)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(dataFolder);
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => FabricStorage.Open(
            dataFolder, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        return services.AddStores();
    }

    /// <summary>Uses a storage that is open already, for containers that share one; its creator closes it.</summary>
    /// <param name="services">Services.</param>
    /// <param name="storage">The storage.</param>
    public static IServiceCollection AddFabricStorage(this IServiceCollection services, FabricStorage storage)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(storage);
        return services.AddSingleton(storage).AddStores();
    }

    private static IServiceCollection AddStores(this IServiceCollection services) => services
        .AddSingleton(static provider => provider.GetRequiredService<FabricStorage>().Telemetry)
        .AddSingleton(static provider => provider.GetRequiredService<FabricStorage>().Inferences)
        .AddSingleton(static provider => provider.GetRequiredService<FabricStorage>().Usage)
        .AddSingleton(static provider => provider.GetRequiredService<FabricStorage>().Artifacts);
}
