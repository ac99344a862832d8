namespace Orleans.Concurrency;

/// <summary>Names a method of the grain class that decides per request whether it may interleave.</summary>
/// <param name="callbackMethodName">A <c>bool M(IInvokable)</c> method, static or not.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class MayInterleaveAttribute(string callbackMethodName) : Attribute, IGrainPropertiesProviderAttribute
{
    internal string CallbackMethodName { get; } = callbackMethodName;

    /// <inheritdoc/>
    public void Populate(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        properties["may-interleave-predicate"] = CallbackMethodName;
    }
}
