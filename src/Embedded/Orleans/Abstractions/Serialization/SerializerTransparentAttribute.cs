namespace Orleans;

/// <summary>Marks a base class that has no serialised state of its own.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SerializerTransparentAttribute : Attribute;
