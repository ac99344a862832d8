using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Datasets;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Rollouts;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Contracts.Usage;

namespace OrleansCompute.Gateway.Tests.Support;

/// <summary>Hands out the test's own grains, so that a test can hold one back or let it fail.</summary>
internal sealed class TestGrains : IGrainFactory
{
    private readonly ConcurrentDictionary<(Type, string), Lazy<object>> grains = new();

    public ConcurrentDictionary<IGrainObserver, bool> Observers { get; } = new();

    public TestDeviceGrain Device(string tenant, string device) => (TestDeviceGrain)GetGrain<IDeviceGrain>(FabricKey.Of(tenant, device));

    public TestTenantGrain Tenant(string tenant) => (TestTenantGrain)GetGrain<ITenantGrain>(tenant);

    public TestModelGrain Model(string tenant, string model) => (TestModelGrain)GetGrain<IModelGrain>(FabricKey.Of(tenant, model));

    public TestDatasetGrain Dataset(string tenant, string dataset) =>
        (TestDatasetGrain)GetGrain<IDatasetGrain>(FabricKey.Of(tenant, dataset));

    public TestPoolGrain Pool(string pool) => (TestPoolGrain)GetGrain<IPoolGrain>(pool);

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
        (TGrainInterface)grains.GetOrAdd((typeof(TGrainInterface), primaryKey),
            key => new Lazy<object>(() => Create(key.Item1, key.Item2))).Value;

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        Observers[obj] = true;
        return (TGrainObserverInterface)obj;
    }

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => Observers.TryRemove(obj, out _);

    private object Create(Type type, string key) => type switch
    {
        _ when type == typeof(IDeviceGrain) => new TestDeviceGrain(this, key),
        _ when type == typeof(ITenantGrain) => new TestTenantGrain(this, key),
        _ when type == typeof(ITenantDirectoryGrain) => new TestTenantDirectoryGrain(),
        _ when type == typeof(IModelGrain) => new TestModelGrain(key),
        _ when type == typeof(IDatasetGrain) => new TestDatasetGrain(key),
        _ when type == typeof(IPoolGrain) => new TestPoolGrain(key),
        _ when type == typeof(IJobGrain) => new TestJobGrain(this, key),
        _ when type == typeof(IRolloutGrain) => new TestRolloutGrain(key),
        _ when type == typeof(IUsageGrain) => new TestUsageGrain(key),
        _ => throw new NotSupportedException($"No test grain for {type}."),
    };

    TGrainInterface IGrainFactory.GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix) =>
        throw new NotSupportedException();

    TGrainInterface IGrainFactory.GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix) =>
        throw new NotSupportedException();

    TGrainInterface IGrainFactory.GetGrain<TGrainInterface>(Guid primaryKey, string keyExtension, string? grainClassNamePrefix) =>
        throw new NotSupportedException();

    TGrainInterface IGrainFactory.GetGrain<TGrainInterface>(long primaryKey, string keyExtension, string? grainClassNamePrefix) =>
        throw new NotSupportedException();

    IGrain IGrainFactory.GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) => throw new NotSupportedException();

    IGrain IGrainFactory.GetGrain(Type grainInterfaceType, long grainPrimaryKey) => throw new NotSupportedException();

    IGrain IGrainFactory.GetGrain(Type grainInterfaceType, string grainPrimaryKey) => throw new NotSupportedException();

    IGrain IGrainFactory.GetGrain(Type grainInterfaceType, Guid grainPrimaryKey, string keyExtension) => throw new NotSupportedException();

    IGrain IGrainFactory.GetGrain(Type grainInterfaceType, long grainPrimaryKey, string keyExtension) => throw new NotSupportedException();

    TGrainInterface IGrainFactory.GetGrain<TGrainInterface>(GrainId grainId) => throw new NotSupportedException();

    IAddressable IGrainFactory.GetGrain(GrainId grainId) => throw new NotSupportedException();

    IAddressable IGrainFactory.GetGrain(GrainId grainId, GrainInterfaceType interfaceType) => throw new NotSupportedException();

    IAddressable IGrainFactory.GetGrain(Type interfaceType, IdSpan grainKey, string grainClassNamePrefix) =>
        throw new NotSupportedException();

    IAddressable IGrainFactory.GetGrain(Type interfaceType, IdSpan grainKey) => throw new NotSupportedException();
}
