namespace Orleans;

/// <summary>Keeps grains of the class from idle collection.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public class KeepAliveAttribute : Attribute;
