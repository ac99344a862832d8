namespace Orleans;

/// <summary>Says that values of the type are never shared within one message, so identity need not be tracked.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SuppressReferenceTrackingAttribute : Attribute;
