using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansCompute.Dashboard.Access;

/// <summary>
/// Decides who may look. It asks its own authentication scheme by name and needs no middleware, so that it neither depends on nor
/// changes how the rest of the application authenticates.
/// </summary>
internal sealed partial class Gatekeeper(
    OperatorKeyCheck check, SignInLinks links, IOptions<DashboardOptions> options, ILogger<Gatekeeper> logger)
{
    /// <summary>Whether the visitor is signed in, or need not be. Sets <see cref="HttpContext.User"/> of a signed-in visitor.</summary>
    public async Task<bool> AdmitsAsync(HttpContext context)
    {
        if (!options.Value.RequireKey)
        {
            return true;
        }

        var result = await context.AuthenticateAsync(DashboardScheme.Name);
        if (result is { Succeeded: true, Principal: { } principal })
        {
            context.User = principal;
            return true;
        }

        return false;
    }

    /// <summary>When the visitor's sign-in ends; null where none is needed.</summary>
    public async Task<DateTimeOffset?> ExpiresAtAsync(HttpContext context) => options.Value.RequireKey
        ? (await context.AuthenticateAsync(DashboardScheme.Name)).Properties?.ExpiresUtc
        : null;

    public async Task<KeyVerdict> SignInAsync(HttpContext context, string? key)
    {
        var verdict = check.Check(key);
        if (verdict == KeyVerdict.Accepted)
        {
            await IssueAsync(context);
        }
        else
        {
            LogRefused(context.Connection.RemoteIpAddress?.ToString(), verdict);
        }

        return verdict;
    }

    /// <summary>Signs in by a one-time link and goes on to an address without the key in it.</summary>
    public async Task<IResult> RedeemAsync(HttpContext context, string key)
    {
        if (options.Value.RequireKey && !await AdmitsAsync(context))
        {
            // A browser that fetches ahead of a click must not use the link up.
            if (context.Request.Headers["Sec-Purpose"].ToString().Contains("prefetch", StringComparison.OrdinalIgnoreCase))
            {
                return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
            }

            if (!links.TryRedeem(key))
            {
                return TypedResults.LocalRedirect("~/login?used=1");
            }

            await IssueAsync(context);
        }

        return TypedResults.LocalRedirect("~" + context.Request.Path);
    }

    public static Task SignOutAsync(HttpContext context) => context.SignOutAsync(DashboardScheme.Name);

    private static Task IssueAsync(HttpContext context) => context.SignInAsync(
        DashboardScheme.Name,
        new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, "operator")], DashboardScheme.Name)),
        new AuthenticationProperties { IsPersistent = false });
}
