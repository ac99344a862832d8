namespace Orleans;

/// <summary>Names the constructor that creates an instance before its members are filled in.</summary>
[AttributeUsage(AttributeTargets.Constructor)]
public sealed class GeneratedActivatorConstructorAttribute : ActivatorUtilitiesConstructorAttribute;
