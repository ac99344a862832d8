namespace Orleans.Serialization.Invocation;

/// <summary>Holds the object that a request is invoked on.</summary>
public interface ITargetHolder
{
    /// <summary>The object.</summary>
    object? GetTarget();

    /// <summary>A component attached to it.</summary>
    object? GetComponent(Type componentType);
}
