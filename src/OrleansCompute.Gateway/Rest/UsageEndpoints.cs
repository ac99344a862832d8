using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Usage;
using OrleansCompute.Gateway.Security;

namespace OrleansCompute.Gateway.Rest;

/// <summary>The rated usage of a tenant in a month.</summary>
internal static class UsageEndpoints
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/tenants/{tenant}/usage/{month}", GetAsync).RequireAuthorization(FabricKeyDefaults.TenantPolicy);

    private static async Task<IResult> GetAsync(string tenant, string month, IGrainFactory grains) =>
        DateOnly.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? FabricJson.Result(await grains.GetGrain<IUsageGrain>(FabricKey.Of(tenant, month)).GetInvoice())
            : FabricProblem.Of(
                StatusCodes.Status400BadRequest,
                $"month is '{(month.Length > 80 ? month[..80] + "…" : month)}'; allowed: yyyy-MM, for example 2026-01.");
}
