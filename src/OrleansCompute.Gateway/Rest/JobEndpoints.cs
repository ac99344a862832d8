using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Gateway.Jobs;
using OrleansCompute.Gateway.Security;

namespace OrleansCompute.Gateway.Rest;

/// <summary>Training jobs of a tenant.</summary>
internal static class JobEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var jobs = api.MapGroup("/tenants/{tenant}/jobs").RequireAuthorization(FabricKeyDefaults.TenantPolicy);
        jobs.MapPost("", SubmitAsync);
        jobs.MapGet("", ListAsync);
        jobs.MapGet("/{job}", GetAsync);
        jobs.MapGet("/{job}/why", WhyAsync);
        jobs.MapPost("/{job}/cancel", CancelAsync);
        jobs.MapPost("/{job}/settings", SetAsync);
    }

    private static async Task<IResult> SetAsync(
        string tenant, string job, HttpRequest request, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var settings = await RequestBody.ReadJsonAsync<JobSettings>(request, cancellationToken);
        return FabricJson.Result(await grains.GetGrain<IJobGrain>(FabricKey.Of(tenant, job)).Set(settings));
    }

    private static async Task<IResult> WhyAsync(string tenant, string job, ClaimsPrincipal user, IGrainFactory grains)
    {
        var status = await grains.GetGrain<IJobGrain>(FabricKey.Of(tenant, job)).GetStatus();
        return FabricJson.Result(await grains.GetGrain<IPoolGrain>(status.Spec.Pool).Explain(tenant, job, user.IsInRole(FabricKeyDefaults.OperatorRole)));
    }

    private static async Task<IResult> SubmitAsync(
        string tenant, HttpRequest request, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var spec = await ReadSpecAsync(request, cancellationToken);
        if (spec.Tenant != tenant)
        {
            throw new RequestException(
                StatusCodes.Status400BadRequest, $"tenant is '{spec.Tenant}' in the spec; allowed: '{tenant}', as in the address.");
        }

        var status = await grains.GetGrain<IJobGrain>(FabricKey.Of(tenant, spec.Name)).Submit(spec);
        return FabricJson.Result(status, StatusCodes.Status201Created);
    }

    private static async Task<JobSpec> ReadSpecAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> problems;
        JobSpec? spec;
        if (RequestBody.IsYaml(request))
        {
            (spec, problems) = JobSpecYaml.Parse(await RequestBody.ReadTextAsync(request, cancellationToken));
        }
        else if (RequestBody.IsJson(request))
        {
            spec = await RequestBody.ReadJsonAsync<JobSpec>(request, cancellationToken);
            problems = JobSpecValidator.Validate(spec);
        }
        else
        {
            throw new RequestException(
                StatusCodes.Status415UnsupportedMediaType,
                $"The Content-Type is '{request.ContentType}'; allowed: application/yaml, text/yaml, application/json.");
        }

        return problems.Count == 0 ? spec! : throw new RequestException(StatusCodes.Status400BadRequest, string.Join("\n", problems));
    }

    private static async Task<IResult> ListAsync(
        string tenant, IGrainFactory grains, IOptions<GatewayOptions> options, CancellationToken cancellationToken) =>
        FabricJson.Result(await GrainGathering.ListAsync(
            grains,
            tenant,
            TenantResource.Job,
            options.Value.MaxListConcurrency,
            job => grains.GetGrain<IJobGrain>(FabricKey.Of(tenant, job)).GetStatus(),
            cancellationToken));

    private static async Task<IResult> GetAsync(string tenant, string job, IGrainFactory grains) =>
        FabricJson.Result(await grains.GetGrain<IJobGrain>(FabricKey.Of(tenant, job)).GetStatus());

    private static async Task<IResult> CancelAsync(string tenant, string job, IGrainFactory grains)
    {
        var grain = grains.GetGrain<IJobGrain>(FabricKey.Of(tenant, job));

        // Asked first, so that a job that never was is answered as such and not cancelled into being.
        await grain.GetStatus();
        return FabricJson.Result(await grain.Cancel("Cancelled over the REST API."));
    }
}
