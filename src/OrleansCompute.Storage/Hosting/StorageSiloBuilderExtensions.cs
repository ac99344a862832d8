using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;

namespace OrleansCompute.Storage.Hosting;

/// <summary>Makes the storage the home of grain state.</summary>
public static class StorageSiloBuilderExtensions
{
    /// <summary>Name of the provider that a grain uses when it names none.</summary>
    public const string DefaultProviderName = "Default";

    /// <summary>Keeps grain state in a storage that is open already, shared by the silos of this process, and offers its stores to grains.</summary>
    /// <param name="builder">Silo.</param>
    /// <param name="storage">The storage; its creator closes it after the silo has stopped.</param>
    /// <param name="name">Name of the provider, default <see cref="DefaultProviderName"/>.</param>
    public static ISiloBuilder AddFabricGrainStorage(this ISiloBuilder builder, FabricStorage storage, string name = DefaultProviderName)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddFabricStorage(storage);
        return builder.AddFabricGrainStorage(name);
    }

    /// <summary>Keeps grain state in the <see cref="FabricStorage"/> that the silo's services hold.</summary>
    /// <param name="builder">Silo.</param>
    /// <param name="name">Name of the provider, default <see cref="DefaultProviderName"/>.</param>
    public static ISiloBuilder AddFabricGrainStorage(this ISiloBuilder builder, string name = DefaultProviderName)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);

        builder.Services.AddGrainStorage(name, static (provider, _) => provider.GetRequiredService<FabricStorage>().GrainState);
        return builder;
    }
}
