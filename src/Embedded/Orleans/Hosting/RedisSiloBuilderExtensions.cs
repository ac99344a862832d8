namespace Orleans.Hosting;

/// <summary>Not part of the embedded engine.</summary>
public static class RedisSiloBuilderExtensions
{
    /// <summary>Always refuses.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public static ISiloBuilder AddRedisGrainStorage(this ISiloBuilder builder, string name) =>
        throw new NotSupportedException("AddRedisGrainStorage needs the official Orleans packages: build with -p:Packages=Official.");

    /// <summary>Always refuses.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public static ISiloBuilder AddRedisGrainStorageAsDefault(this ISiloBuilder builder) =>
        throw new NotSupportedException("AddRedisGrainStorageAsDefault needs the official Orleans packages: build with -p:Packages=Official.");
}
