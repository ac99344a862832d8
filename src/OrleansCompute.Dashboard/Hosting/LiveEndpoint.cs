using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using OrleansCompute.Dashboard.Access;
using OrleansCompute.Dashboard.Data;
using OrleansCompute.Dashboard.Rendering;
using OrleansCompute.Dashboard.Routing;

namespace OrleansCompute.Dashboard.Hosting;

/// <summary>
/// Keeps an open page up to date: server-sent events with the page's live part, whenever it has changed. A browser that is slow skips
/// looks; one that has gone ends its stream.
/// </summary>
internal sealed class LiveEndpoint(
    Gatekeeper gatekeeper, FabricFeed feed, PageRenderer renderer, TimeProvider clock, IHostApplicationLifetime lifetime)
{
    /// <summary>Event whose data is the markup of the live part.</summary>
    private const string PageEvent = "page";

    /// <summary>Event that says that nothing changed.</summary>
    private const string TickEvent = "tick";

    public async Task<IResult> WatchAsync(HttpContext context)
    {
        SecurityHeaders.Apply(context.Response);
        if (!await gatekeeper.AdmitsAsync(context))
        {
            return TypedResults.Unauthorized();
        }

        if (!DashboardRoute.TryParse(context.Request.Query["path"], out var route))
        {
            return TypedResults.NotFound();
        }

        var expires = await gatekeeper.ExpiresAtAsync(context);
        return TypedResults.ServerSentEvents(EventsAsync(route, expires, context.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<string>> EventsAsync(
        DashboardRoute route, DateTimeOffset? expires, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A stopping host would otherwise wait for every open page.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var shown = "";
        await using var snapshots = feed.WatchAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        while (await NextAsync(snapshots))
        {
            // The browser connects again, and is asked to sign in.
            if (expires <= clock.GetUtcNow())
            {
                yield break;
            }

            var page = await renderer.RenderAsync(route, snapshots.Current, cancellationToken);
            var changed = page.Html != shown;
            shown = page.Html;
            yield return changed ? new SseItem<string>(shown, PageEvent) : new SseItem<string>("", TickEvent);
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<FabricSnapshot> snapshots)
    {
        try
        {
            return await snapshots.MoveNextAsync();
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
