namespace Orleans.Providers;

/// <summary>Names the storage of a <see cref="Grain{TGrainState}"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class StorageProviderAttribute : Attribute
{
    /// <summary>The storage's name; default <see cref="ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME"/>.</summary>
    public string ProviderName { get; set; } = ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME;
}
