using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansCompute.Dashboard.Access;
using OrleansCompute.Dashboard.Components;
using OrleansCompute.Dashboard.Data;
using OrleansCompute.Dashboard.Rendering;
using OrleansCompute.Dashboard.Routing;

namespace OrleansCompute.Dashboard.Hosting;

/// <summary>Serves whole pages, rendered on the server: they are complete before any script runs.</summary>
internal sealed class PageEndpoints(
    Gatekeeper gatekeeper, FabricFeed feed, PageRenderer renderer, IAntiforgery antiforgery, IOptions<DashboardOptions> options)
{
    public async Task<IResult> PageAsync(HttpContext context)
    {
        SecurityHeaders.Apply(context.Response);
        if (context.Request.Query["key"] is [{ Length: > 0 } key])
        {
            return await gatekeeper.RedeemAsync(context, key);
        }

        if (!await gatekeeper.AdmitsAsync(context))
        {
            return TypedResults.LocalRedirect("~/login?to=" + Uri.EscapeDataString(context.Request.Path.ToUriComponent()));
        }

        if (!DashboardRoute.TryParse(context.Request.Path.ToUriComponent(), out var route))
        {
            return TypedResults.NotFound();
        }

        var snapshot = await feed.GetAsync(context.RequestAborted);
        var page = await renderer.RenderAsync(route, snapshot, context.RequestAborted);
        return await DocumentAsync(context, page.StatusCode, new Dictionary<string, object?>
        {
            [nameof(Document.Title)] = route.Title,
            [nameof(Document.Section)] = route.Section,
            [nameof(Document.LivePath)] = route.ToString(),
            [nameof(Document.Body)] = page.Html,
            [nameof(Document.SignOutToken)] = options.Value.RequireKey ? antiforgery.GetAndStoreTokens(context).RequestToken : null,
        });
    }

    public async Task<IResult> SignInPageAsync(
        HttpContext context, int statusCode = StatusCodes.Status200OK, string? problem = null, string? target = null)
    {
        SecurityHeaders.Apply(context.Response);
        var to = LocalPath.Clean(target ?? context.Request.Query["to"]);
        if (statusCode == StatusCodes.Status200OK && await gatekeeper.AdmitsAsync(context))
        {
            return TypedResults.LocalRedirect("~/" + to);
        }

        if (problem is null && context.Request.Query.ContainsKey("used"))
        {
            problem = "That sign-in link was used already or has expired. Sign in with the operator key.";
        }

        var body = await renderer.RenderComponentAsync<SignInForm>(new Dictionary<string, object?>
        {
            [nameof(SignInForm.Token)] = antiforgery.GetAndStoreTokens(context).RequestToken,
            [nameof(SignInForm.To)] = to,
            [nameof(SignInForm.Problem)] = problem,
        });
        return await DocumentAsync(context, statusCode, new Dictionary<string, object?>
        {
            [nameof(Document.Title)] = "Sign in",
            [nameof(Document.Body)] = body,
        });
    }

    public async Task<IResult> SignInAsync(HttpContext context)
    {
        SecurityHeaders.Apply(context.Response);
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return await SignInPageAsync(context, StatusCodes.Status400BadRequest, "The form had expired. Try again.");
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        switch (await gatekeeper.SignInAsync(context, form["key"]))
        {
            case KeyVerdict.Accepted:
                return TypedResults.LocalRedirect("~/" + LocalPath.Clean(form["to"]));
            case KeyVerdict.TooManyFailures:
                context.Response.Headers.RetryAfter = "60";
                return await SignInPageAsync(
                    context, StatusCodes.Status429TooManyRequests, "Too many wrong keys. Wait a minute, then try again.", form["to"]);
            default:
                return await SignInPageAsync(
                    context,
                    StatusCodes.Status401Unauthorized,
                    "That is not the operator key. The server prints it, or has it in its configuration, as Dashboard:OperatorKey.",
                    form["to"]);
        }
    }

    public async Task<IResult> SignOutAsync(HttpContext context)
    {
        SecurityHeaders.Apply(context.Response);
        if (await gatekeeper.AdmitsAsync(context) && await antiforgery.IsRequestValidAsync(context))
        {
            await Gatekeeper.SignOutAsync(context);
        }

        return TypedResults.LocalRedirect("~/login");
    }

    private async Task<IResult> DocumentAsync(HttpContext context, int statusCode, Dictionary<string, object?> parameters)
    {
        parameters[nameof(Document.Root)] = context.Request.PathBase.Value + "/";
        var html = await renderer.RenderComponentAsync<Document>(parameters);
        // Antiforgery writes a weaker Cache-Control of its own.
        SecurityHeaders.Apply(context.Response);
        return TypedResults.Content(html, "text/html; charset=utf-8", statusCode: statusCode);
    }
}
