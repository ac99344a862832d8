namespace Orleans.Configuration;

/// <summary>Which cluster a silo or client belongs to.</summary>
public class ClusterOptions
{
    /// <summary>The default cluster id.</summary>
    public const string DefaultClusterId = "default";

    /// <summary>The default service id.</summary>
    public const string DefaultServiceId = "default";

    /// <summary>Names this cluster; default <c>default</c>.</summary>
    public string ClusterId { get; set; } = DefaultClusterId;

    /// <summary>Names the service over all its clusters and deployments; default <c>default</c>.</summary>
    public string ServiceId { get; set; } = DefaultServiceId;
}
