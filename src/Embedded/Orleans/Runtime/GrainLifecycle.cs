namespace Orleans.Embedded;

/// <summary>An activation's lifecycle.</summary>
internal sealed class GrainLifecycle : LifecycleSubject, IGrainLifecycle;
