using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using OrleansCompute.Grains.Accelerators;
using OrleansCompute.Grains.Datasets;
using OrleansCompute.Grains.Jobs;
using OrleansCompute.Grains.Placement;
using OrleansCompute.Grains.Pools;
using OrleansCompute.Tensors.Accelerators;

namespace OrleansCompute.Grains.Hosting;

/// <summary>Puts the fabric's grains into a silo.</summary>
public static class FabricGrainsExtensions
{
    /// <summary>
    /// Registers what the grains need: placement, policies, this node's accelerators, which the drivers of the library open and those that
    /// are registered as <see cref="IAcceleratorDriver"/> (or an <see cref="AcceleratorCatalogue"/> instead of both). The silo must also register the storage
    /// interfaces of the contracts, <see cref="Contracts.Models.IModelSigner"/> and a default grain storage. A node's name must be
    /// the name of its silo.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="configure">What the node offers; checked when the silo starts.</param>
    public static ISiloBuilder AddFabricGrains(this ISiloBuilder silo, Action<NodeOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(configure);
        var services = silo.Services;
        services.AddOptions<NodeOptions>().Configure(configure).ValidateOnStart();
        services.AddSingleton<IValidateOptions<NodeOptions>, NodeOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider =>
            new AcceleratorCatalogue([.. AcceleratorCatalogue.CreateDefault().Drivers, .. provider.GetServices<IAcceleratorDriver>()]));
        services.AddSingleton<AcceleratorHost>();
        services.AddSingleton<DatasetCache>();
        services.AddSingleton<TrainingRunFactory>();
        services.AddSingleton<PoolInstruments>();
        services.AddOptions<PoolOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<PoolOptions>, PoolOptionsValidator>();
        services.AddPlacementDirector<NodePlacementStrategy, NodePlacementDirector>();
        services.AddPlacementDirector<AcceleratorPlacementStrategy, AcceleratorPlacementDirector>();
        return silo;
    }
}
