namespace Orleans.Runtime.Hosting;

/// <summary>Registers grain storages.</summary>
public static class StorageProviderExtensions
{
    /// <summary>Registers a storage under a name; one that takes part in the silo's lifecycle is started with it.</summary>
    public static IServiceCollection AddGrainStorage<T>(
        this IServiceCollection collection, string name, Func<IServiceProvider, string, T> implementationFactory)
        where T : IGrainStorage
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        collection.AddKeyedSingleton<IGrainStorage>(name, (provider, key) => implementationFactory(provider, (string)key!));
        if (name == ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME)
        {
            collection.AddSingleton(provider => provider.GetRequiredKeyedService<IGrainStorage>(name));
        }

        if (typeof(T).IsAssignableTo(typeof(ILifecycleParticipant<ISiloLifecycle>)))
        {
            collection.AddSingleton(provider =>
                (ILifecycleParticipant<ISiloLifecycle>)provider.GetRequiredKeyedService<IGrainStorage>(name));
        }

        return collection;
    }
}
