using System.Diagnostics;

namespace Orleans.Embedded;

/// <summary>The calling side of a silo or client: makes references, sends requests, and finds who answers.</summary>
internal abstract class GrainReferenceRuntime
{
    private IOutgoingGrainCallFilter[]? _outgoingFilters;

    protected GrainReferenceRuntime(EmbeddedCluster cluster, IServiceProvider services, MessagingOptions options)
    {
        Cluster = cluster;
        Services = services;
        ResponseTimeout = Debugger.IsAttached ? options.ResponseTimeoutWithDebugger : options.ResponseTimeout;
        TimeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System;
        Clock = new CoarseClock(TimeProvider, ResponseTimeout);
    }

    public EmbeddedCluster Cluster { get; }

    public IServiceProvider Services { get; }

    public TimeProvider TimeProvider { get; }

    public CoarseClock Clock { get; }

    public TimeSpan ResponseTimeout { get; }

    /// <summary>Resolved at the first call, so that a filter may depend on <see cref="IGrainFactory"/>.</summary>
    public IOutgoingGrainCallFilter[] OutgoingFilters => _outgoingFilters ??= [.. Services.GetServices<IOutgoingGrainCallFilter>()];

    /// <summary>The silo that places new activations for this caller.</summary>
    public abstract SiloRuntime PlacingSilo { get; }

    public abstract bool IsRunning { get; }

    public static Task<T> Send<T>(GrainReference reference, GrainRequest<T> request)
    {
        var source = RuntimeContext.Current as Activation;
        GrainReferenceRuntime node = source?.Silo ?? reference.Runtime;
        if (!node.IsRunning)
        {
            node = node.Cluster.AnyActiveSilo() ?? throw new SiloUnavailableException(
                $"No silo of cluster '{node.Cluster.ClusterId}' runs in this process, so {reference.GrainId} cannot be called.");
        }

        request.Reference = reference;
        request.Source = source;
        var method = request.Method!;
        if (node.OutgoingFilters.Length != 0)
        {
            return new OutgoingCall<T>(request, reference, node).RunAsync();
        }

        request.Context = node.CaptureContext();
        if (method.IsOneWay)
        {
            node.Dispatch(reference, request);
            return CompletedTask<T>.Value;
        }

        var answer = request.Open();
        node.Dispatch(reference, request);
        return answer;
    }

    /// <summary>Sends a request of the runtime itself: no filters, no timeout.</summary>
    public static Task<T> SendInternal<T>(GrainReference reference, GrainRequest<T> request)
    {
        var source = RuntimeContext.Current as Activation;
        GrainReferenceRuntime node = source?.Silo ?? reference.Runtime;
        request.Reference = reference;
        request.Source = source;
        request.Context = node.CaptureContext();
        var answer = request.Open();
        node.Dispatch(reference, request);
        return answer;
    }

    public Dictionary<string, object>? CaptureContext()
    {
        var values = RequestContext.Current;
        if (values is null)
        {
            return null;
        }

        // The dictionary is never changed once published; only values that can change are copied.
        var copy = new Dictionary<string, object>(values.Count);
        foreach (var (key, value) in values)
        {
            copy[key] = Copier<object>.Copy(value);
        }

        return copy;
    }

    public GrainReference CreateReference(GrainId grainId, Type interfaceType) => ProxyCompiler.Create(interfaceType, this, grainId);

    public void Dispatch(GrainReference reference, GrainRequest request)
    {
        if (request.Method is { IsOneWay: false } method && request.Deadline == long.MaxValue)
        {
            request.Deadline = Clock.Deadline(method.ResponseTimeout ?? ResponseTimeout);
        }

        if (reference.CachedTarget is { } target)
        {
            if (target.TryEnqueue(request))
            {
                return;
            }

            reference.CachedTarget = null;
        }

        Cluster.Router.Route(this, reference, request);
    }

    private static class CompletedTask<T>
    {
        public static readonly Task<T> Value = Task.FromResult<T>(default!);
    }
}
