using Orleans.Hosting;

namespace Microsoft.Extensions.Hosting;

/// <summary>Not part of the embedded engine.</summary>
public static class RedisClusteringIClientBuilderExtensions
{
    /// <summary>Always refuses: the embedded engine reaches no other process.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public static IClientBuilder UseRedisClustering(this IClientBuilder builder, string redisConnectionString) =>
        throw new NotSupportedException("UseRedisClustering needs the official Orleans packages: build with -p:Packages=Official.");
}
