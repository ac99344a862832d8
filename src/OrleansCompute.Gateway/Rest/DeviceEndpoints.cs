using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Gateway.Security;

namespace OrleansCompute.Gateway.Rest;

/// <summary>Devices of a tenant: twins, alarms, stored readings.</summary>
internal static class DeviceEndpoints
{
    private const int MaxReadings = 10_000;
    private const int DefaultReadings = 100;

    public static void Map(RouteGroupBuilder api)
    {
        var devices = api.MapGroup("/tenants/{tenant}/devices").RequireAuthorization(FabricKeyDefaults.TenantPolicy);
        devices.MapGet("", ListAsync);
        devices.MapPost("/{device}", ProvisionAsync);
        devices.MapGet("/{device}", GetAsync);
        devices.MapGet("/{device}/alarms", AlarmsAsync);
        devices.MapGet("/{device}/readings", ReadingsAsync);
        devices.MapGet("/{device}/readings/count", CountAsync);
    }

    private static IDeviceGrain Device(IGrainFactory grains, string tenant, string device) =>
        grains.GetGrain<IDeviceGrain>(FabricKey.Of(tenant, device));

    private static async Task<IResult> ProvisionAsync(string tenant, string device, IGrainFactory grains) =>
        FabricJson.Result(await Device(grains, tenant, device).Provision());

    private static async Task<IResult> ListAsync(
        string tenant, IGrainFactory grains, IOptions<GatewayOptions> options, CancellationToken cancellationToken) =>
        FabricJson.Result(await GrainGathering.ListAsync(
            grains,
            tenant,
            TenantResource.Device,
            options.Value.MaxListConcurrency,
            device => Device(grains, tenant, device).GetStatus(),
            cancellationToken));

    private static async Task<IResult> GetAsync(string tenant, string device, IGrainFactory grains) =>
        FabricJson.Result(await Device(grains, tenant, device).GetStatus());

    private static async Task<IResult> AlarmsAsync(string tenant, string device, IGrainFactory grains) =>
        FabricJson.Result(await Device(grains, tenant, device).GetAlarms());

    private static async Task<IResult> ReadingsAsync(
        string tenant, string device, HttpRequest request, ITelemetryStore store, CancellationToken cancellationToken)
    {
        var after = RequestBody.Query(request, "after", -1, long.MinValue, long.MaxValue);
        var limit = RequestBody.Query(request, "limit", DefaultReadings, 1, MaxReadings);
        return FabricJson.Result(await store.ReadReadingsAsync(tenant, device, after, (int)limit, cancellationToken));
    }

    private static async Task<IResult> CountAsync(
        string tenant, string device, ITelemetryStore store, CancellationToken cancellationToken) =>
        FabricJson.Result(new ReadingsCount(await store.CountReadingsAsync(tenant, device, cancellationToken)));
}
