using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using OrleansCompute.Client.Http;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Client;

/// <summary>Training jobs of a tenant. Thread-safe.</summary>
public sealed class JobsClient
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(0.5);

    private readonly FabricHttp api;
    private readonly TimeProvider clock;

    internal JobsClient(FabricHttp api, TimeProvider clock) => (this.api, this.clock) = (api, clock);

    /// <summary>Submits a job.</summary>
    public Task<JobStatus> SubmitAsync(JobSpec spec, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return api.PostAsync<JobStatus>(FabricHttp.Path("tenants", spec.Tenant, "jobs"), spec, cancellationToken);
    }

    /// <summary>Submits a job written as YAML; problems come back with line and column.</summary>
    /// <param name="tenant">Tenant; the spec names the same one.</param>
    /// <param name="yaml">The spec, at most 65,536 characters.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<JobStatus> SubmitYamlAsync(string tenant, string yaml, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        using var body = new StringContent(yaml, Encoding.UTF8, new MediaTypeHeaderValue("application/yaml", "utf-8"));
        return await api.SendAsync<JobStatus>(HttpMethod.Post, FabricHttp.Path("tenants", tenant, "jobs"), body, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All jobs, by name.</summary>
    public Task<IReadOnlyList<JobStatus>> ListAsync(string tenant, CancellationToken cancellationToken = default) =>
        api.GetAsync<IReadOnlyList<JobStatus>>(FabricHttp.Path("tenants", tenant, "jobs"), cancellationToken);

    /// <summary>A job.</summary>
    public Task<JobStatus> GetAsync(string tenant, string job, CancellationToken cancellationToken = default) =>
        api.GetAsync<JobStatus>(FabricHttp.Path("tenants", tenant, "jobs", job), cancellationToken);

    /// <summary>Why a job waits or holds what it holds, what would let it start, and when it is expected to.</summary>
    public Task<JobExplanation> WhyAsync(string tenant, string job, CancellationToken cancellationToken = default) =>
        api.GetAsync<JobExplanation>(FabricHttp.Path("tenants", tenant, "jobs", job, "why"), cancellationToken);

    /// <summary>Changes a job that is not finished: its budget, its priority.</summary>
    public Task<JobStatus> SetAsync(string tenant, string job, JobSettings settings, CancellationToken cancellationToken = default) =>
        api.PostAsync<JobStatus>(FabricHttp.Path("tenants", tenant, "jobs", job, "settings"), settings, cancellationToken);

    /// <summary>Ends a job; no effect on one that has ended.</summary>
    public Task<JobStatus> CancelAsync(string tenant, string job, CancellationToken cancellationToken = default) =>
        api.PostAsync<JobStatus>(FabricHttp.Path("tenants", tenant, "jobs", job, "cancel"), null, cancellationToken);

    /// <summary>Gives the status of a job now and at every interval, until it has ended; the last one says how.</summary>
    /// <param name="tenant">Tenant.</param>
    /// <param name="job">Job.</param>
    /// <param name="interval">Between an answer and the next question; default half a second.</param>
    /// <param name="cancellationToken">Stops watching; the job goes on.</param>
    public async IAsyncEnumerable<JobStatus> WatchAsync(
        string tenant, string job, TimeSpan? interval = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var status = await GetAsync(tenant, job, cancellationToken).ConfigureAwait(false);
            yield return status;
            if (status.State is JobState.Succeeded or JobState.Failed or JobState.Cancelled)
            {
                yield break;
            }

            await Task.Delay(interval ?? DefaultInterval, clock, cancellationToken).ConfigureAwait(false);
        }
    }
}
