using Orleans.Hosting;

namespace Microsoft.Extensions.Hosting;

/// <summary>Not part of the embedded engine.</summary>
public static class RedisClusteringISiloBuilderExtensions
{
    /// <summary>Always refuses: the embedded engine forms no cluster over processes.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public static ISiloBuilder UseRedisClustering(this ISiloBuilder builder, string redisConnectionString) =>
        throw new NotSupportedException("UseRedisClustering needs the official Orleans packages: build with -p:Packages=Official.");
}
