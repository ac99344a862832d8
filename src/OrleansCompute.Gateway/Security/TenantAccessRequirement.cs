using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace OrleansCompute.Gateway.Security;

/// <summary>Met by the operator, and by the tenant that the route names. Its own handler: it needs nothing but the request.</summary>
internal sealed class TenantAccessRequirement : AuthorizationHandler<TenantAccessRequirement>, IAuthorizationRequirement
{
    /// <inheritdoc/>
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, TenantAccessRequirement requirement)
    {
        var tenant = (context.Resource as HttpContext)?.Request.RouteValues[FabricKeyDefaults.TenantRouteValue] as string;
        var own = context.User.FindFirstValue(FabricKeyDefaults.TenantClaim);
        if (context.User.IsInRole(FabricKeyDefaults.OperatorRole)
            || (own is not null && string.Equals(own, tenant, StringComparison.Ordinal)))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
