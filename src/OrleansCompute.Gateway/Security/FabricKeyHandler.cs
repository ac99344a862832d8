using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Gateway.Rest;

namespace OrleansCompute.Gateway.Security;

/// <summary>Tells who calls the REST API from <c>Authorization: Bearer KEY</c>: the operator, a tenant, or nobody.</summary>
internal sealed class FabricKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> schemeOptions,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    IOptions<GatewayOptions> gateway,
    IGrainFactory grains)
    : AuthenticationHandler<AuthenticationSchemeOptions>(schemeOptions, loggers, encoder)
{
    private const string Bearer = "Bearer ";

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (header.Count == 0)
        {
            return gateway.Value.AllowAnonymous ? Success(OperatorIdentity()) : AuthenticateResult.NoResult();
        }

        if (header.Count > 1 || !header[0]!.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.Fail("The Authorization header is not 'Bearer KEY'.");
        }

        var key = header[0]![Bearer.Length..].Trim();
        if (gateway.Value.OperatorKey is { } operatorKey && Same(key, operatorKey))
        {
            return Success(OperatorIdentity());
        }

        var routeTenant = Request.RouteValues[FabricKeyDefaults.TenantRouteValue] as string;
        foreach (var tenant in TenantApiKey.Candidates(key, routeTenant))
        {
            try
            {
                if (await grains.GetGrain<ITenantGrain>(tenant).VerifyApiKey(key))
                {
                    return Success(Identity(new Claim(FabricKeyDefaults.TenantClaim, tenant)));
                }
            }
            catch (Exception error) when (error is FabricNotFoundException or FabricRefusedException)
            {
                // A tenant that does not exist has no key: the same answer as for a wrong one.
                continue;
            }
        }

        return AuthenticateResult.Fail("The key is unknown.");
    }

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return FabricProblem.Of(StatusCodes.Status401Unauthorized, Request.Headers.Authorization.Count == 0
            ? "The request has no key; send the header 'Authorization: Bearer KEY' with an operator's or a tenant's key."
            : "The key in the Authorization header is not valid; "
                + "send 'Authorization: Bearer KEY' with an operator's key or a tenant's newest key.")
            .ExecuteAsync(Context);
    }

    /// <inheritdoc/>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var tenant = Context.User.FindFirstValue(FabricKeyDefaults.TenantClaim);
        return FabricProblem.Of(
            StatusCodes.Status403Forbidden,
            $"The key is that of tenant '{tenant}'; allowed: what lies under /api/v1/tenants/{tenant}/. "
            + "Use an operator's key for anything else.")
            .ExecuteAsync(Context);
    }

    // Hashes have equal lengths, so that the comparison takes the same time whatever the key is.
    private static bool Same(string key, string expected) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(key)), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));

    private static ClaimsIdentity OperatorIdentity() => Identity(new Claim(ClaimTypes.Role, FabricKeyDefaults.OperatorRole));

    private static ClaimsIdentity Identity(Claim claim) => new([claim], FabricKeyDefaults.Scheme);

    private static AuthenticateResult Success(ClaimsIdentity identity) =>
        AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), FabricKeyDefaults.Scheme));
}
