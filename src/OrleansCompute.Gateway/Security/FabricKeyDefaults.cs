namespace OrleansCompute.Gateway.Security;

/// <summary>Names that the REST API's authentication and authorisation use.</summary>
public static class FabricKeyDefaults
{
    /// <summary>The authentication scheme: <c>Authorization: Bearer KEY</c>.</summary>
    public const string Scheme = "FabricKey";

    /// <summary>Policy: any sound key.</summary>
    public const string AnyKeyPolicy = "fabric-any-key";

    /// <summary>Policy: the operator.</summary>
    public const string OperatorPolicy = "fabric-operator";

    /// <summary>Policy: the operator, or the tenant that the route value <c>tenant</c> names.</summary>
    public const string TenantPolicy = "fabric-tenant";

    /// <summary>Claim with the tenant whose key was given.</summary>
    public const string TenantClaim = "fabric:tenant";

    /// <summary>Role of the operator.</summary>
    public const string OperatorRole = "fabric:operator";

    /// <summary>Route value that names the tenant.</summary>
    public const string TenantRouteValue = "tenant";
}
