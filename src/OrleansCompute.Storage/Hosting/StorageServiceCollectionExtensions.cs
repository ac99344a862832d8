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
        services.TryAddSingleton(storage);
        return services.AddStores();
    }

    // Once only, because a silo and the host around it share their services, and both may add the storage.
    private static IServiceCollection AddStores(this IServiceCollection services)
    {
        services.TryAddSingleton(static provider => provider.GetRequiredService<FabricStorage>().Telemetry);
        services.TryAddSingleton(static provider => provider.GetRequiredService<FabricStorage>().Inferences);
        services.TryAddSingleton(static provider => provider.GetRequiredService<FabricStorage>().Usage);
        services.TryAddSingleton(static provider => provider.GetRequiredService<FabricStorage>().Artifacts);
        return services;
    }
}
