namespace Orleans.Embedded;

/// <summary>Finds or makes the target of a request: directory, placement, workers, observers. Thread-safe.</summary>
internal sealed class RequestRouter(EmbeddedCluster cluster)
{
    // As official Orleans' MaxForwardCount.
    private const int MaxForwards = 2;

    public static TimeoutException TimedOut(GrainRequest request, GrainId grainId) => new(
        $"Response did not arrive on time for {request.Description} on grain {grainId}. "
        + "The request may still run; set [ResponseTimeout] on the method or ResponseTimeout in the messaging options to wait longer.");

    public void Route(GrainReferenceRuntime node, GrainReference reference, GrainRequest request)
    {
        try
        {
            if (ObserverTarget.IsObserver(reference.GrainId))
            {
                if (!cluster.TryGetObserver(reference.GrainId, out var observer) || !observer.TryEnqueue(request))
                {
                    request.Fail(new ClientNotAvailableException(reference.GrainId));
                }

                return;
            }

            var grainClass = cluster.Catalog.ClassOf(reference.GrainId.Type);
            if (grainClass.MaxLocalWorkers > 0)
            {
                while (!node.PlacingSilo.Workers(reference.GrainId, grainClass).TryEnqueue(request))
                {
                    // A worker was on its way out; the group has dropped it by now.
                }

                return;
            }

            while (cluster.TryFind(reference.GrainId, out var activation))
            {
                if (activation.TryEnqueue(request))
                {
                    reference.CachedTarget = activation;
                    return;
                }

                cluster.Forget(activation);
            }

            var silo = node.PlacingSilo;
            if (silo.Placement.TryPlaceNow(grainClass, reference.GrainId, out var chosen))
            {
                Activate(node, reference, request, grainClass, chosen);
            }
            else
            {
                _ = PlaceAsync(node, silo, reference, request, grainClass);
            }
        }
        catch (Exception exception)
        {
            request.Fail(exception);
        }
    }

    /// <summary>Sends a request on whose activation has gone before it ran.</summary>
    public void Forward(GrainRequest request)
    {
        if (request.Reference is not { } reference || request.IsAbandoned)
        {
            return;
        }

        reference.CachedTarget = null;
        if (++request.Forwards > MaxForwards)
        {
            request.Fail(new OrleansMessageRejectionException(
                $"{request.Description} on {reference.GrainId} was forwarded {MaxForwards} times because each activation had just gone."));
            return;
        }

        if (cluster.AnyActiveSilo() is { } silo)
        {
            Route(silo, reference, request);
        }
        else
        {
            request.Fail(new SiloUnavailableException($"No silo of cluster '{cluster.ClusterId}' is left for {reference.GrainId}."));
        }
    }

    private async Task PlaceAsync(
        GrainReferenceRuntime node, SiloRuntime silo, GrainReference reference, GrainRequest request, GrainClass grainClass)
    {
        try
        {
            var timeout = request.Method?.ResponseTimeout ?? node.ResponseTimeout;
            // Off the caller's turn: a director may call grains.
            var address = await Task.Run(() => silo.Placement.PlaceAsync(grainClass, reference, request.Context))
                .WaitAsync(timeout, node.TimeProvider);
            var chosen = cluster.FindSilo(address) ?? throw new OrleansException(
                $"The placement director of {grainClass.Strategy?.GetType().Name} chose {address} for {reference.GrainId}, which is no active silo.");
            Activate(node, reference, request, grainClass, chosen);
        }
        catch (TimeoutException)
        {
            request.Fail(TimedOut(request, reference.GrainId));
        }
        catch (Exception exception)
        {
            request.Fail(exception);
        }
    }

    private void Activate(GrainReferenceRuntime node, GrainReference reference, GrainRequest request, GrainClass grainClass, SiloRuntime silo)
    {
        var activation = silo.TryActivate(grainClass, reference.GrainId, request);
        if (activation is null)
        {
            // The silo began to stop in between, or another caller was first.
            Route(node.IsRunning ? node : silo.Cluster.AnyActiveSilo() ?? node, reference, request);
        }
        else
        {
            reference.CachedTarget = activation;
        }
    }
}
