namespace Orleans.Embedded;

/// <summary>A silo's lifecycle.</summary>
internal sealed class SiloLifecycle : LifecycleSubject, ISiloLifecycle;
